"""Where a partition's log ended, and when: a long, sparse history, from which time lag is derived.

Lag in records is known at once; lag in seconds needs to know when a record was written, and the end offsets seen over
time tell that without reading a record. The more recent, the closer the samples.
"""

from array import array
from bisect import bisect_right

from lag.types import Int64s

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000
# Up to an age, one sample is kept per width. Each width divides the next, so that thinning twice equals thinning
# once.
_BANDS = (
    (5 * _MINUTE, 4_000),
    (_HOUR, _MINUTE),
    (_DAY, 10 * _MINUTE),
    (7 * _DAY, _HOUR),
)
_SLACK = 32  # samples added before the history is thinned again


class Timeline:
    """Samples of one partition's end offset: ``moments`` in milliseconds, rising, and ``ends``, never falling.

    At most some 450 samples: all of the last five minutes (but one in four seconds), then one per minute for an hour,
    one per ten minutes for a day, one per hour for a week, and one older than that. An end offset that stays the same
    takes two samples however long it stays.
    """

    __slots__ = ("_thin_at", "ends", "moments")

    def __init__(self) -> None:
        self.moments: Int64s = array("q")
        self.ends: Int64s = array("q")
        self._thin_at = _SLACK

    def __len__(self) -> int:
        return len(self.moments)

    def add(self, moment_ms: int, end: int) -> None:
        """Add the end offset seen at a moment.

        An end below the one before means that the topic was created again or truncated: the history restarts. Samples
        later than the moment are dropped: the clock was set back.
        """
        if self.ends and end < self.ends[-1]:
            self._cut(0)
        if self.moments and moment_ms <= self.moments[-1]:
            self._cut(bisect_right(self.moments, moment_ms - 1))
        if len(self.ends) > 1 and self.ends[-2] == self.ends[-1] == end:
            self.moments[-1] = moment_ms
            return
        self.moments.append(moment_ms)
        self.ends.append(end)
        if len(self.moments) >= self._thin_at:
            self._thin()

    def end_at(self, moment_ms: int) -> float | None:
        """Return the end offset at a moment, interpolated between two samples; outside of them, the nearest one.

        None where there is no sample.
        """
        if not self.moments:
            return None
        after = bisect_right(self.moments, moment_ms)
        if after in (0, len(self.moments)):
            return self.ends[max(after - 1, 0)]
        start, stop = self.moments[after - 1], self.moments[after]
        risen = self.ends[after] - self.ends[after - 1]
        return self.ends[after - 1] + risen * (moment_ms - start) / (stop - start)

    def dump(self) -> Int64s:
        """Return the history as one array: all moments, then all end offsets."""
        return self.moments + self.ends

    @classmethod
    def load(cls, numbers: Int64s) -> "Timeline":
        """Return the history that was dumped. Raises ValueError for an array that is not a timeline."""
        if len(numbers) % 2:
            raise ValueError(f"A timeline has as many end offsets as moments, not {len(numbers)} numbers in all.")
        timeline = cls()
        half = len(numbers) // 2
        timeline.moments, timeline.ends = numbers[:half], numbers[half:]
        timeline._thin_at = half + _SLACK
        return timeline

    def _cut(self, length: int) -> None:
        del self.moments[length:], self.ends[length:]

    def _thin(self) -> None:
        """Keep the last sample of each stretch of time; the newest is always the last of its own."""
        newest = self.moments[-1]
        stretches = {_stretch(newest - moment, moment): index for index, moment in enumerate(self.moments)}
        self.moments = array("q", (self.moments[index] for index in stretches.values()))
        self.ends = array("q", (self.ends[index] for index in stretches.values()))
        self._thin_at = len(self.moments) + _SLACK


def _stretch(age_ms: int, moment_ms: int) -> tuple[int, int]:
    """Return the stretch of time that shares one sample; everything older than a week is one."""
    for age_limit, width in _BANDS:
        if age_ms < age_limit:
            return width, moment_ms // width
    return 0, 0
