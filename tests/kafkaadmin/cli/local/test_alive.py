"""A worker and a beat that hang are noticed by what Kubernetes and Compose ask."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kafkaadmin.runtime import heartbeat
from tests.kafka.processes import die_with_parent
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.services

KAFKAADMIN = [sys.executable, "-m", "kafkaadmin"]
Start = Callable[[str], "subprocess.Popen[bytes]"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A folder for data of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KAFKA", "DJANGO"))}
    return {**own, "KAFKAADMIN_DATA_DIR": str(tmp_path / "data")}


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    running: list[subprocess.Popen[bytes]] = []

    def one(name: str) -> "subprocess.Popen[bytes]":
        running.append(subprocess.Popen([*KAFKAADMIN, name], env=environment, preexec_fn=die_with_parent))
        return running[-1]

    yield one
    for process in running:
        process.kill()
        process.wait(20)


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_it_is_alive_while_it_works_and_not_when_it_hangs(name: str, start: Start, environment: dict[str, str]) -> None:
    file = Path(environment["KAFKAADMIN_DATA_DIR"]) / "alive" / f"{name}.{socket.gethostname()}"

    def alive() -> bool:
        command = [*KAFKAADMIN, "alive", name, "--within", "3600"]
        return subprocess.run(command, env=environment, capture_output=True).returncode == 0

    def alive_again() -> bool:
        return file.stat().st_mtime > 0 and alive()

    assert not alive()
    process = start(name)
    eventually(file.exists)
    os.utime(file, (0, 0))  # what it said when it started does not count
    eventually(alive_again, timeout=60)
    process.send_signal(signal.SIGSTOP)
    os.waitpid(process.pid, os.WUNTRACED)  # until it has stopped
    os.utime(file, (0, 0))
    assert not alive()
    process.send_signal(signal.SIGCONT)
    eventually(alive_again)


def test_a_pool_whose_threads_all_hang_does_not_beat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kafkaadmin.runtime.celery import Heartbeat

    monkeypatch.setenv("KAFKAADMIN_DATA_DIR", str(tmp_path))
    stuck = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(stuck.wait)
        step = Heartbeat(None)
        step.ended = threading.Event()
        beating = threading.Thread(target=step.go_on, args=(pool,))
        beating.start()
        eventually(lambda: pool._work_queue.qsize() == 1)
        assert heartbeat.age("worker") is None
        stuck.set()
        eventually(heartbeat.place("worker").exists)
        step.stop(None)
        beating.join(20)


def test_asking_is_cheap(environment: dict[str, str]) -> None:
    asks = "import sys; from kafkaadmin.cli import main; main(['alive', 'beat'], standalone_mode=False)"
    shown = f"import atexit, sys; atexit.register(lambda: print(sorted(sys.modules))); {asks}"
    ended = subprocess.run([sys.executable, "-c", shown], env=environment, capture_output=True, text=True)
    assert "'kafkaadmin.cli.local.alive'" in ended.stdout
    assert "'django" not in ended.stdout
    assert "'celery" not in ended.stdout
