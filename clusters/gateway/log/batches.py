"""Record batches in fetched bytes (magic 2, Kafka 0.11 on): their headers are in clear, whatever the codec."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

# baseOffset, batchLength, partitionLeaderEpoch, magic, crc, attributes, lastOffsetDelta, baseTimestamp, maxTimestamp,
# producerId, producerEpoch, baseSequence, recordsCount
HEADER = struct.Struct(">qiibIhiqqqhii")
LENGTH = struct.Struct(">qi")
MAGIC_AT = 16
CODEC, APPEND_TIME, TRANSACTIONAL, CONTROL = 0x07, 0x08, 0x10, 0x20  # bits of the attributes
CURRENT = 2


class OldFormatError(Exception):
    """Records of Kafka before 0.11 (magic 0 or 1), which are not read here."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch: its offsets, how it is compressed, which transaction it is of, and its records as they are stored."""

    base_offset: int
    last_offset: int
    codec: int
    appended: bool
    transactional: bool
    control: bool
    base_time: int
    max_time: int
    producer_id: int
    count: int
    payload: memoryview


def batches(data: bytes) -> Iterator[Batch]:
    """Yield the batches of a partition's answer; the last one may be cut off, and is left out then.

    Raises:
        OldFormatError: there is one of an old format.
    """
    view, at = memoryview(data), 0
    while at + HEADER.size <= len(view):
        _, length = LENGTH.unpack_from(view, at)
        end = at + LENGTH.size + length
        if view[at + MAGIC_AT] != CURRENT:
            raise OldFormatError
        if end > len(view):
            return
        yield batch_at(view, at, end)
        at = end


def batch_at(view: memoryview, at: int, end: int) -> Batch:
    """Return the batch between two places."""
    base, _, _, _, _, attributes, delta, first, latest, producer, _, _, count = HEADER.unpack_from(view, at)
    return Batch(
        base_offset=base,
        last_offset=base + delta,
        codec=attributes & CODEC,
        appended=bool(attributes & APPEND_TIME),
        transactional=bool(attributes & TRANSACTIONAL),
        control=bool(attributes & CONTROL),
        base_time=first,
        max_time=latest,
        producer_id=producer,
        count=count,
        payload=view[at + HEADER.size : end],
    )
