"""Bytes that were written anew say the same as others, or do not: tables of formats' liberties."""

import json

import pytest

from clusters.formats.content import UndecodableError
from clusters.formats.encoding import encoded, unframed
from clusters.formats.rewriting import is_equal, is_equal_as
from clusters.formats.schemas import Schema
from clusters.gateway.registry.protobuf_compiler import compiled
from tests.clusters.formats.test_encoding import AVRO, JSON_SCHEMA, ORDER

LISTS = Schema(
    "AVRO",
    json.dumps({"type": "array", "items": {"type": "map", "values": ["null", "int", "long"]}}),
)
PROTO = (
    'syntax = "proto3"; message A { int32 a = 1; int32 b = 2; map<string, int32> n = 3; message In { int32 x = 1; } }'
)
MESSAGES = Schema("PROTOBUF", PROTO, (), compiled(PROTO, ()))


def written(text: str, schema: Schema) -> bytes:
    return b"".join(unframed(text, schema))


@pytest.mark.parametrize(
    "raw",
    [
        b"\x04\x02\x02a\x02\x02\x00\x00\x00",  # [{"a": 1}, {}], as most write it
        b"\x03\x10\x02\x02a\x02\x02\x00\x00\x00",  # a block with its size
        b"\x02\x01\x08\x02a\x02\x02\x00\x02\x00\x00",  # two blocks, and one within
    ],
)
def test_blocks_of_avro_are_as_their_writer_likes(raw: bytes) -> None:
    assert is_equal(raw, written('[{"a": 1}, {}]', LISTS), LISTS)
    assert not is_equal(raw, written('[{"a": 2}, {}]', LISTS), LISTS)
    assert not is_equal(raw, written('[{"a": 1}]', LISTS), LISTS)


def test_another_branch_of_a_union_is_another_value() -> None:
    as_long = b"\x02\x02\x02a\x04\x02\x00\x00"
    assert not is_equal(as_long, written('[{"a": 1}]', LISTS), LISTS)
    assert is_equal(as_long, written('[{"a": {"long": 1}}]', LISTS), LISTS)


def test_a_record_of_avro_is_equal_only_to_itself() -> None:
    first, second = (written(json.dumps(ORDER | {"id": number}), AVRO) for number in (1, 2))
    assert is_equal(first, first, AVRO)
    assert not is_equal(first, second, AVRO)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"\0" + b"\x08\x01\x10\x02", True),
        (b"\x02\x00" + b"\x10\x02\x08\x01", True),  # its place written out, its fields in another order
        (b"\0" + b"\x08\x01\x10\x02\x20\x05", False),  # with a field that the schema does not have
        (b"\x04\x00\x00" + b"\x08\x01", False),  # another message
        (b"\0" + b"\x08\x02\x10\x02", False),
    ],
)
def test_fields_of_protobuf_are_in_any_order(raw: bytes, expected: bool) -> None:
    assert is_equal(raw, written('{"a": 1, "b": 2}', MESSAGES), MESSAGES) is expected


def test_own_types_have_nothing_before_them() -> None:
    assert is_equal_as(b"\x10\x02\x08\x01", b"\x08\x01\x10\x02", "A", MESSAGES.descriptors)
    with pytest.raises(UndecodableError, match="no message B"):
        is_equal_as(b"", b"", "B", MESSAGES.descriptors)
    with pytest.raises(UndecodableError):
        is_equal_as(b"\xff", b"", "A", MESSAGES.descriptors)


def test_json_is_as_it_was_written() -> None:
    assert not is_equal(b'{"id":3}', written('{"id": 3}', JSON_SCHEMA), JSON_SCHEMA)


def test_a_message_is_chosen_by_its_full_name_first() -> None:
    proto = 'syntax = "proto3"; message Outer { message Order { int32 a = 1; } } message Order { int32 a = 1; }'
    schema = Schema("PROTOBUF", proto, (), compiled(proto, ()))
    assert encoded("{}", schema, 7, "Order")[5:] == b"\x02\x02"
    assert encoded("{}", schema, 7, "Outer.Order")[5:] == b"\x04\x00\x00"
