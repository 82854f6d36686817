"""Records of ``__consumer_offsets`` as typed events. Any bytes give an event: nothing here raises.

Layouts are those of Kafka's coordinator schemas. What is read and what is refused is as in Burrow 1.9.5, with one
difference: the metadata of value version 4 has a varint length, of which Burrow reads one byte only.
"""

import struct
from struct import Struct
from typing import NamedTuple

from lag.records import group_metadata
from lag.records.group_metadata import OwnersCleared, OwnerSet
from lag.records.wire import MalformedError, Reader, text


class OffsetCommit(NamedTuple):
    """A group committed an offset. ``order`` is the record's own offset in its partition of the offsets topic."""

    group: str
    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    order: int


class OffsetTombstone(NamedTuple):
    """A committed offset expired or was deleted. Burrow ignores it; here the window is dropped."""

    group: str
    topic: str
    partition: int


class GroupDeleted(NamedTuple):
    """A classic group is gone: its record became a tombstone."""

    group: str


class Ignored(NamedTuple):
    """A record that says nothing about lag, or whose kind is skipped on purpose."""

    kind: str


class Malformed(NamedTuple):
    """A record, or the rest of one, that cannot be read."""

    reason: str


Event = OffsetCommit | OffsetTombstone | GroupDeleted | OwnerSet | OwnersCleared | Ignored | Malformed

_OFFSET_KEYS = (0, 1)
_CLASSIC_GROUP_KEY = 2
# Record kinds of the newer group protocols, from Kafka's coordinator record types.
_OTHER_KEYS = {
    3: "consumer group metadata",
    4: "consumer group partition metadata",
    5: "consumer group member",
    6: "consumer group target assignment metadata",
    7: "consumer group target assignment",
    8: "consumer group current assignment",
    9: "share group partition metadata",
    10: "share group member",
    11: "share group metadata",
    12: "share group target assignment metadata",
    13: "share group target assignment",
    14: "share group current assignment",
    15: "share group state partitions",
    16: "consumer group regular expression",
    17: "streams group metadata",
    18: "streams group partition metadata",
    19: "streams group member",
    20: "streams group target assignment metadata",
    21: "streams group target assignment",
    22: "streams group current assignment",
    23: "streams group topology",
    24: "streams group resolved topic ids",
}

_INT16 = Struct(">h")
_INT32 = Struct(">i")
_INT64 = Struct(">q")
_KEY_HEAD = Struct(">hh")  # version, length of the group's name
_VALUE_1 = Struct(">hqh")  # version, offset, length of the metadata
_VALUE_3 = Struct(">hqih")  # version, offset, leader epoch, length of the metadata
_VALUE_3_BARE = Struct(">hqihq")  # the same, and the time at once where there is no metadata
_VALUE_4_BARE = Struct(">hqibq")  # as for version 3; tagged fields follow
_VALUE_4 = Struct(">hqib")  # version, offset, leader epoch, first byte of the metadata's length plus one


def decode(key: bytes | None, value: bytes | None, order: int) -> tuple[Event, ...]:
    """Return a record's events in their order: at least one, possibly Ignored or Malformed.

    A group's record whose later members cannot be read gives the earlier members' events and then Malformed.
    """
    if not key:
        return (Ignored("record without a key"),)
    try:
        version = _INT16.unpack_from(key)[0]
        if version in _OFFSET_KEYS:
            return (_decode_commit(key, value, order),)
        if version == _CLASSIC_GROUP_KEY:
            return _decode_group(key, value)
    except struct.error:
        return (Malformed("the record ends early"),)
    except MalformedError as error:
        return (Malformed(str(error)),)
    return (Ignored(_OTHER_KEYS.get(version, f"unknown key version {version}")),)


def bare_offset(value: bytes) -> tuple[int, int] | None:
    """Return offset and time of a commit without metadata, as nearly all are; None for any other value.

    It reads versions 3 and 4, each in one step; ``decode`` reads the others.
    """
    if len(value) < _VALUE_3_BARE.size:
        return None
    if value[1] == 4:
        version, offset, _, length, timestamp_ms = _VALUE_4_BARE.unpack_from(value)
        return (offset, timestamp_ms) if version == 4 and 0 <= length <= 1 else None
    version, offset, _, length, timestamp_ms = _VALUE_3_BARE.unpack_from(value)
    return (offset, timestamp_ms) if version == 3 and length == 0 else None


def names_in_key(key: bytes) -> tuple[str, str, int] | None:
    """Return the group, topic and partition that an offset commit's key names; None for any other record."""
    try:
        return _offset_key(key) if _INT16.unpack_from(key)[0] in _OFFSET_KEYS else None
    except (struct.error, MalformedError):
        return None


def _decode_commit(key: bytes, value: bytes | None, order: int) -> Event:
    group, topic, partition = _offset_key(key)
    if not value:
        return OffsetTombstone(group, topic, partition)
    offset, timestamp_ms = _offset_value(value)
    return OffsetCommit(group, topic, partition, offset, timestamp_ms, order)


def _offset_key(key: bytes) -> tuple[str, str, int]:
    """Read group, topic and partition by hand: a Reader takes twice the time.

    Caching the parts of a key by its bytes does not pay: among 100,000 keys, a lookup takes as long. A name that ends
    early leaves no room for the partition after it, which raises struct.error.
    """
    group_end = _after(4, _KEY_HEAD.unpack_from(key)[1], "group")
    topic_end = _after(group_end + 2, _INT16.unpack_from(key, group_end)[0], "topic")
    group, topic = text(key[4:group_end]), text(key[group_end + 2 : topic_end])
    return group, topic, _INT32.unpack_from(key, topic_end)[0]


def _offset_value(value: bytes) -> tuple[int, int]:
    """Return the offset and the commit's time in milliseconds; nothing after the time is read."""
    bare = bare_offset(value)
    if bare:
        return bare
    version = _INT16.unpack_from(value)[0]
    if version == 3:
        _, offset, _, length = _VALUE_3.unpack_from(value)
        return offset, _INT64.unpack_from(value, _after(_VALUE_3.size, length, "metadata"))[0]
    if version == 4:
        return _offset_value_4(value)
    if version in (0, 1):
        _, offset, length = _VALUE_1.unpack_from(value)
        return offset, _INT64.unpack_from(value, _after(_VALUE_1.size, length, "metadata"))[0]
    raise MalformedError(f"offset commit value version {version} is not known")


def _after(start: int, length: int, what: str) -> int:
    if length >= 0:
        return start + length
    if length == -1:
        return start
    raise MalformedError(f"{what} has a length of {length}")


def _offset_value_4(value: bytes) -> tuple[int, int]:
    _, offset, _, length = _VALUE_4.unpack_from(value)
    if length > 0:  # a single byte; a longer length begins with a byte below zero
        return offset, _INT64.unpack_from(value, _VALUE_4.size + length - 1)[0]
    reader = Reader(value[_VALUE_4.size - 1 :])
    reader.compact_string("metadata")
    return offset, reader.int64("commit time")


def _decode_group(key: bytes, value: bytes | None) -> tuple[Event, ...]:
    reader = Reader(key)
    reader.int16("key version")
    group = reader.string("group")
    if not value:
        return (GroupDeleted(group),)
    owners, problem = group_metadata.decode(group, value)
    events: tuple[Event, ...] = (*owners, Malformed(problem)) if problem else owners
    return events or (Ignored("group without assignments"),)
