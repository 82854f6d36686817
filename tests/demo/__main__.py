"""``make demo``: Kafka, the workload, kafkaadmin; Ctrl-C ends them all."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

from tests.demo import ending, prometheus
from tests.demo.ports import needed, taken
from tests.kafka.cluster import KafkaCluster
from tests.kafka.jars import VERSION
from tests.kafka.processes import die_with_parent
from tests.kafka.properties import SCRAM, password
from tests.kafka.zookeeper import ZooKeeperKafka

FOLDER = Path("var/demo").resolve()
USER, PASSWORD = "admin", "admin"
BROKERS = 3
Parts = dict[str, "subprocess.Popen[bytes]"]


def cluster(version: str) -> KafkaCluster:
    """Return the demo's cluster, not started yet, with nothing of an earlier demo: its brokers were killed."""
    for folder in ("kafka", "app"):
        shutil.rmtree(FOLDER / folder, ignore_errors=True)
    kind = (
        ZooKeeperKafka if version.startswith(("2.", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6")) else KafkaCluster
    )
    return kind(BROKERS, folder=FOLDER / "kafka", demo_ports=True, version=version)


def configuration(servers: str, user: str, secret: str, measured: dict[str, object] | None = None) -> Path:
    """Write the cluster in kafka-ui's layout (JSON is YAML) and return the file, which only its owner may read."""
    signing_in = {
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.jaas.config": f'{SCRAM} required username="{user}" password="{secret}";',
    }
    cluster = {
        "name": "demo",
        "bootstrapServers": servers,
        "properties": signing_in if user else {},
        **({"metrics": measured} if measured else {}),
    }
    path = FOLDER / "kafkaadmin.yml"
    path.touch(mode=0o600)
    path.write_text(json.dumps({"kafka": {"clusters": [cluster]}}, indent=2))
    return path


def start(arguments: list[str], log: str, environment: dict[str, str] | None = None) -> "subprocess.Popen[bytes]":
    """Start one of the demo's processes with its output in a log file."""
    with (FOLDER / log).open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def serves(port: int) -> bool:
    """Tell whether kafkaadmin serves."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def options() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--kafka", default=VERSION, help="Kafka's version; 3.4.0 runs with ZooKeeper")
    parser.add_argument("--bootstrap", help="use this cluster instead; DEMO_PASSWORD has the password")
    parser.add_argument("--username", default="")
    return parser.parse_args()


def main() -> int:
    """Run the demo until a signal, or until a part of it dies."""
    chosen = options()
    sentences = taken(needed(chosen.port, 0 if chosen.bootstrap else BROKERS))
    if sentences:
        print(*sentences, "End what has them, and start the demo again.", sep="\n", file=sys.stderr)
        return 1
    ending.interrupt_on_signals()
    FOLDER.mkdir(parents=True, exist_ok=True)
    kafka = None if chosen.bootstrap else cluster(chosen.kafka)
    parts: Parts = {}
    try:
        start_all(parts, kafka, chosen)
        return watch(parts, chosen.port)
    except KeyboardInterrupt:
        return 0
    finally:
        print("Stopping …", flush=True)
        ending.end(parts.values())
        if kafka:
            kafka.stop()


def start_all(parts: Parts, kafka: KafkaCluster | None, chosen: argparse.Namespace) -> None:
    """Start Kafka and its workload, if it is the demo's own, and kafkaadmin."""
    if kafka:
        print(f"Starting Kafka {chosen.kafka}: three brokers, SASL/SCRAM, ACLs …", flush=True)
        kafka.start()
        print(f"Kafka serves on {kafka.bootstrap_servers}. Starting the workload and kafkaadmin …", flush=True)
        workload = ["tests.demo.workload", "--bootstrap", kafka.bootstrap_servers, "--kafka", chosen.kafka]
        parts["workload"] = start(workload, "workload.log")
        measured = prometheus.settings(kafka, parts)
        config = configuration(kafka.bootstrap_servers, "devops", password("devops"), measured)
    else:
        config = configuration(chosen.bootstrap, chosen.username, os.environ.get("DEMO_PASSWORD", ""))
    environment = {
        "KAFKAADMIN_ADMIN_USER": USER,
        "KAFKAADMIN_ADMIN_PASSWORD": PASSWORD,
        "KAFKAADMIN_CONFIG": str(config),
    }
    folder = FOLDER / ("app" if kafka else "app-elsewhere")
    up = ["kafkaadmin", "up", "--port", str(chosen.port), "--data-dir", str(folder)]
    parts["kafkaadmin"] = start(up, "kafkaadmin.log", environment)


def watch(parts: Parts, port: int) -> int:
    """Say when kafkaadmin serves; end when a part died."""
    is_announced, pause = False, threading.Event()
    while not (pause.wait(0.3) or ending.is_interrupted()):
        for name, process in parts.items():
            if process.poll() is not None:
                print(f"{name} ended by itself; its log is {FOLDER}/{name}.log", flush=True)
                return 1
        if not is_announced and serves(port):
            is_announced = True
            print(
                f"\n  http://127.0.0.1:{port}/   sign in as {USER} / {PASSWORD}   (Ctrl-C stops everything)\n",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
