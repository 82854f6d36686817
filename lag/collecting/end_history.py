"""What is remembered of end offsets: a short history as in Burrow, a long one with times, and where logs start."""

from datetime import datetime

from clusters.gateway.offsets import Watermarks
from lag.verdicts.time_lag import TimeLag, time_lag
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.timeline import Timeline


class EndHistory:
    """The end offsets of a cluster's topics over time.

    A topic is settled once its short history is full of one number: then only is noted when it was last seen so, until
    it moves. ``changed`` are the topics with news since it was last saved.
    """

    def __init__(self, broker: BrokerOffsets, intervals: int) -> None:
        self.broker, self.intervals = broker, intervals
        self.starts: dict[str, list[int | None]] = {}
        self.timelines: dict[str, list[Timeline]] = {}
        self.settled: dict[str, list[Watermarks]] = {}
        self.seen_ms: dict[str, int] = {}
        self.changed: set[str] = set()
        self.aged: set[str] = set()  # topics whose timelines were not saved with the rest
        self.timelines_saved_at: datetime | None = None

    def note(self, topic: str, marks: list[Watermarks], now_ms: int) -> None:
        """Add the watermarks of a topic's partitions as seen at a moment."""
        if self.settled.get(topic) == marks:
            self.seen_ms[topic] = now_ms
        else:
            self._make_up(topic)
            self._add(topic, marks, now_ms)

    def forget_ends(self, topic: str) -> None:
        """Forget a topic that is gone, or was created again."""
        self.broker.delete_topic(topic)
        for by_topic in (self.starts, self.timelines, self.settled, self.seen_ms):
            by_topic.pop(topic, None)
        self.changed.add(topic)

    def _make_up(self, topic: str) -> None:
        """Add to the timelines until when a settled topic, which moves now, was as it was."""
        moment_ms = self.seen_ms.pop(topic, None)
        marks = self.settled.pop(topic, [])
        for timeline, mark in zip(self.timelines.get(topic, ()), marks, strict=False):
            if moment_ms is not None and mark.high is not None:
                timeline.add(moment_ms, mark.high)

    def _add(self, topic: str, marks: list[Watermarks], now_ms: int) -> None:
        timelines = self.timelines.setdefault(topic, [])
        timelines.extend(Timeline() for _ in range(len(timelines), len(marks)))
        starts = [mark.low for mark in marks]
        if starts != self.starts.get(topic) or self._is_news(topic, marks):
            self.changed.add(topic)
        elif all(mark.high is not None for mark in marks):
            self.settled[topic] = marks
        self.starts[topic] = starts
        for partition, mark in enumerate(marks):
            if mark.high is not None:
                self.broker.add(topic, partition, len(marks), mark.high)
                timelines[partition].add(now_ms, mark.high)

    def _is_news(self, topic: str, marks: list[Watermarks]) -> bool:
        """Tell whether end offsets are worth saving: an idle topic's history repeats the same numbers."""
        histories = self.broker.histories(topic)
        return len(histories) != len(marks) or any(
            mark.high is not None and (len(history) < self.intervals or set(history) != {mark.high})
            for mark, history in zip(marks, histories, strict=True)
        )

    def behind(self, topic: str, partition: int, committed: int, now_ms: int) -> TimeLag | None:
        """Return how far behind in time a committed offset is; None where no end offset was seen."""
        timelines = self.timelines.get(topic, ())
        return time_lag(committed, timelines[partition], now_ms) if partition < len(timelines) else None

    def lost(self, topic: str, partition: int, committed: int) -> int:
        """Return how many records from a committed offset on have expired unread."""
        starts = self.starts.get(topic, ())
        start = starts[partition] if partition < len(starts) else None
        return max(start - committed, 0) if start is not None else 0
