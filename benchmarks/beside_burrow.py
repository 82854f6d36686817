"""Compare every verdict with the real Burrow's, reading the same cluster at the same time.

``BURROW_BIN=…/burrow python -m benchmarks.beside_burrow --bootstrap 127.0.0.1:19092 --minutes 7`` against the demo.

A Burrow that starts measures the commits it finds against the end offsets of that moment: their lags seem to fall.
Until its windows hold only commits that it saw happen, ten commits later, differences are counted separately.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from tests.kafka.ports import free_ports
from tests.kafka.properties import password

EVERY = 5.0  # seconds between two comparisons
SETTLED = 210.0  # seconds after which a Burrow has seen ten commits of the slowest group happen
CONFIG = """
[client-profile.p]
kafka-version = "2.8.0"
sasl = "s"
[sasl.s]
username = "admin"
password = "{password}"
mechanism = "SCRAM-SHA-512"
handshake-first = true
[cluster.{cluster}]
class-name = "kafka"
servers = ["{bootstrap}"]
client-profile = "p"
[consumer.{cluster}]
class-name = "kafka"
cluster = "{cluster}"
servers = ["{bootstrap}"]
client-profile = "p"
[httpserver.default]
address = "127.0.0.1:{port}"
[evaluator.default]
class-name = "caching"
expire-cache = 1
"""
Key = tuple[str, str, int]


def main() -> None:
    """Run both for a while, and print the comparison."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", default="127.0.0.1:19092")
    parser.add_argument("--ours", default="http://127.0.0.1:8080")
    parser.add_argument("--cluster", default="demo")
    parser.add_argument("--minutes", type=float, default=3.0)
    options = parser.parse_args()
    binary = os.environ.get("BURROW_BIN")
    if not binary:
        raise SystemExit("Set BURROW_BIN to the path of Burrow's binary.")
    port = free_ports(1)[0]
    with tempfile.TemporaryDirectory() as folder:
        text = CONFIG.format(
            password=password("admin"), cluster=options.cluster, bootstrap=options.bootstrap, port=port
        )
        Path(folder, "burrow.toml").write_text(text)
        burrow = subprocess.Popen(
            [binary, "--config-dir", folder], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            compare(f"http://127.0.0.1:{port}", options.ours, options.cluster, options.minutes * 60)
        finally:
            burrow.terminate()
            burrow.wait(20)


def compare(burrows: str, ours: str, cluster: str, seconds: float) -> None:
    """Ask both repeatedly; print each disagreement, and the totals at the end."""
    agreed, sums = Counter[str](), Counter[str]()
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        time.sleep(EVERY)
        theirs, own = verdicts(burrows, cluster), verdicts(ours, cluster)
        for key in sorted(theirs.keys() & own.keys()):
            same = theirs[key] == own[key]
            settling = "" if time.monotonic() - began > SETTLED else " while Burrow settled"
            sums[("agreed" if same else "differed") + settling] += 1
            agreed[theirs[key]] += same
            if not same:
                moment = f"{time.monotonic() - began:6.0f} s"
                print(f"{moment}  {key[0]} {key[1]}-{key[2]}: Burrow {theirs[key]}, kafkaadmin {own[key]}", flush=True)
        sums["only Burrow"] += len(theirs.keys() - own.keys())
        sums["only kafkaadmin"] += len(own.keys() - theirs.keys())
    print(f"verdicts: {dict(sums)}; agreed by status: {dict(agreed)}")


def verdicts(base: str, cluster: str) -> dict[Key, str]:
    """Return the status of every partition of every group, except Burrow's own."""
    status_by_partition: dict[Key, str] = {}
    for group in get(f"{base}/v3/kafka/{cluster}/consumer").get("consumers", []):
        if group.startswith("burrow-"):
            continue
        path = urllib.parse.quote(group, safe="")
        status = get(f"{base}/v3/kafka/{cluster}/consumer/{path}/lag").get("status", {})
        for partition in status.get("partitions", []):
            status_by_partition[group, partition["topic"], partition["partition"]] = partition["status"]
    return status_by_partition


def get(url: str) -> Any:
    """Return the JSON of a response, also of an error; an empty object while the server starts."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        return json.load(error)
    except OSError:
        return {}


if __name__ == "__main__":
    main()
