"""A child that hangs is killed and started again; one that gives signs of life, or none by nature, is let be."""

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from kafkaadmin.cli.local.supervisor import SILENCE, Child
from kafkaadmin.runtime import heartbeat


@pytest.fixture(autouse=True)
def signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep signs of life in a folder of this test's own."""
    monkeypatch.setenv("KAFKAADMIN_DATA_DIR", str(tmp_path))


@pytest.fixture
def child() -> Iterator[Child]:
    child = Child("worker", partial(time.sleep, 600))
    yield child
    if child.process:
        child.process.kill()
        child.process.join()


def pid(child: Child, now: float) -> int:
    """Tend a child; return its process as it is then."""
    child.tend(now)
    assert child.process
    assert child.process.pid
    return child.process.pid


def test_a_child_that_falls_silent_is_started_again(child: Child, capfd: pytest.CaptureFixture[str]) -> None:
    first = pid(child, 1_000)
    heartbeat.touch("worker")
    assert pid(child, 1_001) == pid(child, 1_001 + SILENCE) == first
    assert pid(child, 1_002 + SILENCE) != first
    assert "worker gave no sign of life for 120 s" in capfd.readouterr().err


def test_a_child_that_gives_signs_is_let_be_whatever_its_clock_says(child: Child) -> None:
    first = pid(child, 1_000)
    for number in range(1, 6):
        heartbeat.touch("worker")
        os.utime(heartbeat.place("worker"), (0, time.time() - number * 86_400))
        assert pid(child, 1_000 + number * SILENCE) == first


def test_a_child_that_never_gave_a_sign_is_let_be(child: Child) -> None:
    heartbeat.touch("worker")  # by the process before; this one may have no right to write the file
    first = pid(child, 1_000)
    assert pid(child, 9_000) == first
