"""A shard is replayable: cut the stream anywhere, save, load, go on, and nothing differs."""

import json
import zlib
from array import array
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lag.types import StorageSettings
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.checkpoint import CheckpointError, dump, dump_arrays, dump_group, load, load_arrays, load_group
from lag.windows.shard import Shard
from tests.lag.factories import (
    NOW_MS,
    assignment,
    commit_key,
    commit_value,
    group_key,
    group_value,
    member,
    shard,
    value_4,
)
from tests.lag.properties import holds


class Record(NamedTuple):
    key: bytes
    value: bytes | None


names = st.sampled_from(["g", "h", "Käse"])
offsets = st.integers(0, 120)
moments = st.integers(NOW_MS - 30_000, NOW_MS)
commit_keys = st.builds(
    commit_key,
    group=names | st.just(b"\xff"),
    topic=st.sampled_from(["t", "unknown"]),
    partition=st.integers(-1, 3),
)
group_keys = st.builds(group_key, names)
commit_values = st.builds(commit_value, offset=offsets, timestamp_ms=moments) | st.builds(
    value_4, offset=offsets, timestamp_ms=moments, metadata=st.text(max_size=3)
)
owners = st.lists(st.integers(0, 3), max_size=2).map(lambda owned: group_value(member(assignment([("t", owned)]))))
records = st.one_of(
    st.builds(Record, commit_keys, commit_values),
    st.builds(Record, commit_keys, commit_values),
    st.builds(Record, commit_keys | group_keys, st.none()),
    st.builds(Record, group_keys, owners | st.just(group_value())),
    st.builds(Record, st.binary(max_size=9), st.none() | st.binary(max_size=9)),
)
streams = st.lists(records, max_size=60)
SETTINGS = StorageSettings(intervals=4, min_distance=1)


def started() -> Shard:
    return shard(ends=(90, 100), partition_count=3, intervals=SETTINGS.intervals, min_distance=SETTINGS.min_distance)


def read(applied: Shard, stream: list[Record], start: int = 0) -> Shard:
    for order, (key, value) in enumerate(stream[start:], start):
        applied.apply(0, order, key, value, NOW_MS + order * 1_000)
    return applied


def state(applied: Shard) -> tuple[dict[int, int], dict[str, Any]]:
    """Return everything there is to know of a shard, with windows in a form that can be compared."""
    store = applied.store
    windows = {name: store.read(name, NOW_MS) for name in store.names()}
    plain = {
        name: topics
        and {topic: [slot._replace(commits=tuple(slot.commits)) for slot in slots] for topic, slots in topics.items()}
        for name, topics in windows.items()
    }
    return applied.positions, plain


@holds
@given(streams, st.integers(0, 60))
def test_saving_and_loading_anywhere_in_the_stream_changes_nothing(stream: list[Record], cut: int) -> None:
    first = read(started(), stream[:cut])
    resumed = load(dump(first), SETTINGS, BrokerOffsets(SETTINGS.intervals))
    assert state(read(resumed, stream, min(cut, len(stream)))) == state(read(started(), stream))


@holds
@given(streams, st.integers(0, 60))
def test_reading_records_again_changes_nothing(stream: list[Record], back: int) -> None:
    once, again = read(started(), stream), read(started(), stream)
    read(again, stream, max(len(stream) - back, 0))
    assert state(again) == state(once)


@holds
@given(streams, st.integers(1, 60), st.integers(0, 60), st.booleans())
def test_in_batches_it_comes_to_the_same_as_one_by_one(
    stream: list[Record], size: int, old_until: int, topic_goes: bool
) -> None:
    one_by_one, in_batches = started(), started()
    for start in range(0, len(stream), size):
        now_ms = NOW_MS + start * 1_000
        written = [(0, order, *record, NOW_MS) for order, record in enumerate(stream[start : start + size], start)]
        for source, order, key, value, _ in written:
            one_by_one.apply(source, order, key, value, now_ms, replayed=order < old_until)
        in_batches.apply_all(written, now_ms, NOW_MS + 1, {0: old_until})
        in_batches.apply_all(written, now_ms)  # again, as after a takeover
        if topic_goes:
            for store in (one_by_one, in_batches):
                store.store.delete_topic("t")
                store.store.broker.delete_topic("t")
                store.store.broker.add("t", 0, 1, 100)
    assert state(in_batches) == state(one_by_one)
    assert in_batches.counts == one_by_one.counts


def test_reading_again_does_not_bring_back_a_commit_that_another_replaced() -> None:
    stream = [Record(commit_key(), commit_value(offset=n, timestamp_ms=NOW_MS)) for n in (1, 2)]
    stream.append(Record(commit_key(), commit_value(offset=3, timestamp_ms=NOW_MS + 5_000)))
    once, again = read(started(), stream), read(read(started(), stream), stream)
    assert state(again) == state(once)
    assert (again.counts, again.positions) == ({"kept": 3}, {0: 3})


@holds
@given(streams)
def test_a_group_saved_by_itself_is_the_same_group(stream: list[Record]) -> None:
    applied, other = read(started(), stream), started()
    for name, group in applied.store.groups():
        other.store.restore(*load_group(dump_group(name, group)))
    assert state(other)[1] == state(applied)[1]


@pytest.mark.parametrize("intervals", [2, 4, 9])
def test_a_checkpoint_loads_under_another_number_of_intervals(intervals: int) -> None:
    stream = [Record(commit_key(), commit_value(offset=n, timestamp_ms=NOW_MS + n * 5_000)) for n in range(4)]
    settings = StorageSettings(intervals=intervals)
    loaded = load(dump(read(started(), stream)), settings, BrokerOffsets(intervals))
    (slot, *_) = (loaded.store.read("g", NOW_MS) or {})["t"]
    assert [commit.offset for commit in slot.commits] == list(range(4))[-intervals:]


def test_a_broker_that_other_shards_keep_fresh_is_not_set_back() -> None:
    broker = BrokerOffsets(4)
    broker.add("t", 0, 1, 5_000)
    load(dump(read(started(), [])), SETTINGS, broker)
    assert broker.newest("t", 0) == 5_000


@holds
@given(st.lists(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=5), max_size=5))
def test_arrays_come_back_as_they_were(lists: list[list[int]]) -> None:
    arrays = [array("q", numbers) for numbers in lists]
    assert load_arrays(dump_arrays(arrays)) == arrays


def refused_or_loaded(data: bytes) -> None:
    """Load bytes as each kind; anything raised but CheckpointError fails the test."""
    for attempt in (
        lambda: load(data, SETTINGS, BrokerOffsets(4)),
        lambda: load_group(data),
        lambda: load_arrays(data),
    ):
        try:
            attempt()
        except CheckpointError:
            continue


@holds
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes_load_or_are_refused_as_damaged(raw: bytes, packed: bytes) -> None:
    for data in (raw, zlib.compress(packed), zlib.compress(len(packed).to_bytes(8, "little") + packed)):
        with pytest.raises(CheckpointError):
            load(data, SETTINGS, BrokerOffsets(4))
        refused_or_loaded(data)


anything = st.recursive(
    st.none() | st.integers(-3, 20) | st.floats() | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=12,
)
slots = st.lists(anything | st.integers(0, 10) | st.just([5, "o", "c"]), max_size=3)
topics = st.dictionaries(st.text(max_size=2), slots, max_size=2)
groups = st.tuples(st.text(max_size=2), st.integers(), topics | anything)
headers = st.fixed_dictionaries(
    {"version": st.just(1)},
    optional={
        "positions": anything | st.lists(st.tuples(st.integers(), anything)),
        "groups": anything | st.lists(groups | anything, max_size=2),
        "group": anything | groups,
        "broker": anything | st.lists(st.tuples(st.text(max_size=2), slots), max_size=2),
        "lengths": anything | slots,
    },
)


@holds
@given(headers, st.binary(max_size=90))
def test_well_packed_nonsense_loads_or_is_refused_as_damaged(header: dict[str, object], numbers: bytes) -> None:
    text = json.dumps(header).encode()
    refused_or_loaded(zlib.compress(len(text).to_bytes(8, "little") + text + numbers))


def test_a_header_nested_without_end_is_damaged() -> None:
    text = b"[" * 200_000
    with pytest.raises(CheckpointError, match="damaged"):
        load(zlib.compress(len(text).to_bytes(8, "little") + text), SETTINGS, BrokerOffsets(4))


@pytest.mark.parametrize("length", [-5, 3, 2.5, "5", True])
def test_a_window_of_an_impossible_length_is_refused(length: object) -> None:
    header = {"version": 1, "positions": [], "broker": [], "groups": [["g", 0, {"t": [length]}]]}
    text = json.dumps(header).encode()
    with pytest.raises(CheckpointError):
        load(zlib.compress(len(text).to_bytes(8, "little") + text + bytes(400)), SETTINGS, BrokerOffsets(4))
