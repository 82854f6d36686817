"""The source of commits where the offsets topic may not be read: committed offsets are polled."""

import time
from datetime import datetime

from lag.collecting import sampling
from lag.collecting.shard_state import ShardState
from lag.models import Shard


class PollingSource:
    """Samples committed offsets, once per refresh of the end offsets."""

    def __init__(self, state: ShardState) -> None:
        self.state = state
        self.sampled_for: datetime | None = None

    def read(self, now: datetime) -> dict[int, int]:
        """Sample if that is due; return the ends by partition of the offsets topic, of which none is read.

        Raises:
            KafkaFailure: nobody answered.
        """
        self._begin()
        if self.sampled_for != self.state.ends.fetched_at:
            self._sample(now)
            self.sampled_for = self.state.ends.fetched_at
        return {}

    def _begin(self) -> None:
        """Forget what was read. If even the topic's partitions are unknown, all groups belong to the first shard."""
        state = self.state
        if state.shard.mode != Shard.POLLING:
            state.forget_groups()
            state.shard.mode = Shard.POLLING
        state.partitioner = state.present_partitioner()
        state.positions.clear()
        state.shard.idle_before_ms = None

    def _sample(self, now: datetime) -> None:
        state = self.state
        committed, complete = sampling.poll(state.connection, state.is_wanted)
        state.ends.fetch_missing(sampling.partitions(committed), state.store, now)
        sampling.sample(state.store, committed, time.time_ns() // 1_000_000)
        if complete:
            for name in set(state.store.names()) - committed.keys():
                state.store.delete_group(name)
