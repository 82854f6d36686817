import threading
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
