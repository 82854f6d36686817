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

from tests.kafka.cluster import KafkaCluster
from tests.kafka.processes import die_with_parent
from tests.kafka.properties import SCRAM, password

FOLDER = Path("var/demo").resolve()
USER, PASSWORD = "admin", "admin"


def configuration(kafka: KafkaCluster) -> Path:
    """Write the cluster in kafka-ui's layout (JSON is YAML) and return the file, which only its owner may read."""
    jaas = f'{SCRAM} required username="devops" password="{password("devops")}";'
    cluster = {
        "name": "demo",
        "bootstrapServers": kafka.bootstrap_servers,
        "properties": {
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.jaas.config": jaas,
        },
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
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
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
    port = parser.parse_args().port
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    FOLDER.mkdir(parents=True, exist_ok=True)
    print("Starting Kafka: three brokers, SASL/SCRAM, ACLs …", flush=True)
    kafka = KafkaCluster(3, folder=FOLDER / "kafka", demo_ports=True)
    parts: dict[str, subprocess.Popen[bytes]] = {}
    try:
        kafka.start()
        print(f"Kafka serves on {kafka.bootstrap_servers}. Starting the workload and kafkaadmin …", flush=True)
        parts["workload"] = start(["tests.demo.workload", "--bootstrap", kafka.bootstrap_servers], "workload.log")
        environment = {
            "KAFKAADMIN_ADMIN_USER": USER,
            "KAFKAADMIN_ADMIN_PASSWORD": PASSWORD,
            "KAFKAADMIN_CONFIG": str(configuration(kafka)),
        }
        up = ["kafkaadmin", "up", "--port", str(port), "--data-dir", str(FOLDER / "app")]
        parts["kafkaadmin"] = start(up, "kafkaadmin.log", environment)
        return watch(parts, port, ending)
    finally:
        print("Stopping …", flush=True)
        for process in reversed(parts.values()):
            stop(process)
        kafka.stop()


def watch(parts: "dict[str, subprocess.Popen[bytes]]", port: int, ending: threading.Event) -> int:
    """Say when kafkaadmin serves; end when told to, or when a part died."""
    told = False
    while not ending.wait(0.3):
        for name, process in parts.items():
            if process.poll() is not None:
                print(f"{name} ended by itself; its log is {FOLDER}/{name}.log", flush=True)
                return 1
        if not told and serves(port):
            told = True
            print(
                f"\n  http://127.0.0.1:{port}/   sign in as {USER} / {PASSWORD}   (Ctrl-C stops everything)\n",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
