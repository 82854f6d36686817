"""What clusters that do not answer leave behind: ``python -m benchmarks.endurance [--minutes 5]``.

``kafkaadmin up`` with ten clusters that cannot be reached, ten that refuse and ten that take connections and say
nothing, looked at as often as possible, while pages ask them and connections to them are tested. Prints threads,
sockets and memory of all processes once each cluster was looked at, at the end, and the ratios: a leak grows with the
minutes.
Writes all samples as JSON to ``var/bench/endurance.json``.
"""

import argparse
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import requests

from benchmarks.processes import answers, descendants, share, signed_in
from tests.kafka.ports import free_ports
from tests.kafka.waiting import eventually
from tests.kafkaadmin.odd.pages import forms_of

EACH = 10  # clusters of a kind
PATIENCE = 900  # seconds for asking all clusters once, by when a process has what it keeps
EVERY = 5  # seconds between two samples
WINDOW = 12  # samples of the begin, and of the end, of which the least counts: clients come and go, a leak stays
UNREACHABLE = "192.0.2.{}:9092"  # of a net that is nowhere (RFC 5737)
PAGES = ("topics/t/", "groups/g/", "brokers/1/", "topics/t/messages/")


@dataclass(frozen=True)
class Sample:
    """What all processes together have at a moment."""

    seconds: float
    threads: int
    sockets: int
    mib: float


@contextmanager
def hanging_servers() -> Iterator[list[str]]:
    """Have servers that take connections and never say anything."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(EACH)]
    for listener in listeners:
        threading.Thread(target=take, args=(listener,), daemon=True).start()
    yield [f"127.0.0.1:{listener.getsockname()[1]}" for listener in listeners]
    for listener in listeners:
        listener.close()


def take(listener: socket.socket) -> None:
    """Take connections, and keep each until the other side closes it."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=drain, args=(connection,), daemon=True).start()


def drain(connection: socket.socket) -> None:
    with connection:
        try:
            while connection.recv(4096):
                pass
        except OSError:
            return


def environment(servers: dict[str, str], folder: str) -> dict[str, str]:
    """Return the settings: an empty folder, short intervals, and the clusters."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KAFKA", "DJANGO"))}
    own |= {
        "KAFKAADMIN_DATA_DIR": folder,
        "KAFKAADMIN_ADMIN_PASSWORD": "bench",
        "KAFKAADMIN_INVENTORY_SECONDS": "1",
        "KAFKAADMIN_LAG_SECONDS": "1",
    }
    for number, (name, server) in enumerate(servers.items()):
        own |= {f"KAFKA_CLUSTERS_{number}_NAME": name, f"KAFKA_CLUSTERS_{number}_BOOTSTRAPSERVERS": server}
    return own


def sample(pid: int, begun: float) -> Sample:
    processes = list(descendants(pid))
    return Sample(
        round(time.monotonic() - begun, 1),
        sum(len(list(Path(f"/proc/{process}/task").iterdir())) for process in processes),
        sum(sockets_of(process) for process in processes),
        round(sum(share(process) for process in processes), 1),
    )


def sockets_of(pid: int) -> int:
    """Return how many sockets a process has open."""
    number = 0
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            number += descriptor.readlink().name.startswith("socket:")
        except FileNotFoundError:  # closed meanwhile
            continue
    return number


def ask(base: str, servers: dict[str, str], all_asked: threading.Event, ended: threading.Event) -> None:
    """Open pages of the clusters, and test connections to them, one after another; say when all were asked once."""
    session = signed_in(base)
    page_of_form = session.get(f"{base}/clusters/new/").text
    form = next(form for form in forms_of(page_of_form) if "bootstrap_servers" in form.names)
    for number, (name, page) in enumerate(itertools.cycle(itertools.product(servers, PAGES))):
        if ended.is_set():
            return
        if number == len(servers) * len(PAGES):
            all_asked.set()
        tested = {**form.fields, "name": "tested", "bootstrap_servers": servers[name], "action": "test"}
        try:
            session.get(f"{base}/clusters/{name}/{page}", timeout=60)
            session.post(f"{base}/clusters/new/", tested, headers={"Referer": base}, timeout=60)
        except requests.RequestException as error:
            print(f"{name}/{page}: {error}", file=sys.stderr)


def samples_of(minutes: float) -> list[Sample]:
    """Let it run, and return what it had."""
    base = f"http://127.0.0.1:{(port := free_ports(1)[0])}"
    all_asked, ended = threading.Event(), threading.Event()
    with hanging_servers() as hanging, tempfile.TemporaryDirectory(prefix="kafkaadmin-bench-") as folder:
        kinds = {
            "unreachable": [UNREACHABLE.format(number + 1) for number in range(EACH)],
            "refusing": [f"127.0.0.1:{closed}" for closed in free_ports(EACH)],
            "hanging": hanging,
        }
        servers = {f"{kind}-{number}": server for kind, each in kinds.items() for number, server in enumerate(each)}
        command = [sys.executable, "-m", "kafkaadmin", "up", "--port", str(port)]
        process = subprocess.Popen(
            command, env=environment(servers, folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            eventually(lambda: answers(base), timeout=120)
            threading.Thread(target=ask, args=(base, servers, all_asked, ended), daemon=True).start()
            if not all_asked.wait(PATIENCE):
                raise TimeoutError("Not all clusters could be asked once.")
            begun, samples = time.monotonic(), list[Sample]()
            while time.monotonic() - begun < 60 * minutes:
                samples.append(sample(process.pid, begun))
                time.sleep(EVERY)
            return samples
        finally:
            ended.set()
            process.terminate()
            process.wait(60)


def main() -> None:
    """Measure, print, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    samples = samples_of(parser.parse_args().minutes)
    print(f"{'':10}{'begin':>10}{'end':>10}{'most':>10}{'ratio':>8}")
    for name in ("threads", "sockets", "mib"):
        numbers = [getattr(each, name) for each in samples]
        begin, end, most = min(numbers[:WINDOW]), min(numbers[-WINDOW:]), max(numbers)
        print(f"{name:10}{begin:10,.0f}{end:10,.0f}{most:10,.0f}{end / max(begin, 1):8.2f}")
    path = Path("var/bench/endurance.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(each) for each in samples], indent=1))


if __name__ == "__main__":
    main()
