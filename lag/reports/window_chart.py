"""A window as a chart: the committed offsets, and where the log ended at each commit. Pure."""

from collections.abc import Sequence

from core.web.charts.drawing import Chart, Frame, draw
from lag.types import Commit

FRAME = Frame("Evaluation window", dots=True, from_zero=False)


def window_chart(commits: Sequence[Commit]) -> Chart:
    """Place commits by time and offset; the log's end is offset plus lag, and unknown where the lag is."""
    ends = [None if commit.lag is None else commit.offset + commit.lag for commit in commits]
    series: dict[str, Sequence[float | None]] = {"committed offset": [commit.offset for commit in commits]}
    if any(end is not None for end in ends):
        series["log end offset at the commit"] = ends
    return draw(FRAME, series, [commit.timestamp_ms / 1000 for commit in commits])
