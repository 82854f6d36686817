"""``make demo``: Ctrl-C ends all of it, it starts again at once, and a taken port is named before anything starts."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.ending import end
from tests.demo.ports import needed, taken
from tests.kafka.processes import die_with_parent
from tests.kafka.waiting import eventually

pytestmark = [pytest.mark.services, pytest.mark.timeout(240)]
ROOT = Path(__file__).resolve().parents[2]
PORTS = needed(8080, 3)


class Demo:
    """A demo in a folder of its own, with what it printed."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.log = log
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.demo"], cwd=folder, env=environment, stdout=output, stderr=output,
                preexec_fn=die_with_parent,
            )  # fmt: skip

    def __enter__(self) -> "Demo":
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing running where a test fails: its Kafka would be in the way of all others."""
        end([self.process])

    def says(self, text: str) -> None:
        """Wait until it has printed something."""
        eventually(lambda: text in self.log.read_text(), timeout=150)

    def interrupt(self) -> None:
        """Press Ctrl-C, and see that it ends in five seconds."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(5) == 0


@pytest.mark.usefixtures("demo_ports")
def test_ctrl_c_ends_everything_and_it_starts_again_at_once(tmp_path: Path) -> None:
    with Demo(tmp_path, tmp_path / "first.log") as first:
        first.says("sign in as admin / admin")
        first.interrupt()
    assert taken(PORTS) == []
    with Demo(tmp_path, tmp_path / "again.log") as again:
        again.says("Kafka serves on")
        again.interrupt()  # amid its start
    assert taken(PORTS) == []


@pytest.fixture
def held(demo_ports: None) -> Iterator[int]:
    """The second broker's port, which this process has."""
    with socket.create_server(("127.0.0.1", 19093)):
        yield 19093


def test_a_taken_port_is_named_with_who_has_it_and_nothing_starts(held: int, tmp_path: Path) -> None:
    demo = Demo(tmp_path, tmp_path / "log")
    assert demo.process.wait(30) == 1
    said = demo.log.read_text()
    assert re.search(rf"Port {held}, which Kafka's broker 2 needs, is taken by .* \(process {os.getpid()}\)\.", said)
    assert "Starting" not in said
    assert not (tmp_path / "var").exists()
