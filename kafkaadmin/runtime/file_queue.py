"""Celery's queue of files, each of which appears whole: a reader never finds half of one."""

import fcntl
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps

NAME = "wholefiles"
BINDING = threading.Lock()


class Channel(filesystem.Channel):
    """kombu's channel, except for how messages and an exchange's queues are written.

    kombu opens the file under its final name and then writes: who looks in between finds nothing, and fails on it. So
    does everyone after a process was killed in between.
    """

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def queue_bind(self, *args: Any, **kwargs: Any) -> None:
        """Bind a queue; kombu believes another thread's binding before it is in the file, and drops what is sent."""
        with BINDING:
            super().queue_bind(*args, **kwargs)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:  # type: ignore[override]
        binding = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with (self.control_folder / "bindings.lock").open("w") as bindings:
            fcntl.flock(bindings, fcntl.LOCK_EX)  # until the file is closed
            queues = self.get_table(exchange)
            if binding not in queues:
                write_whole(self._exchange_file(exchange), dumps([binding, *queues]))  # type: ignore[attr-defined]


def write_whole(path: Path, text: str) -> None:
    """Write a file that others see with all of its text or not at all."""
    unfinished = path.with_name(f"{path.name}.{uuid.uuid4()}.unfinished")
    unfinished.write_text(text)
    unfinished.replace(path)


class Transport(filesystem.Transport):
    """kombu's transport with such channels."""

    Channel = Channel


TRANSPORT_ALIASES[NAME] = "kafkaadmin.runtime.file_queue:Transport"
