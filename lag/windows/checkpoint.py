"""A shard as bytes: windows, owners, end offsets and positions, taken together so that none is ahead of another.

The bytes are compressed: a length, that many bytes of JSON (names, counts, positions), then all windows' numbers and
all end offsets one after the other, eight bytes each, little-endian.
"""

import json
import sys
import zlib
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from lag.types import Int64s, StorageSettings
from lag.windows import window
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.group_filter import GroupFilter
from lag.windows.group_store import Group, GroupStore, PartitionWindow
from lag.windows.shard import Shard
from lag.windows.timeline import Timeline

_VERSION = 1
_LENGTH_BYTES = 8
_FASTEST = 1
_MISFITS = (AttributeError, KeyError, TypeError, ValueError)  # raised by parts of a wrong type


class CheckpointError(ValueError):
    """The bytes are not a checkpoint that this version reads; the shard has to start from the offsets topic."""


def dump(shard: Shard) -> bytes:
    """Return the shard as bytes, without its counts."""
    numbers: Int64s = array("q")
    header = {
        "version": _VERSION,
        "positions": list(shard.positions.items()),
        "groups": [_group_header(name, group, numbers) for name, group in shard.store.groups()],
        "broker": [_topic_header(topic, rings, numbers) for topic, rings in shard.store.broker.rings()],
    }
    return _packed(header, numbers)


def dump_group(name: str, group: Group) -> bytes:
    """Return one group's windows and owners as bytes. Its name may hold bytes that are not UTF-8 (lag.records.wire)."""
    numbers: Int64s = array("q")
    return _packed({"version": _VERSION, "group": _group_header(name, group, numbers)}, numbers)


def load_group(data: bytes) -> tuple[str, Group]:
    """Return the saved group and its name. Raises CheckpointError."""
    header, numbers = _parts(data)
    try:
        name, last_commit_ms, topics = header["group"]
        return name, _group(last_commit_ms, topics, _Numbers(numbers))
    except _MISFITS as error:
        raise CheckpointError(f"The group's parts do not fit together: {error!r}.") from error


def dump_arrays(arrays: Sequence[Int64s]) -> bytes:
    """Return arrays of numbers as bytes, such as a topic's end offsets by partition."""
    numbers: Int64s = array("q")
    for row in arrays:
        numbers.extend(row)
    return _packed({"version": _VERSION, "lengths": [len(row) for row in arrays]}, numbers)


def load_arrays(data: bytes) -> list[Int64s]:
    """Return the saved arrays. Raises CheckpointError."""
    header, numbers = _parts(data)
    reader = _Numbers(numbers)
    try:
        return [reader.take(length) for length in header["lengths"]]
    except _MISFITS as error:
        raise CheckpointError(f"The numbers do not fit together: {error!r}.") from error


def load(data: bytes, settings: StorageSettings, broker: BrokerOffsets, accepts: GroupFilter | None = None) -> Shard:
    """Return the saved shard, under the settings of today.

    Saved end offsets go into ``broker`` for topics that it does not know: a broker that other shards share is ahead.
    Raises CheckpointError.
    """
    header, numbers = _parts(data)
    try:
        shard = Shard(GroupStore(settings, broker), dict(header["positions"]), accepts or GroupFilter())
        reader = _Numbers(numbers)
        for name, last_commit_ms, topics in header["groups"]:
            shard.store.restore(name, _group(last_commit_ms, topics, reader))
        known_topics = set(broker.topics())
        for topic, lengths in header["broker"]:
            rings = [reader.take(length) for length in lengths]
            if topic not in known_topics:
                broker.restore(topic, rings)
    except _MISFITS as error:
        raise CheckpointError(f"The checkpoint's parts do not fit together: {error!r}.") from error
    return shard


def _packed(header: dict[str, Any], numbers: Int64s) -> bytes:
    text = json.dumps(header, separators=(",", ":")).encode()
    return zlib.compress(len(text).to_bytes(_LENGTH_BYTES, "little") + text + _swapped(numbers).tobytes(), _FASTEST)


def _group_header(name: str, group: Group, numbers: Int64s) -> list[Any]:
    topics = {
        topic: [_window_header(partition_window, numbers) for partition_window in windows]
        for topic, windows in group.topics.items()
    }
    return [name, group.last_commit_ms, topics]


def _window_header(partition_window: PartitionWindow, numbers: Int64s) -> int | list[Any] | None:
    """Return the number count of the window (None for no window), with the owner only where there is one."""
    length = None
    if partition_window.rows is not None:
        length = len(partition_window.rows)
        numbers.extend(partition_window.rows)
    return (
        [length, partition_window.owner, partition_window.client_id]
        if partition_window.owner or partition_window.client_id
        else length
    )


def _topic_header(topic: str, rings: list[Int64s], numbers: Int64s) -> list[Any]:
    for ring in rings:
        numbers.extend(ring)
    return [topic, [len(ring) for ring in rings]]


def _parts(data: bytes) -> tuple[dict[str, Any], Int64s]:
    try:
        raw = zlib.decompress(data)
        end = _LENGTH_BYTES + int.from_bytes(raw[:_LENGTH_BYTES], "little")
        header = json.loads(raw[_LENGTH_BYTES:end])
        numbers: Int64s = array("q")
        numbers.frombytes(raw[end:])
    except (zlib.error, ValueError, RecursionError) as error:
        raise CheckpointError(f"The checkpoint is damaged: {error}.") from error
    if not isinstance(header, dict) or header.get("version") != _VERSION:
        raise CheckpointError("The checkpoint was written by another version.")
    return header, _swapped(numbers)


class _Numbers:
    """Returns the numbers in the order in which they were saved."""

    def __init__(self, numbers: Int64s) -> None:
        self._numbers = numbers
        self._at = 0

    def take(self, count: int) -> Int64s:
        if type(count) is not int or count < 0:
            raise CheckpointError(f"The checkpoint has a length of {count!r}.")
        piece = self._numbers[self._at : self._at + count]
        if len(piece) < count:
            raise CheckpointError("The checkpoint ends early.")
        self._at += count
        return piece


def _group(last_commit_ms: int, topics: dict[str, list[Any]], reader: _Numbers) -> Group:
    group = Group(last_commit_ms)
    for topic, windows in topics.items():
        group.topics[topic] = list(_windows(windows, reader))
    return group


def _windows(headers: list[Any], reader: _Numbers) -> Iterator[PartitionWindow]:
    for header in headers:
        length, owner, client_id = header if isinstance(header, list) else (header, "", "")
        rows = None if length is None else reader.take(length)
        if rows is not None and not window.is_whole(rows):
            raise CheckpointError(f"The checkpoint has a window of {length} numbers.")
        yield PartitionWindow(rows, owner, client_id)


def _swapped(numbers: Int64s) -> Int64s:
    """Convert between this machine's byte order and little-endian."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def load_timelines(data: bytes) -> list[Timeline]:
    """Return a topic's timelines by partition. Raises CheckpointError."""
    try:
        return [Timeline.load(numbers) for numbers in load_arrays(data)]
    except ValueError as error:
        raise CheckpointError(str(error)) from error
