"""Records, commits and windows for tests, made by keyword."""

import struct
from collections.abc import Sequence

from lag.records.commits import OffsetCommit
from lag.types import Commit, Partition, StorageSettings
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.group_store import GroupStore
from lag.windows.shard import Shard
from lag.windows.timeline import Timeline

NOW_MS = 1_750_000_000_000


def string(value: str | bytes | None) -> bytes:
    """Return a string as Kafka writes it: its length, two bytes, in front; -1 for null."""
    if value is None:
        return struct.pack(">h", -1)
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack(">h", len(raw)) + raw


def commit_key(*, group: str | bytes = "g", topic: str = "t", partition: int = 0, version: int = 1) -> bytes:
    """Return the key of an offset commit."""
    return struct.pack(">h", version) + string(group) + string(topic) + struct.pack(">i", partition)


def commit_value(*, offset: int = 5, timestamp_ms: int = NOW_MS, metadata: str | None = "") -> bytes:
    """Return the value of an offset commit, version 3."""
    return struct.pack(">hqi", 3, offset, -1) + string(metadata) + struct.pack(">q", timestamp_ms)


def value_4(*, offset: int = 5, timestamp_ms: int = NOW_MS, metadata: str | None = "") -> bytes:
    """Return the value of an offset commit, version 4, with a topic id behind it as a tagged field."""
    raw = b"" if metadata is None else metadata.encode()
    length = varint(0 if metadata is None else len(raw) + 1)
    tagged = b"\1\0\x10" + bytes(16)
    return struct.pack(">hqi", 4, offset, -1) + length + raw + struct.pack(">q", timestamp_ms) + tagged


def varint(number: int) -> bytes:
    """Return an unsigned number, seven bits a byte, the lowest first."""
    return bytes([number & 0x7F | 0x80]) + varint(number >> 7) if number > 0x7F else bytes([number])


def group_key(group: str = "g") -> bytes:
    """Return the key of a classic group's metadata."""
    return struct.pack(">h", 2) + string(group)


def group_value(*members: bytes, version: int = 3, protocol_type: str = "consumer", count: int | None = None) -> bytes:
    """Return a classic group's metadata; ``count`` overrides the number of members told."""
    head = struct.pack(">h", version) + string(protocol_type) + struct.pack(">i", 1) + string("range") + string("m")
    state = struct.pack(">q", NOW_MS) if version >= 2 else b""
    return head + state + struct.pack(">i", len(members) if count is None else count) + b"".join(members)


def member(assigned: bytes, *, client_id: str = "app", host: str = "/10.0.0.1", version: int = 3) -> bytes:
    """Return one member of a group's metadata, with the bytes of its assignment."""
    names = string("m") + (string(None) if version >= 3 else b"") + string(client_id) + string(host)
    timeouts = struct.pack(">ii", 1, 1) if version >= 1 else struct.pack(">i", 1)
    return names + timeouts + struct.pack(">i", 0) + struct.pack(">i", len(assigned)) + assigned


def assignment(topics: Sequence[tuple[str, Sequence[int]]], *, version: int = 1) -> bytes:
    """Return an assignment: topics with their partitions, no user data."""
    body = b"".join(
        string(topic) + struct.pack(f">i{len(numbers)}i", len(numbers), *numbers) for topic, numbers in topics
    )
    return struct.pack(">hi", version, len(topics)) + body + struct.pack(">i", -1)


def store(*, ends: Sequence[int] = (100,), partition_count: int = 1, **settings: int | str) -> GroupStore:
    """Return a store that knows the end offsets of partition 0 of topic ``t``."""
    made = StorageSettings(**settings)  # type: ignore[arg-type]
    broker = BrokerOffsets(made.intervals)
    for end in ends:
        broker.add("t", 0, partition_count, end)
    return GroupStore(made, broker)


def shard(*, ends: Sequence[int] = (100,), partition_count: int = 1, **settings: int | str) -> Shard:
    """Return a shard over such a store."""
    return Shard(store(ends=ends, partition_count=partition_count, **settings), {})


def offset_commit(
    *,
    group: str = "g",
    topic: str = "t",
    partition: int = 0,
    offset: int = 5,
    order: int = 1,
    timestamp_ms: int = NOW_MS,
) -> OffsetCommit:
    """Return a commit as it comes from a record."""
    return OffsetCommit(group, topic, partition, offset, timestamp_ms, order)


def kept(groups: GroupStore, *, now_ms: int = NOW_MS) -> list[Commit]:
    """Return what the window of group ``g`` on partition 0 of topic ``t`` holds; the group must be known."""
    topics = groups.read("g", now_ms)
    assert topics is not None
    return list(topics["t"][0].commits)


def partition(
    *,
    offsets: Sequence[int] = (),
    lags: Sequence[int | None] = (),
    times: Sequence[int] = (),
    intervals: int = 0,
    current_lag: int = 10,
    ends: Sequence[int] = (),
) -> Partition:
    """Return a window of commits ten seconds apart, the last at NOW_MS, with a lag of 10 unless told otherwise."""
    count = len(offsets)
    all_lags = list(lags) or [10] * count
    moments = list(times) or [NOW_MS - 10_000 * (count - 1 - place) for place in range(count)]
    commits = tuple(
        Commit(offset, order, moments[order], moments[order], all_lags[order]) for order, offset in enumerate(offsets)
    )
    return Partition(intervals or count, commits, tuple(ends), current_lag)


def timeline(*samples: tuple[int, int]) -> Timeline:
    """Return a history of (milliseconds after NOW_MS, end offset)."""
    made = Timeline()
    for after_ms, end in samples:
        made.add(NOW_MS + after_ms, end)
    return made
