"""The application as a user starts it: ``kafkaadmin up`` in a folder."""

import os
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.kafka.ports import free_ports
from tests.kafka.processes import Permission, die_with_parent, tail
from tests.kafka.waiting import eventually
from tests.migrated import prepare

USER, PASSWORD = "ada", "correct-horse-battery"


class Server:
    """A running ``kafkaadmin up``, whose database has been migrated unless it is ``empty``."""

    def __init__(self, folder: Path | None = None, *, empty: bool = False, **environment: str) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="kafkaadmin-up-"))
        self.port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.folder / "log"
        if not empty:
            prepare(self.folder)
        own = {name: value for name, value in os.environ.items() if not name.startswith(("KAFKA", "DJANGO"))}
        self.environment = {
            **own,
            "KAFKAADMIN_ADMIN_USER": USER,
            "KAFKAADMIN_ADMIN_PASSWORD": PASSWORD,
            "KAFKAADMIN_INVENTORY_SECONDS": "4",
            **environment,
        }

    def __enter__(self) -> "Server":
        Permission.check()
        command = [sys.executable, "-m", "kafkaadmin", "up", "--port", str(self.port), "--data-dir", str(self.folder)]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command, stdout=output, stderr=output, env=self.environment, preexec_fn=die_with_parent
            )
        try:
            eventually(self.ready, timeout=40)
        except AssertionError:
            self.process.kill()
            raise AssertionError(tail(self.log, 60)) from None
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "process": None}  # that is its starter's

    def ready(self) -> bool:
        """Tell whether it serves."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def children(self) -> dict[str, int]:
        """Return the processes of web, worker and beat by name; nothing while one is missing."""
        pids = list(map(int, Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()))
        names = {pid: Path(f"/proc/{pid}/comm").read_text().strip() for pid in pids}
        processes = {name.removeprefix("ka-"): pid for pid, name in names.items() if name.startswith("ka-")}
        return processes if processes.keys() >= {"web", "worker", "beat"} else {}
