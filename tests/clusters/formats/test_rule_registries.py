"""The registries that rules of record formats name: which are missing, which rules name one, and new names."""

import pytest

from clusters.formats.rule_registries import missing_registry, renamed, rules_of

RULES = "orders-* key=schema:old  value=schema:new\nraw key=long value=schema\n/schema:new-[0-9]+/ value=schema:old"


@pytest.mark.parametrize(
    ("present", "sentence"),
    [
        (["default", "new", "old"], ""),
        (
            ["default", "new"],
            "“orders-* key=schema:old  value=schema:new”: the cluster has no schema registry old. "
            "There are default, new.",
        ),
        ([], "“orders-* key=schema:old  value=schema:new”: the cluster has no schema registry old. It has none."),
    ],
)
def test_a_rule_that_names_a_registry_which_is_not_there_is_told(present: list[str], sentence: str) -> None:
    assert missing_registry(RULES, present) == sentence


def test_rules_follow_the_names_of_registries() -> None:
    assert rules_of(RULES, "new") == ["orders-* key=schema:old  value=schema:new"]
    assert rules_of(RULES, "default") == []
    assert renamed(RULES, {"old": "new", "new": "old"}) == (
        "orders-* key=schema:new value=schema:old\nraw key=long value=schema\n/schema:new-[0-9]+/ value=schema:new"
    )
    assert renamed(RULES, {"other": "x"}) == RULES
