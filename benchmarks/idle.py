"""What an installation costs while nothing happens: ``python -m benchmarks.idle [SIZE ...]``, small and large.

Prints the seconds until ``kafkaadmin up`` answers, and once it has settled the memory of all its processes, shared
memory counted once, and the share of a core that each of them takes. The same goes to ``var/bench/idle.json``.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.big_cluster import HEAP, PARTITIONS, fill
from benchmarks.processes import answers, descendants, environment, memory, share, signed_in
from clusters.gateway.clients.connection import Connection
from tests.kafka.cluster import KafkaCluster
from tests.kafka.ports import free_ports
from tests.kafka.properties import password
from tests.kafka.waiting import eventually

SETTLING = 150.0  # seconds: the cluster is read, groups are judged, and the short histories of ends fill up
WATCHED = 180.0  # seconds of idling that are measured: as long as the longest interval, that of configs
STEP = 0.02  # seconds between two attempts to get the first answer
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Size:
    """How much a cluster holds, and what may be spent on it."""

    topics: int
    groups: int
    most_cpu: float
    most_mib: float


SIZES = {"small": Size(2_000, 500, 5.0, 240.0), "large": Size(10_000, 2_000, 12.0, 320.0)}


def main() -> None:
    """Measure the sizes asked for; print, and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", metavar="SIZE", choices=[*SIZES, []], help=" or ".join(SIZES))
    figures = {name: measure_size(SIZES[name]) for name in parser.parse_args().sizes or SIZES}
    folder = Path("var/bench")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "idle.json").write_text(json.dumps(figures, indent=1) + "\n")


def measure_size(size: Size) -> dict[str, float]:
    """Fill a cluster, and measure an installation that looks at it."""
    with KafkaCluster(3, heap=HEAP) as kafka:
        admin = Connection(kafka.bootstrap_servers, "SASL_PLAINTEXT", "SCRAM-SHA-512", "admin", password("admin"))
        fill(kafka.client_config(), admin, size.topics, size.groups)
        figures = measure(kafka)
    print(f"{size.topics:,} topics, {size.topics * PARTITIONS:,} partitions, {size.groups:,} quiet groups")
    for name, figure in figures.items():
        print(f"  {name:<40}{figure:>10.1f}{limit(name, size)}", flush=True)
    return figures


def limit(name: str, size: Size) -> str:
    """Return the most that a figure may be, where there is a limit."""
    limits = {"seconds until ready": 2.5, "MiB of all processes": size.most_mib, "% of a core, idle": size.most_cpu}
    return f"  (at most {limits[name]:g})" if name in limits else ""


def measure(kafka: KafkaCluster) -> dict[str, float]:
    """Start an installation twice, the first time on nothing; let it settle, and watch it idle."""
    settings = environment(kafka)
    with installation(settings) as (_, _, seconds):
        first = seconds
    with installation(settings) as (process, base, seconds):
        session = signed_in(base)
        eventually(lambda: "billing-0" in session.get(f"{base}/clusters/big/lag/").text, timeout=120)
        time.sleep(SETTLING)
        return {"seconds until ready, first start": first, "seconds until ready": seconds, **idling(process.pid)}


@contextmanager
def installation(settings: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    """Run ``kafkaadmin up``; yield it, its address, and the seconds until it answered."""
    base = f"http://127.0.0.1:{(port := free_ports(1)[0])}"
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "kafkaadmin", "up", "--port", str(port)], env=settings)
    try:
        eventually(lambda: answers(base), timeout=60, every=STEP)
        yield process, base, time.monotonic() - begun
    finally:
        process.terminate()
        process.wait(30)


def idling(root: int) -> dict[str, float]:
    """Return a while's CPU time as a share of a core, and the memory at its end."""
    pids = list(descendants(root))
    before = {pid: cpu_seconds(pid) for pid in pids}
    begun = time.monotonic()
    time.sleep(WATCHED)
    seconds = time.monotonic() - begun
    shares = {pid: 100 * (cpu_seconds(pid) - before[pid]) / seconds for pid in pids}
    return {
        "MiB of all processes": memory(root),
        **{f"MiB of {name_of(pid)}": share(pid) for pid in pids},
        "% of a core, idle": sum(shares.values()),
        **{f"% of a core, {name_of(pid)}": shares[pid] for pid in pids},
    }


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has taken so far, with that of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def name_of(pid: int) -> str:
    """Return a process' name, as ``ps`` tells it."""
    return Path(f"/proc/{pid}/comm").read_text().strip()


if __name__ == "__main__":
    main()
