"""``make demo``: Kafka, the workload, kafkaadmin; Ctrl-C ends them all."""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

from tests.demo import prometheus
from tests.demo.ending import on_signal
from tests.kafka.cluster import KafkaCluster
from tests.kafka.jars import VERSION
from tests.kafka.processes import die_with_parent
from tests.kafka.properties import SCRAM, password
from tests.kafka.zookeeper import ZooKeeperKafka

FOLDER = Path("var/demo").resolve()
USER, PASSWORD = "admin", "admin"


def cluster(version: str) -> KafkaCluster:
    """Return the demo's cluster, not started yet; each version keeps its data in a folder of its own."""
    folder = FOLDER / ("kafka" if version == VERSION else f"kafka-{version}")
    kind = (
        ZooKeeperKafka if version.startswith(("2.", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6")) else KafkaCluster
    )
    return kind(3, folder=folder, demo_ports=True, version=version)


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
            preexec_fn=die_with_parent_politely,
        )


def die_with_parent_politely() -> None:
    """Have the kernel end the child when the demo is gone."""
    die_with_parent()


def serves(port: int) -> bool:
    """Tell whether kafkaadmin serves."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a process, politely first."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()


def main() -> int:
    """Run the demo until a signal, or until a part of it dies."""
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--kafka", default=VERSION, help="Kafka's version; 3.4.0 runs with ZooKeeper")
    parser.add_argument("--bootstrap", help="use this cluster instead; DEMO_PASSWORD has the password")
    parser.add_argument("--username", default="")
    options = parser.parse_args()
    port = options.port
    ending = on_signal()
    FOLDER.mkdir(parents=True, exist_ok=True)
    kafka = None if options.bootstrap else cluster(options.kafka)
    parts: dict[str, subprocess.Popen[bytes]] = {}
    try:
        if kafka:
            print(f"Starting Kafka {options.kafka}: three brokers, SASL/SCRAM, ACLs …", flush=True)
            kafka.start()
            print(f"Kafka serves on {kafka.bootstrap_servers}. Starting the workload and kafkaadmin …", flush=True)
            workload = ["tests.demo.workload", "--bootstrap", kafka.bootstrap_servers, "--kafka", options.kafka]
            parts["workload"] = start(workload, "workload.log")
            measured = prometheus.settings(kafka, parts)
            config = configuration(kafka.bootstrap_servers, "devops", password("devops"), measured)
        else:
            config = configuration(options.bootstrap, options.username, os.environ.get("DEMO_PASSWORD", ""))
        environment = {
            "KAFKAADMIN_ADMIN_USER": USER,
            "KAFKAADMIN_ADMIN_PASSWORD": PASSWORD,
            "KAFKAADMIN_CONFIG": str(config),
        }
        up = ["kafkaadmin", "up", "--port", str(port), "--data-dir", str(FOLDER / "app")]
        parts["kafkaadmin"] = start(up, "kafkaadmin.log", environment)
        return watch(parts, port, ending)
    finally:
        print("Stopping …", flush=True)
        for process in reversed(parts.values()):
            stop(process)
        if kafka:
            kafka.stop()


def watch(parts: "dict[str, subprocess.Popen[bytes]]", port: int, ending: threading.Event) -> int:
    """Say when kafkaadmin serves; end when told to, or when a part died."""
    is_announced = False
    while not ending.wait(0.3):
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
