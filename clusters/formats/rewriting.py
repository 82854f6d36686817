"""Whether bytes that were written anew say all that others do: the same bytes, but for liberties of their format.

Serializers may divide lists of Avro into blocks, and order the fields of Protobuf as they like.
"""

from typing import Any

from google.protobuf import message_factory
from google.protobuf.message import DecodeError, Message

from clusters.formats import avro, protobuf
from clusters.formats.content import UndecodableError
from clusters.formats.encoding import zigzag
from clusters.formats.schemas import AVRO, PROTOBUF, Schema, message_indexes


def is_equal(raw: bytes, written: bytes, schema: Schema) -> bool:
    """Tell whether two values of a schema say the same; of Protobuf, the indexes of their messages are before them.

    Raises:
        UndecodableError: the first one is not of the schema.
    """
    if raw == written:
        return True
    if schema.kind == AVRO:
        return in_one_block(raw, avro.parse(schema.text, dict(schema.references))) == written
    if schema.kind != PROTOBUF:
        return False
    (places, first), (others, second) = message_indexes(raw), message_indexes(written)
    return places == others and is_equal_message(first, second, protobuf.message_class(schema.descriptors, places))


def is_equal_as(raw: bytes, written: bytes, name: str, descriptors: bytes) -> bool:
    """Tell whether the bytes of two messages of a cluster's own type say the same.

    Raises:
        UndecodableError: there is no such type, or the first one is not of it.
    """
    return is_equal_message(raw, written, message_factory.GetMessageClass(protobuf.own_type(name, descriptors)))


def is_equal_message(raw: bytes, written: bytes, message_class: type[Message]) -> bool:
    """Tell whether the bytes of two messages say the same, with fields that the type does not have.

    Raises:
        UndecodableError: the first one is not of the type.
    """
    message = message_class()
    try:
        message.ParseFromString(raw)
    except DecodeError as error:
        raise UndecodableError(f"It does not fit its Protobuf schema: {error}.") from error
    return message.SerializePartialToString(deterministic=True) == written


def in_one_block(raw: bytes, schema: avro.AvroSchema) -> bytes:
    """Return a value's bytes with each list and map in a single block of no said size.

    Raises:
        UndecodableError: they are not of the schema.
    """
    walk = BlockWalk(raw, schema.named)
    walk.value(schema.parsed)
    pieces, at = list[bytes](), 0
    for start, end, count in sorted(walk.heads):
        pieces += [raw[at:start], count]
        at = end
    return b"".join((*pieces, raw[at:]))


class BlockWalk(avro.Walk):
    """Notes where the heads of blocks are, and what they would be if each list had one block."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.heads: list[tuple[int, int, bytes]] = []

    def blocks(self, schema: Any, depth: int) -> None:
        heads, total = list[tuple[int, int]](), 0
        while count := self.head(heads):
            total += count
            for _ in range(count):
                self.entry(schema, depth)
        (first, *more), (*_, last) = heads, heads
        if total:
            self.heads.append((*first, zigzag(total)))
            self.heads += [(*head, b"") for head in more[:-1]]
            self.heads.append((*last, b"\0"))

    def head(self, heads: list[tuple[int, int]]) -> int:
        """Return how many entries a block has, and note where it says so."""
        start, count = self.at, self.long()
        if count < 0:
            self.long()  # the block's size
        heads.append((start, self.at))
        return abs(count)
