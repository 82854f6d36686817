"""How far a job is: numbers where they mean something, else unknown."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clusters.jobs.progress import Progress

START = datetime(2026, 1, 1, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("progress", "percent", "rate", "left"),
    [
        (Progress(0, None, None, None, None), None, None, None),
        (Progress(50, 200, START, after(10), None), 25, 5.0, 30.0),
        (Progress(50, 200, START, after(10), None, held_up=True), 25, 5.0, None),
        (Progress(50, 200, START, after(0.5), None), 25, None, None),
        (Progress(0, 200, START, after(10), None), 0, 0.0, None),
        (Progress(300, 200, START, after(10), None), 100, 30.0, 0.0),
        (Progress(200, 200, START, after(10), after(10)), 100, 20.0, None),
        (Progress(0, 0, START, after(1), None), 100, 0.0, None),
    ],
)
def test_progress(progress: Progress, percent: Any, rate: Any, left: Any) -> None:
    assert (progress.percent, progress.per_second, progress.seconds_left) == (percent, rate, left)


def test_a_job_that_has_not_begun_has_run_for_an_unknown_time() -> None:
    assert Progress(0, None, None, None, None).seconds(START) is None
    assert Progress(0, None, START, None, after(7)).seconds(after(99)) == 7.0
