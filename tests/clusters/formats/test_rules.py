import pytest

from clusters.formats.rules import FormatRule, format_for, read_rules

RULES = read_rules("sensors-* key=long value=msgpack\n\n  *  value=hex  ")


def test_rules_are_read_line_by_line() -> None:
    assert (FormatRule("sensors-*", "long", "msgpack"), FormatRule("*", value="hex")) == RULES


@pytest.mark.parametrize(
    ("topic", "part", "expected"),
    [
        ("sensors-1", "key", ("long", "Set for topics sensors-*.")),
        ("sensors-1", "value", ("msgpack", "Set for topics sensors-*.")),
        ("other", "key", ("", "")),
        ("other", "value", ("hex", "Set for topics *.")),
    ],
)
def test_the_first_rule_that_matches_counts(topic: str, part: str, expected: tuple[str, str]) -> None:
    assert format_for(RULES, topic, part) == expected


def test_an_expression_between_slashes_matches_the_whole_name() -> None:
    rules = read_rules("/orders-[0-9]+/ key=long")
    assert [format_for(rules, topic, "key")[0] for topic in ("orders-1", "orders-1x", "my-orders-1")] == [
        "long",
        "",
        "",
    ]


@pytest.mark.parametrize("line", ["a", "a key", "a key=nonsense", "a key=text key=text", "a topic=text", "a =text"])
def test_what_is_no_rule_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ValueError, match=f"“{line}”"):
        read_rules(line)


def test_a_wrong_expression_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid expression"):
        read_rules("/[/ key=long")
