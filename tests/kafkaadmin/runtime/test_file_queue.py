import multiprocessing
import threading
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from celery import Celery

from kafkaadmin.runtime.celery_settings import transport


def test_a_reader_never_finds_half_a_message(tmp_path: Path, settings: Any) -> None:
    app = Celery(set_as_current=False)
    app.conf.update(**transport("", tmp_path))
    number, ended = 500, threading.Event()

    def send() -> None:
        with app.connection() as connection:
            queue = connection.SimpleQueue("t")
            for index in range(number):
                queue.put({"number": index, "filling": "x" * 50_000})
        ended.set()

    sender = threading.Thread(target=send)
    sender.start()
    numbers: set[int] = set()
    with app.connection() as connection:
        queue = connection.SimpleQueue("t")
        while len(numbers) < number:
            message = queue.get(timeout=20)
            assert len(message.payload["filling"]) == 50_000
            numbers.add(message.payload["number"])
            message.ack()
    sender.join()
    assert ended.is_set()


def test_programs_that_start_at_once_all_find_their_queue(tmp_path: Path) -> None:
    """Web, worker and beat declare the same queue in the same moment, in a folder that nobody has used yet."""
    processes = multiprocessing.get_context("fork")
    for number in range(10):
        folder, together = tmp_path / str(number), processes.Barrier(8)
        programs = [processes.Process(target=send_twice, args=(folder, f"t{number}", together)) for _ in range(4)]
        for program in programs:
            program.start()
        for program in programs:
            program.join()
        assert len(list((folder / "queue").iterdir())) == 8


def send_twice(folder: Path, queue: str, together: Barrier) -> None:
    """Send a message from each of two threads, when all are ready."""
    app = Celery(set_as_current=False)
    app.conf.update(**transport("", folder))

    def send() -> None:
        with app.connection() as connection:
            together.wait(timeout=20)
            connection.SimpleQueue(queue).put("hello")

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
