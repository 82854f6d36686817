"""The end of a round: groups are judged and everything is saved, or, without news, only the round is noted."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from core.leasing import interval_elapsed
from lag.collecting.history import Recorder
from lag.collecting.persistence import ShardWriter, Tick
from lag.collecting.shard_state import ShardState
from lag.collecting.verdict_rows import judge_all
from lag.settings import EvaluatorSettingsByGroup

JUDGED_EVERY = timedelta(seconds=5)  # also where nothing happens: a verdict depends on the time


class Judge:
    """Judges a shard's groups after its rounds, and remembers as of what."""

    def __init__(self, state: ShardState) -> None:
        self.state = state
        self.recorder = Recorder()
        self.judged: tuple[object, ...] = ()
        self.judged_at: datetime | None = None

    def finish(self, ends: dict[int, int], forgotten: list[int], begun: float, now: datetime) -> None:
        """Judge and save after a round that had news; else store that there was one.

        Raises:
            LeaseLost: another worker owns the shard.
        """
        if forgotten or not self._is_quiet(ends, now):
            self._save(ends, forgotten, begun)
            self.judged, self.judged_at = self._facts(ends), now
        else:
            self._count_round(begun)
            shard = self.state.shard
            shard.save_if_held(ticks=shard.ticks, ticked_at=shard.ticked_at, seconds=shard.seconds)

    def _count_round(self, begun: float) -> None:
        shard = self.state.shard
        shard.ticks, shard.ticked_at, shard.seconds = shard.ticks + 1, datetime.now(UTC), time.monotonic() - begun

    def _is_quiet(self, ends: dict[int, int], now: datetime) -> bool:
        """Tell whether nothing happened since groups were judged, a moment ago: then nothing is judged nor written."""
        return (
            not interval_elapsed(self.judged_at, JUDGED_EVERY, now)
            and not (self.state.store.changed or self.state.ends.changed)
            and self._facts(ends) == self.judged
        )

    def _facts(self, ends: dict[int, int]) -> tuple[object, ...]:
        """Return what must change for a round to have news, beside windows and ends that say so themselves."""
        shard = self.state.shard
        return (ends, self.state.ends.fetched_at, shard.error, shard.mode, shard.idle_before_ms, shard.records)

    def _save(self, ends: dict[int, int], forgotten: list[int], begun: float) -> None:
        state, now = self.state, datetime.now(UTC)
        now_ms = int(now.timestamp() * 1000)
        settings = EvaluatorSettingsByGroup(state.cluster, state.settings)
        former = state.stored.verdicts if self.judged_at else {}
        verdicts = judge_all(state.store, state.cluster.name, settings, state.ends, now_ms, former)
        positions = {number: (state.positions[number], end) for number, end in ends.items()}
        self._count(positions)
        self._count_round(begun)
        tick = Tick(verdicts, positions, self.recorder.record(verdicts, now_ms), forgotten, now)
        ShardWriter(state.shard, state.stored, state.partitioner).save(state.store, state.ends, tick)

    def _count(self, positions: dict[int, tuple[int, int]]) -> None:
        """Bring the shard's own figures up to date, which are saved with the rest."""
        state, shard = self.state, self.state.shard
        shard.unread = sum(max(end - at, 0) for at, end in positions.values())
        shard.counts = dict(state.engine.counts + Counter(shard.counts))
        state.engine.counts.clear()
        shard.ends_as_of = state.ends.fetched_at
