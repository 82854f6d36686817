"""Rounds that hang: their cluster stands still, and says so; no other cluster waits for them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from core.leasing import LeaseLost
from lag import tasks
from tests.kafka.waiting import eventually

THREADS = 8  # of a worker
HANGING = range(1, THREADS + 3)  # more clusters hang than a worker has threads
SOUND = 100


@contextmanager
def some_hang(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[int]]:
    """Have the rounds of some shards hang; collects the shards whose rounds came back."""
    released, ended = threading.Event(), set[int]()

    def round_of(shard_id: int) -> None:
        if shard_id in HANGING:
            released.wait(60)
        ended.add(shard_id)

    monkeypatch.setattr(tasks, "tick_shard", round_of)
    monkeypatch.setattr(tasks, "DEADLINE", 0.05)
    try:
        yield ended
    finally:
        released.set()


def test_clusters_whose_rounds_hang_hold_up_no_other_cluster(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with some_hang(monkeypatch) as ended, ThreadPoolExecutor(THREADS) as worker:
        list(worker.map(tasks.tick, HANGING))
        monkeypatch.setattr(tasks, "DEADLINE", 30)
        worker.submit(tasks.tick, SOUND).result(30)
        assert ended == {SOUND}
    assert caplog.text.count("has not finished") == len(HANGING)


def test_a_shard_that_hangs_is_not_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, released = [], threading.Event()

    def owned(shard_id: int) -> None:
        begun.append(shard_id)
        released.wait(60)

    monkeypatch.setattr(tasks, "owned", owned)
    monkeypatch.setattr(tasks, "DEADLINE", 0.05)
    tasks.tick(1)
    monkeypatch.setattr(tasks, "DEADLINE", 30)
    tasks.tick(1)
    released.set()
    assert begun == [1]


def test_a_round_that_hangs_for_too_long_is_given_up_a_few_times(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun, released, dropped = list[int](), threading.Event(), list[int]()

    def owned(shard_id: int) -> None:
        begun.append(shard_id)
        released.wait(60)
        raise LeaseLost  # what it would save is another's by now

    monkeypatch.setattr(tasks, "owned", owned)
    monkeypatch.setattr(tasks, "drop", dropped.append)
    monkeypatch.setattr(tasks, "DEADLINE", 0.05)
    monkeypatch.setattr(tasks, "HOPELESS", 0.0)
    for _ in range(tasks.MOST_GIVEN_UP + 3):
        tasks.tick(7)
    assert len(begun) == tasks.MOST_GIVEN_UP + 1
    assert caplog.text.count("shard 7 has hung") == tasks.MOST_GIVEN_UP
    released.set()
    eventually(lambda: caplog.text.count("Shard 7 has finished after all") == tasks.MOST_GIVEN_UP + 1)
    assert dropped == [7], "only the last one is the shard's"
    # Once it came back, the next one begins.
    monkeypatch.setattr(tasks, "DEADLINE", 30)
    tasks.tick(7)
    assert len(begun) == tasks.MOST_GIVEN_UP + 2


def test_what_a_round_raises_is_the_tasks_own_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(shard_id: int) -> None:
        raise OSError("no disk")

    monkeypatch.setattr(tasks, "tick_shard", fail)
    with pytest.raises(OSError, match="no disk"):
        tasks.tick(1)
