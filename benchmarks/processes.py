"""Everything as it runs in production, ``kafkaadmin up``, on a large cluster: its memory, and its pages over HTTP."""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests

from tests.kafka.cluster import KafkaCluster
from tests.kafka.ports import free_ports
from tests.kafka.properties import SCRAM, password
from tests.kafka.waiting import eventually

WATCHED = 90  # seconds
PAGES = (
    "",
    "topics/",
    "topics/?sort=-size&page=40",
    "topics/?q=777",
    "topics/?format=json",
    "groups/",
    "groups/?sort=-lag",
    "topics/orders-000777/",
    "groups/billing-00077/",
    "lag/",
)


def run(kafka: KafkaCluster) -> dict[str, Any]:
    """Start it, wait until it knows the cluster, request pages for a while; return MiB and milliseconds."""
    base = f"http://127.0.0.1:{(port := free_ports(1)[0])}"
    command = [sys.executable, "-m", "kafkaadmin", "up", "--port", str(port)]
    begun = time.monotonic()
    process = subprocess.Popen(command, env=environment(kafka))
    try:
        eventually(lambda: answers(base), timeout=60)
        ready = time.monotonic() - begun
        session = signed_in(base)
        eventually(lambda: "orders-000" in session.get(f"{base}/clusters/big/topics/").text, timeout=120)
        known_after, peak_mib = time.monotonic() - begun, 0.0
        times: dict[str, list[float]] = {page: [] for page in PAGES}
        end = time.monotonic() + WATCHED
        while time.monotonic() < end:
            for page in PAGES:
                times[page].append(milliseconds(session, f"{base}/clusters/big/{page}"))
            peak_mib = max(peak_mib, memory(process.pid))
            time.sleep(1)
        return {
            "first page after s": round(ready, 1),
            "all topics known after s": round(known_after, 1),
            "MiB of all processes": round(memory(process.pid)),
            "MiB at most": round(peak_mib),
            "MiB of each": {name_of(pid): round(share(pid)) for pid in descendants(process.pid)},
            "pages over HTTP, ms": {
                page or "overview": round(statistics.median(all_), 1) for page, all_ in times.items()
            },
        }
    finally:
        process.terminate()
        process.wait(30)


def environment(kafka: KafkaCluster) -> dict[str, str]:
    """Return the settings: an empty folder, one declared cluster, and an administrator."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KAFKA", "DJANGO"))}
    cluster = "KAFKA_CLUSTERS_0_"
    return own | {
        "KAFKAADMIN_DATA_DIR": tempfile.mkdtemp(prefix="kafkaadmin-bench-"),
        "KAFKAADMIN_ADMIN_PASSWORD": "bench",
        "KAFKAADMIN_LOG_LEVEL": "ERROR",
        f"{cluster}NAME": "big",
        f"{cluster}BOOTSTRAPSERVERS": kafka.bootstrap_servers,
        f"{cluster}PROPERTIES_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        f"{cluster}PROPERTIES_SASL_MECHANISM": "SCRAM-SHA-512",
        f"{cluster}PROPERTIES_SASL_JAAS_CONFIG": f'{SCRAM} required username="admin" password="{password("admin")}";',
    }


def answers(base: str) -> bool:
    """Tell whether the sign-in page is served."""
    try:
        return requests.get(f"{base}/login/", timeout=2).ok
    except (requests.ConnectionError, requests.Timeout):  # it listens before it can answer
        return False


def signed_in(base: str) -> requests.Session:
    """Return the administrator's session."""
    session = requests.Session()
    form = session.get(f"{base}/login/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    fields = {"username": "admin", "password": "bench", "csrfmiddlewaretoken": token[1] if token else ""}
    session.post(f"{base}/login/", fields, headers={"Referer": base}).raise_for_status()
    return session


def milliseconds(session: requests.Session, url: str) -> float:
    """Return how long a page takes."""
    begun = time.perf_counter()
    session.get(url).raise_for_status()
    return (time.perf_counter() - begun) * 1000


def memory(root: int) -> float:
    """Return the memory of a process and its descendants in MiB, shared memory counted once."""
    return sum(share(pid) for pid in descendants(root))


def descendants(pid: int) -> Iterator[int]:
    """Yield a process and everything it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            for child in (task / "children").read_text().split():
                yield from descendants(int(child))


def name_of(pid: int) -> str:
    """Return what a process is, with its number."""
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return f"{next((name for name in ('beat', 'worker', 'web') if name in words), 'up')} {pid}"


def share(pid: int) -> float:
    """Return a process' proportional share of memory in MiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
