"""PostgreSQL and Redis for tests: real ones from Debian's packages, on free ports, in folders of their own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.kafka.ports import free_ports
from tests.kafka.processes import Permission, die_with_parent
from tests.kafka.waiting import eventually


def tool(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, the newest installed."""
    return str(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))[-1])


class Postgres:
    """A PostgreSQL that is thrown away. It refuses to run as root, so root lends it the package's user."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kafkaadmin-postgres-"))
        self.port = free_ports(1)[0]
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        self.name = self.user or pwd.getpwuid(os.geteuid()).pw_name

    @property
    def url(self) -> str:
        """The address for DATABASE_URL."""
        return f"postgres://{self.name}@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> "Postgres":
        Permission.check()
        data = self.folder / "data"
        subprocess.run(
            [tool("initdb"), "--auth", "trust", "--no-sync", "--encoding", "UTF8", "--locale", "C", str(data)],
            user=self.user, cwd=self.folder, check=True, capture_output=True,
        )  # fmt: skip
        self.start()
        return self

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder,
            "fsync": "off", "max_connections": 200,
        }  # fmt: skip
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.process = subprocess.Popen(
            [tool("postgres"), "-D", str(self.folder / "data"), *settings],
            user=self.user, cwd=self.folder, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent,
        )  # fmt: skip
        eventually(lambda: answers(self.port), timeout=30)

    def stop(self) -> None:
        """Stop at once, as when a machine fails."""
        self.process.kill()
        self.process.wait(20)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "process": None}  # that is its starter's

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis:
    """A Redis that keeps nothing."""

    def __init__(self) -> None:
        self.port = free_ports(1)[0]

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> "Redis":
        Permission.check()
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent)
        eventually(lambda: answers(self.port), timeout=20)
        return self

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "process": None}  # that is its starter's

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(20)


def answers(port: int) -> bool:
    """Tell whether something listens."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
