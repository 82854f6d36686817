"""Celery's queue of files, with messages that appear whole: a reader never finds half of one."""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

NAME = "wholefiles"


class Channel(filesystem.Channel):
    """kombu's channel, except for how a message is written.

    kombu opens the file under its final name and then writes; a worker that looks in between takes an empty message,
    and fails on it.
    """

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        unfinished = folder / f"{name}.unfinished"
        unfinished.write_text(dumps(payload))
        unfinished.replace(folder / name)


class Transport(filesystem.Transport):
    """kombu's transport with such channels."""

    Channel = Channel


TRANSPORT_ALIASES[NAME] = "kafkaadmin.runtime.file_queue:Transport"
