"""What a record must be like: texts, JSON paths and expressions, and that whole batches are passed over soundly."""

from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clusters.gateway.log.records import Record
from clusters.gateway.reading.partitioner import partition_of
from clusters.messages.filters.documents import RAW, Documents
from clusters.messages.filters.expressions import ExpressionError, expression
from clusters.messages.filters.json_paths import PathError, comparison
from clusters.messages.filters.texts import containing, equalling, matching, may_contain, may_equal
from clusters.messages.rendering.columns import FieldTexts, read_fields
from core.patterns import compiled

ORDER = {
    "id": 17, "user": {"id": 7, "name": "Ada", "tags": ["a", "b"]}, "amount": 12.5, "paid": True, "note": None,
    "items": [{"sku": "x1", "qty": 1}, {"sku": "x2", "qty": 5}], "a.b c": 1,
}  # fmt: skip


def record(value: Any = None, key: bytes | None = None, **headers: bytes | None) -> Record:
    data = value if value is None or isinstance(value, bytes) else orjson.dumps(value)
    pairs = tuple((name, header, len(header or b"")) for name, header in headers.items())
    return Record(3, 42, 1_767_225_600_000, False, key, data, pairs, len(key or b""), len(data or b""), len(pairs))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("$.user.id = 7", True), ("$.user.id == 7.0", True), ("$.user.id = '7'", False), ("$.user.id != 7", False),
        ("$.amount > 12", True), ("$.amount <= 12.5", True), ("$.amount > '1'", False), ("$.user.name = Ada", True),
        ('$.user.name = "Ada"', True), ("$.user.name contains aD", True), ("$.user.tags contains b", True),
        ("$.user.tags contains c", False), ("$.paid = true", True), ("$.paid = 1", False), ("$.note = null", True),
        ("$.nothing = null", False), ("$.nothing", False), ("$.note", True), ("$.items[1].qty >= 5", True),
        ("$.items[-1].sku = x2", True), ("$.items[*].qty > 4", True), ("$..qty = 5", True), ("$['a.b c'] = 1", True),
        ("$.items[9].qty = 1", False), ("$.user[0] = 1", False), ("$.id<18", True), ("$.user.name > 'Abc'", True),
    ],
)  # fmt: skip
def test_paths_are_compared_with_what_they_lead_to(text: str, holds: bool) -> None:
    assert comparison(text).holds(ORDER) is holds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("user.id = 7", "Write a path"), ("$.a[", "Write a path"), ("$.a =", "Write a path"),
        ("$.a ~ 3", "Write a path"),
        ("$.a[?@.b > 1] = 2", "Filters within a path"), ("$..a..b = 1", "Only one .."), ("$.a['] = 1", "path"),
        ("$[1:2:x] = 1", "Invalid JSON path"), ("$" + ".a" * 300 + " = 1", "the limit is 500"),
    ],
)  # fmt: skip
def test_of_wrong_paths_it_is_said_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(PathError, match=words.replace("$", r"\$")):
        comparison(text)


def test_numbers_of_any_size_are_compared_digit_by_digit() -> None:
    long = record(b'{"a": 12345678901234567890123}')
    for sign, number, holds in (("=", 123, True), ("=", 124, False), (">", 122, True), ("!=", 123, False)):
        assert comparison(f"$.a {sign} 12345678901234567890{number}").holds_for(long) is holds
    assert comparison("$.a > 1").holds_for(long)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b'{"a": 12345678901234567890123}', "12345678901234567890123"),
        (b'{"a": [9223372036854775809, 1.5]}', "[9223372036854775809,1.5]"),
        (b'{"a": NaN}', None),
        (b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}", "[" * 200),
        (b'{"a": "' + b"1" * 30 + b'"}', "1" * 30),
        (b'{"a": ' + b"1" * 5_000 + b"}", None),
    ],
)
def test_a_column_shows_whatever_a_path_leads_to(value: bytes, text: str | None) -> None:
    columns = FieldTexts(read_fields("$.a"), RAW)
    columns.note(record(value))
    assert columns.found[3, 42] == [text]


def test_a_column_shows_numbers_that_other_formats_have() -> None:
    columns = FieldTexts(read_fields("$.a"), Documents(lambda *_: {"a": 2**70}))
    columns.note(record(b"\xff"))
    assert columns.found[3, 42] == [str(2**70)]


def test_what_is_no_json_or_too_deep_does_not_match() -> None:
    assert not comparison("$.a = 1").holds_for(record(b"\xff"))
    assert not comparison("$.a = 1").holds_for(record(None))
    assert not comparison("$.a = 1").holds_for(record(b'{"a":' * 50_000))
    assert not comparison("$..b = 1").holds_for(record(b'{"a":' * 900 + b"1" + b"}" * 900))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("value.user.id == 7 && headers.source == 'shop'", True), ("value.amount > 100.0", False),
        ("value.amount > 12", True), ("key.startsWith('order-')", True), ("partition == 3 && offset >= 42", True),
        ("time > timestamp('2025-12-31T00:00:00Z')", True), ("value.missing == 1", False), ("has(value.user)", True),
        ("value.items.exists(item, item.qty > 4)", True), ("value.user.name.matches('^A.a$')", True),
        ("headers.source in ['shop', 'web']", True), ("'b' in value.user.tags", True), ("value.note == null", True),
        ("key", False), ("value.user", False),
    ],
)  # fmt: skip
def test_expressions_see_all_of_a_record(text: str, holds: bool) -> None:
    assert expression(text).holds(record(ORDER, b"order-17", source=b"shop")) is holds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("value.amount >", "column 15"), ("amount > 1", "undeclared reference to 'amount'"),
        ("1 + 1", "must be true or false"), ("value.map(x, x).size() > 0", "exists"),
        ("(" * 99 + "1" + ")" * 99, "limit"),
        (" + ".join("1" * 99) + " == 3", "recursion"),
        ("true" + " " * 1_000, "the limit is 1,000"), ("\0", "column 1"),
    ],
)  # fmt: skip
def test_of_wrong_expressions_it_is_said_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        expression(text)


def test_values_of_other_types_are_counted_and_missing_ones_just_do_not_match() -> None:
    amount = expression("value.amount > 100")
    values = [{"amount": 101}, {"amount": "101"}, {"amount": "7"}, {}, {"amount": None}, "text", None, {"amount": 1.5}]
    assert [amount.holds(record(value)) for value in values] == [True] + [False] * 7
    assert amount.unfit == {"No matching overloads found : _>_(string, int64)": 2}
    assert amount.undecided == 0
    ratio = expression("7 / value.n == 1")
    assert not ratio.holds(record({"n": 0}))
    assert ratio.unfit == {"divide by zero": 1}


def test_what_takes_too_many_steps_or_is_too_large_is_counted() -> None:
    nested = expression("value.all(a, value.all(b, value.all(c, true)))")
    assert not nested.holds(record(list(range(100))))
    assert nested.undecided == 1
    looped = expression("value.exists(x, x == 1)")
    assert not looped.holds(record([1] * 40_000))
    assert looped.undecided == 1
    summed = expression(" + ".join(["value"] * 20) + " == ''")
    assert not summed.holds(record(b"x" * 300_000))
    assert summed.undecided == 1
    walked = comparison("$..a = 1")
    assert not walked.holds_for(record(b'{"a": 1}' + b" " * 1_000_000))
    assert walked.undecided == 1
    assert comparison("$.a = 1").holds_for(record(b'{"a": 1}' + b" " * 1_000_000))
    assert not expression("value == 1").holds(record(b"[" * 90_000))
    assert not expression("value == [[1]]").holds(record(b"[" * 1_000 + b"]" * 1_000))


def test_texts_are_searched_where_one_says() -> None:
    parts = record({"city": "Taipei"}, b"Key-1", trace=b"Abc")
    assert containing("TAIPEI", "value")(parts)
    assert not containing("taipei", "key")(parts)
    assert containing("trace", "headers")(parts)
    assert equalling("Key-1", "key")(parts)
    assert not equalling("key-1", "key")(parts)
    assert equalling("Abc")(parts)
    assert matching(compiled("^Key-[0-9]+$"), "key")(parts)
    assert not matching(compiled("^Key-[0-9]+$"), "value")(parts)


@pytest.mark.parametrize(  # as Kafka's own tests have them
    ("key", "digest"), [("21", -973932308), ("foobar", -790332482), ("a-little-bit-long-string", -985981536)]
)
def test_keys_belong_to_the_partitions_that_java_gives_them(key: str, digest: int) -> None:
    assert partition_of(key.encode(), 1_000) == (digest & 0x7FFFFFFF) % 1_000


letters = st.text(st.sampled_from('aAsSkKßẞſKﬁi\u0307İ\\/"u0 53{}né台\ufffd'), max_size=6)
pieces = st.lists(st.one_of(letters.map(str.encode), st.binary(max_size=4)), max_size=4).map(b"".join)


@given(
    st.text(st.sampled_from('aAsSkKßſﬁi/"{né台\ufffd'), min_size=1, max_size=3), pieces, pieces, st.binary(max_size=3)
)
@example("s", "ſ".encode(), b"", b"")
@example("k", "\u212a".encode(), b"", b"")
@example("ss", b"\xc3", b"\x9f", b"")
@example("台", rb'"\u53f0"', b"", b"")
def test_no_batch_is_passed_over_that_has_a_match(text: str, key: bytes, value: bytes, between: bytes) -> None:
    contents = between + bytes([len(key) * 2]) + key + bytes([len(value) * 2]) + value + between
    may = may_contain(text)
    if containing(text)(record(value, key)) and may is not None:
        assert may(contents)
    if equalling(text)(record(value, key)):
        assert may_equal(text)(contents)
