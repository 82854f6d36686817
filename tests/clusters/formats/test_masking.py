"""Rules of masking: which values they hide, and that what cannot be understood hides all."""

import json
from typing import Any

import cbor2
import msgpack
import pytest

from clusters.formats.masking.masks import GONE, masked_text, masked_value
from clusters.formats.masking.paths import read_path
from clusters.formats.masking.rules import MaskingError, MaskingRule, masking_entries, read_rules
from clusters.gateway.log.records import Record
from clusters.messages.decoding import Decoding
from clusters.messages.masking import Masking

PERSON = {
    "name": "Ada Lovelace",
    "age": 36,
    "address": {"city": "London 1", "name": None},
    "cards": [{"number": "4111 1111", "ok": True}, {"number": 5}],
}


def rules(*entries: dict[str, Any]) -> tuple[MaskingRule, ...]:
    return read_rules([{"topics": "*", **entry} for entry in entries])


@pytest.mark.parametrize(
    ("entry", "changed"),
    [
        ({"type": "REMOVE", "fields": ["age", "cards"]}, {"age": GONE, "cards": GONE}),
        ({"type": "MASK", "fields": ["name"]}, {"name": "Xxx Xxxxxxxx"}),
        ({"type": "MASK", "fields": ["address"]}, {"address": {"city": "Xxxxxx n", "name": None}}),
        (
            {"type": "MASK", "fields": ["name"], "maskingCharsReplacement": ["A", "a", "0", "."]},
            {"name": "Aaa Aaaaaaaa"},
        ),
        (
            {"type": "REPLACE", "fieldsNamePattern": "c.*", "replacement": "?"},
            {"cards": [{"number": "?", "ok": "?"}, {"number": "?"}], "address": {"city": "?", "name": None}},
        ),
        ({"type": "REPLACE", "fieldsNamePattern": "am"}, {}),
        ({"type": "REPLACE", "paths": ["$.name"], "replacement": ""}, {"name": ""}),
        ({"type": "REMOVE", "paths": ["$.cards[*].number"]}, {"cards": [{"ok": True}, {}]}),
        ({"type": "REMOVE", "paths": ["$.cards[1]"]}, {"cards": [{"number": "4111 1111", "ok": True}]}),
        ({"type": "REMOVE", "paths": ["$..city"]}, {"address": {"name": None}}),
        ({"type": "REMOVE", "paths": ["$['address']['city']"]}, {"address": {"name": None}}),
        (
            {"type": "MASK", "textPattern": r"\d{4} \d{4}"},
            {"cards": [{"number": "nnnn nnnn", "ok": True}, {"number": 5}]},
        ),
        ({"type": "REMOVE", "textPattern": "Ada "}, {"name": "Lovelace"}),
        ({"type": "REPLACE", "textPattern": "36", "replacement": "?"}, {"age": "?"}),
    ],
)
def test_what_a_rule_is_about_is_masked_and_nothing_else(entry: dict[str, Any], changed: dict[str, Any]) -> None:
    expected = {name: value for name, value in (PERSON | changed).items() if value is not GONE}
    assert masked_value(PERSON, rules(entry)) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("REMOVE", GONE), ("REPLACE", ["***DATA_MASKED***", {"a": "***DATA_MASKED***"}]), ("MASK", ["n", {"a": "xxxx"}])],
)
def test_without_fields_all_of_it_is_masked(kind: str, expected: object) -> None:
    assert masked_value([1, {"a": True}], rules({"type": kind})) == expected


@pytest.mark.parametrize("value", ["secret", 5, None])
def test_a_single_value_is_masked_by_a_rule_about_fields(value: object) -> None:
    hidden = masked_value(value, rules({"type": "REPLACE", "fields": ["x"], "replacement": "?"}))
    assert hidden == (None if value is None else "?")


NESTED = json.dumps({"email": "ada@home", "n": 1})


@pytest.mark.parametrize(
    "text",
    [
        NESTED,
        json.dumps(NESTED),
        json.dumps([{"user": NESTED}]),
        NESTED.replace("email", "\\u0065mail"),
        NESTED[:-1],  # cut off
        f"failed: {NESTED}",
        json.dumps(f"failed: {json.dumps(NESTED)}"),
        '{"email": "ada@home", "email": null}',
        "[" * 100_000 + NESTED,
        '{"a":' * 900 + NESTED + "}" * 900,
    ],
)
@pytest.mark.parametrize(
    "entry",
    [{"fields": ["email"]}, {"fieldsNamePattern": "e.*l"}, {"paths": ["$..email"]}, {"textPattern": "ada@home"}],
)
@pytest.mark.parametrize("kind", ["REMOVE", "MASK", "REPLACE"])
def test_json_in_a_text_hides_nothing_from_a_rule(text: str, entry: dict[str, Any], kind: str) -> None:
    shown = masked_value({"log": text, "other": ['[INFO] "a": started', "{", 5]}, rules({"type": kind, **entry}))
    assert "ada@home" not in json.dumps(shown)
    assert shown["other"] == ['[INFO] "a": started', "{", 5]


def test_json_in_a_text_is_masked_where_a_rule_points_and_else_as_it_was_written() -> None:
    entry = {"type": "MASK", "paths": ["$.user.email"]}
    assert masked_value({"user": NESTED}, rules(entry)) == {"user": '{"email": "xxx-xxxx", "n": 1}'}
    assert masked_value(NESTED, rules({"type": "REMOVE", "fields": ["email"]})) == '{"n": 1}'
    odd = {"user": '{"n":1.10, "n2": [ ]}', "other": NESTED}
    assert masked_value(odd, rules(entry)) == odd


def test_rules_are_applied_one_after_the_other() -> None:
    first, second = {"type": "REMOVE", "fields": ["cards"]}, {"type": "MASK", "fields": ["name", "address"]}
    assert masked_value(PERSON, rules(first, second)) == {
        "name": "Xxx Xxxxxxxx", "age": 36, "address": {"city": "Xxxxxx n", "name": None}
    }  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"type": "MASK"}, "Xxxx nn-"),
        ({"type": "MASK", "fields": ["a"]}, "Xxxx nn-"),
        ({"type": "MASK", "paths": ["$.a"], "textPattern": "1"}, "Xxxx nn-"),
        ({"type": "REPLACE", "replacement": "?"}, "?"),
        ({"type": "REMOVE"}, None),
        ({"type": "REMOVE", "textPattern": "Call"}, " 12!"),
    ],
)
def test_a_text_without_structure_is_masked_whole(entry: dict[str, Any], expected: str | None) -> None:
    assert masked_text("Call 12!", rules(entry)) == expected


@pytest.mark.parametrize(
    ("entry", "key", "value"),
    [
        ({"topics": "pay*"}, False, True),
        ({"keyTopics": "pay*"}, True, False),
        ({"topics": "ay*"}, False, False),
        ({"topicValuesPattern": "pay.*"}, False, True),
        ({"topicKeysPattern": "pay.*"}, True, False),
        ({"topicValuesPattern": "pay"}, False, False),
    ],
)
def test_a_rule_is_about_topics(entry: dict[str, str], key: bool, value: bool) -> None:
    (rule,) = read_rules([{"type": "MASK", **entry}])
    assert (rule.applies("payments", "key"), rule.applies("payments", "value")) == (key, value)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"type": "HIDE"}, "type is none of REMOVE, MASK, REPLACE"),
        ({}, "type is none of"),
        ({"type": "MASK", "topics": ""}, "it is about no topics"),
        ({"type": "MASK", "feilds": ["a"]}, "there is no feilds"),
        ({"type": "MASK", "fields": "a"}, "fields is not a list"),
        ({"type": "MASK", "fieldsNamePattern": "("}, "fieldsNamePattern: Invalid expression"),
        ({"type": "MASK", "paths": ["a.b"]}, "is no path"),
        ({"type": "MASK", "paths": ["$"]}, "leave paths out"),
        ({"type": "MASK", "paths": ["$.a[?(@.b)]"]}, "cannot be read from"),
        ({"type": "MASK", "maskingCharsReplacement": ["X"]}, "has four entries"),
    ],
)
def test_what_would_not_mask_is_refused(entry: dict[str, Any], words: str) -> None:
    with pytest.raises(MaskingError, match="Masking rule 1: ") as raised:
        read_rules([{"topics": "*"} | entry])
    assert words in str(raised.value)


@pytest.mark.parametrize("entries", ["text", 5, {"a": 1}, ["text"]])
def test_what_is_no_list_of_rules_is_refused(entries: object) -> None:
    with pytest.raises(MaskingError):
        read_rules(entries)


def test_rules_of_variables_are_numbered_and_keys_are_relaxed() -> None:
    entries = {
        1: {"TYPE": "mask", "TOPIC_VALUES_PATTERN": "b"},
        0: {"type": "REMOVE", "topics": "a", "fields": {0: "x"}},
    }
    assert [rule.kind for rule in read_rules(entries)] == ["REMOVE", "MASK"]
    assert masking_entries(entries)[0]["fields"] == {"0": "x"}
    assert read_rules(masking_entries(entries)) == read_rules(entries)


def test_a_path_with_stars_ends_in_bounded_time() -> None:
    path = {"type": "REMOVE", "paths": ["$" + "..*" * 200]}
    deep: Any = 1
    for _ in range(90):
        deep = {"a": deep}
    masked_value(deep, rules(path))
    assert len(read_path("$..a.b[0]['c d']")) == 4


def record(value: bytes | None, *, size: int | None = None, headers: Any = ()) -> Record:
    length = len(value or b"") if size is None else size
    return Record(0, 1, 2, False, b"key", value, headers, 3, length, len(headers))


def masking(*entries: dict[str, Any], **decoding: Any) -> Masking:
    return Masking((), rules(*entries), Decoding("t", **decoding))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b'{"a": 1, "b": "clear"}', {"a": "***DATA_MASKED***", "b": "clear"}),
        (msgpack.packb({"a": 1, "b": 2}), {"a": "***DATA_MASKED***", "b": 2}),
        (msgpack.packb({b"a": 1, b"\xff": 2}), {"a": "***DATA_MASKED***", "/w==": 2}),
        (cbor2.dumps({b"a": {"c": 1}}), {"a": {"c": "***DATA_MASKED***"}}),
        (b'<x a="1" b="2"/>', {"x": {"@a": "***DATA_MASKED***", "@b": "2"}}),
        (b'<x xmlns="u" xmlns:v="w" v:a="1"><a>1</a></x>',
         {"{u}x": {"@{w}a": "***DATA_MASKED***", "{u}a": "***DATA_MASKED***"}}),
        (msgpack.packb({"a": 1, b"a": 2}), None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("entry", [{"fields": ["a"]}, {"paths": ["$..a"]}])
def test_a_record_is_masked_in_whatever_format(value: bytes, expected: object, entry: dict[str, Any]) -> None:
    masked = masking({"type": "REPLACE", **entry})(record(value))
    shown = (masked.value or b"").decode()
    assert (json.loads(shown) if expected else shown) == (expected or "***DATA_MASKED***")
    assert (masked.masked, masked.key, masked.value_size) == (("value",), b"key", len(masked.value or b""))


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (b'{"a": 1', None),
        (b"\xff\xfe1234", None),
        (b'{"a": 1, "b": "', 900),
        (b'{"a": ' + b"[" * 5000, None),
        (b"x", 9),
    ],
)
@pytest.mark.parametrize("entry", [{"fields": ["a"]}, {"textPattern": "1234"}, {}])
def test_what_cannot_be_read_hides_all_of_it(value: bytes, size: int | None, entry: dict[str, Any]) -> None:
    masked = masking({"type": "REPLACE", **entry})(record(value, size=size))
    is_readable_text = entry.get("textPattern") and size is None and value.startswith(b"{")
    assert masked.value == (value if is_readable_text else b"***DATA_MASKED***")


def test_null_stays_null_and_what_is_removed_becomes_it() -> None:
    assert masking({"type": "REMOVE"})(record(None)).masked == ()
    removed = masking({"type": "REMOVE"})(record(b"text"))
    assert (removed.value, removed.value_size, removed.masked) == (None, 0, ("value",))


def test_headers_are_masked_by_name_and_by_pattern() -> None:
    headers = (("token", b"abc1", 4), ("trace", b"id-77", 5), ("other", b"fine", 4), ("cut", b"id-7", 9))
    hide = masking({"type": "MASK", "fields": ["token"]}, {"type": "MASK", "textPattern": r"\d\d"})
    masked = hide(record(None, headers=headers))
    assert [value for _, value, _ in masked.headers] == [b"xxxn", b"id-nn", b"fine", b"***DATA_MASKED***"]
    assert masked.masked == ("headers",)


def test_json_in_a_header_is_masked_by_its_fields() -> None:
    headers = [
        ("user", NESTED.encode(), len(NESTED)),
        ("cut", b'{"email": "ad', 99),
        ("id", b"\0\1", 2),
        ("n", b"5", 1),
    ]
    masked = masking({"type": "MASK", "fields": ["email"]})(record(b"{}", headers=tuple(headers)))
    assert masked.headers[0][:2] == ("user", b'{"email": "xxx-xxxx", "n": 1}')
    assert [value for _, value, _ in masked.headers[1:]] == [b"***DATA_MASKED***", b"\0\1", b"5"]


def test_a_format_that_is_chosen_does_not_lift_the_mask() -> None:
    hidden = masking({"type": "REPLACE", "fields": ["a"]}, value=("base64", ""))(record(b'{"a": 1}'))
    assert hidden.value == b"***DATA_MASKED***"
    shown = Decoding("t", value=("hex", "Chosen.")).decoded(hidden, "value")
    assert shown is not None
    assert shown.content.text == "***DATA_MASKED***"
