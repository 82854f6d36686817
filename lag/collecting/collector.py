"""One shard's collector: reads commits to the end, applies them, judges, saves. It lives in the shard's owner.

Kafka requests per tick: one list-offsets per leader for the offsets topic's ends, the fetches themselves, and, every
``offset-refresh``, two list-offsets per leader and thousand partitions.
"""

import time
from datetime import UTC, datetime, timedelta

from clusters.gateway.errors import KafkaFailure
from core.leasing import interval_elapsed
from lag.collecting import persistence
from lag.collecting.forgetting import apply_forgotten
from lag.collecting.judging import Judge
from lag.collecting.polling_source import PollingSource
from lag.collecting.reaping import Reaper
from lag.collecting.shard_state import ShardState
from lag.collecting.topic_source import ReadingRefused, TopicSource
from lag.models import Shard

CHECKED_EVERY = timedelta(seconds=3)  # between two looks whether connection or settings were edited
RETRY_READING = timedelta(minutes=1)  # between two attempts to read the offsets topic after a refusal
STALE_ENDS = "The lag of these partitions is the last known one."


class Collector:
    """Does the rounds of one shard: refresh ends, read, reap, forget, judge and save."""

    def __init__(self, shard: Shard) -> None:
        self.shard, self.state = shard, ShardState(shard)
        self.topic, self.polling = TopicSource(self.state), PollingSource(self.state)
        self.reaper, self.judge = Reaper(self.state), Judge(self.state)
        self.refused_at: datetime | None = None
        self.checked_at: datetime | None = None

    def tick(self) -> None:
        """Do one round. What failed is stated in the shard's row; what succeeded is saved.

        Raises:
            LeaseLost: another worker owns the shard.
        """
        begun, now, state = time.monotonic(), datetime.now(UTC), self.state
        try:
            self._refresh_ends(now)
            ends = self._read(now)
            self.reaper.reap(now)
            forgotten = apply_forgotten(state.cluster, state.store, state.is_own)
        except KafkaFailure as failure:
            self.topic.close()
            persistence.record_failure(self.shard, failure.sentence, failure.advice)
            return
        self.judge.finish(ends, forgotten, begun, now)
        state.last_round = datetime.now(UTC)

    def _refresh_ends(self, now: datetime) -> None:
        ends = self.state.ends
        ends.refresh(self.state.store, now)
        self.shard.error = " ".join(dict.fromkeys(failure.sentence for failure in ends.failures))
        self.shard.advice = STALE_ENDS if self.shard.error else ""

    def _read(self, now: datetime) -> dict[int, int]:
        """Read the offsets topic; poll instead where that is refused, and for a while after a refusal."""
        if interval_elapsed(self.refused_at, RETRY_READING, now):
            try:
                ends = self.topic.read(now)
            except ReadingRefused:
                self.topic.close()
                self.refused_at = now
            else:
                self.refused_at = None
                return ends
        return self.polling.read(now)

    def is_outdated(self) -> bool:
        """Tell whether the cluster's connection or its settings were edited since the state was loaded."""
        now = datetime.now(UTC)
        if not interval_elapsed(self.checked_at, CHECKED_EVERY, now):
            return False
        self.checked_at = now
        return self.state.is_edited()

    def close(self) -> None:
        self.topic.close()
