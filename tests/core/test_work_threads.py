"""Work that hangs keeps nobody else waiting, and what work raises reaches whoever waits for it."""

import threading
from functools import partial

import pytest

from core.work_threads import WorkThreads
from tests.kafka.waiting import eventually


def test_work_goes_on_beside_any_amount_that_hangs() -> None:
    threads, released, done = WorkThreads(), threading.Event(), threading.Event()
    hanging = [threads.submit(partial(released.wait, 60)) for _ in range(50)]  # type: ignore[arg-type]
    threads.submit(done.set).result(30)
    assert done.is_set()
    assert not any(future.done() for future in hanging)
    released.set()
    for future in hanging:
        future.result(30)


def test_what_work_raises_is_raised_where_it_is_waited_for() -> None:
    def fail() -> None:
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        WorkThreads().submit(fail).result(30)


def test_one_piece_of_work_after_another_is_done_by_the_same_thread() -> None:
    threads, idents = WorkThreads(), set[int]()
    for _ in range(20):
        threads.submit(lambda: idents.add(threading.get_ident())).result(30)
    assert len(idents) == 1


def test_a_thread_that_comes_back_late_is_used_again() -> None:
    threads, released = WorkThreads(), threading.Event()
    late = threads.submit(partial(released.wait, 60))  # type: ignore[arg-type]
    released.set()
    late.result(30)
    before = threading.active_count()
    threads.submit(lambda: None).result(30)
    eventually(lambda: threading.active_count() == before)
