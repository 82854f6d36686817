"""JSON becomes messages of a cluster's own Protobuf types, and is read again as the same; what does not fit is told."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.formats.avro_values import UnfitError
from clusters.formats.content import Data
from clusters.formats.detection import decode
from clusters.formats.encoding import encoded_as
from clusters.formats.samples import sample_as
from clusters.gateway.registry.protobuf_files import read_types

PROTO = b"""syntax = "proto2"; package shop;
import "google/protobuf/any.proto"; import "google/protobuf/timestamp.proto"; import "google/protobuf/struct.proto";
enum Kind { NEW = 0; PAID = 7; }
message Money { required int64 cents = 1; }
message Order {
  optional int64 order_id = 1; optional uint32 count = 2; optional double weight = 3; optional bool paid = 4;
  optional string name = 5; optional bytes raw = 6; optional Kind kind = 7; optional Money total = 8;
  repeated string tags = 9; map<string, sint32> stock = 10; oneof who { string mail = 11; int32 number = 12; }
  repeated Order parts = 13; optional google.protobuf.Timestamp at = 14; optional google.protobuf.Any more = 15;
  optional google.protobuf.Struct free = 16; } """
TYPES = read_types({"order.proto": PROTO}).descriptors
INT64 = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def optional(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


LEAF = {
    "order_id": INT64.map(str), "count": st.integers(0, 2**32 - 1), "weight": FLOATS, "paid": st.booleans(),
    "name": TEXT, "raw": st.sampled_from(["", "AA==", "/w=="]), "kind": st.sampled_from(["NEW", "PAID"]),
    "total": st.fixed_dictionaries({"cents": INT64.map(str)}), "tags": st.lists(TEXT, min_size=1, max_size=3),
    "stock": st.dictionaries(TEXT, st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=3),
    "at": st.sampled_from(["2026-01-31T12:00:00Z", "1969-12-31T23:59:59.500Z"]),
    "more": st.just({"@type": "type.googleapis.com/shop.Money", "cents": "5"}),
    "free": st.dictionaries(TEXT, st.one_of(st.none(), TEXT, st.booleans()), max_size=3),
}  # fmt: skip
WHO: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}), TEXT.map(lambda text: {"mail": text}), st.integers(0, 9).map(lambda number: {"number": number})
)
ORDERS = st.recursive(
    st.builds(lambda fields, who: {**fields, **who}, optional(LEAF), WHO),
    lambda inner: st.builds(
        lambda fields, parts: {**fields, "parts": parts}, optional(LEAF), st.lists(inner, min_size=1)
    ),
    max_leaves=5,
)


def read_back(raw: bytes, name: str = "shop.Order") -> Any:
    decoded = decode(Data(raw, len(raw), descriptors=TYPES), f"protobuf:{name}")
    assert not decoded.problem
    return decoded.content.value


@given(ORDERS)
def test_what_was_written_is_read_as_the_same(order: dict[str, Any]) -> None:
    raw = encoded_as(json.dumps(order), "shop.Order", TYPES)
    assert read_back(raw) == order
    assert encoded_as(json.dumps(read_back(raw)), "shop.Order", TYPES) == raw


def test_a_sample_fits_its_own_type() -> None:
    for name in ("shop.Order", "shop.Money"):
        assert encoded_as(sample_as(name, TYPES), name, TYPES) is not None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "It is not JSON"),
        ("[]", "shop.Order is written as a JSON object."),
        ('{"colour": "red"}', 'no field named "colour"'),
        ('{"count": -1}', "count"),
        ('{"kind": "LOST"}', "LOST"),
        ('{"total": {}}', "cents"),
        ('{"parts": [{"total": {"cents": "x"}}]}', "$.parts.total.cents: 'x' is not a number."),
        ('{"mail": "a", "number": 1}', "oneof"),
        ('{"more": {"@type": "type.googleapis.com/shop.None"}}', "shop.None"),
        ('{"parts": [' * 200 + "]}" * 200, "deep"),
        ('{"name": "\\ud800"}', "It does not fit shop.Order"),
    ],
)
def test_what_does_not_fit_is_told(text: str, reason: str) -> None:
    with pytest.raises(UnfitError) as refused:
        encoded_as(text, "shop.Order", TYPES)
    assert reason in str(refused.value)


def test_a_type_that_is_not_there_is_told() -> None:
    with pytest.raises(UnfitError, match=r"have no message shop\.Bill"):
        encoded_as("{}", "shop.Bill", TYPES)
    with pytest.raises(UnfitError, match="has no Protobuf types"):
        encoded_as("{}", "shop.Order", b"")
