"""Groups that have not committed since reading began: what they committed before is polled, once."""

import time
from datetime import datetime

from lag.collecting import sampling
from lag.collecting.shard_state import ShardState


def fill_idle(state: ShardState, ends: dict[int, int], now: datetime) -> None:
    """Once everything recent is read, poll the offsets of groups that have not committed since.

    Raises:
        KafkaFailure: nobody answered.
    """
    moment_ms = state.shard.idle_before_ms
    if moment_ms is None or any(state.positions[number] < end for number, end in ends.items()):
        return
    committed, complete = sampling.poll(state.connection, state.is_wanted)
    state.ends.fetch_missing(sampling.partitions(committed), state.store, now)
    sampling.fill_idle(state.store, committed, moment_ms, time.time_ns() // 1_000_000)
    state.shard.idle_before_ms = None if complete else moment_ms
