"""Web, workers and beat as processes of their own, on PostgreSQL and Redis, as on Kubernetes."""

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from typing import Any

from confluent_kafka import Consumer, TopicPartition

from tests.kafka.cluster import KafkaCluster
from tests.kafka.ports import free_ports
from tests.kafka.processes import die_with_parent
from tests.kafka.properties import SCRAM, password
from tests.kafka.waiting import eventually
from tests.services import Postgres, Redis


class Stack:
    """Processes that share a database and a broker, and nothing else."""

    def __init__(self, kafka: KafkaCluster, postgres: Postgres, redis: Redis, **environment: str) -> None:
        self.port = free_ports(1)[0]
        jaas = f'{SCRAM} required username="admin" password="{password("admin")}";'
        own = {name: value for name, value in os.environ.items() if not name.startswith(("KAFKA", "DJANGO"))}
        self.environment = {
            **own,
            "DATABASE_URL": postgres.url,
            "REDIS_URL": redis.url,
            "KAFKAADMIN_DATA_DIR": str(postgres.folder / "kafkaadmin"),
            "KAFKAADMIN_SECRET_KEY": "one-key-for-all-of-them",
            "KAFKA_CLUSTERS_0_NAME": "stack",
            "KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS": kafka.bootstrap_servers,
            "KAFKA_CLUSTERS_0_PROPERTIES_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "KAFKA_CLUSTERS_0_PROPERTIES_SASL_MECHANISM": "SCRAM-SHA-512",
            "KAFKA_CLUSTERS_0_PROPERTIES_SASL_JAAS_CONFIG": jaas,
            **environment,
        }
        postgres.folder.chmod(0o755)
        (postgres.folder / "kafkaadmin").mkdir(mode=0o777)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        subprocess.run(self.command("migrate"), env=self.environment, check=True, capture_output=True)

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of one of kafkaadmin's commands."""
        return [sys.executable, "-m", "kafkaadmin", *arguments]

    def start(self, name: str, *arguments: str, **environment: str) -> None:
        """Start a process under a name, with more in its environment if need be."""
        self.processes[name] = subprocess.Popen(
            self.command(*arguments),
            env=self.environment | environment,
            preexec_fn=die_with_parent,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        """End a process, and those that it started, without a word."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)

    def get(self, path: str) -> Any:
        """Return what the web process answers, {} where it does not."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return json.load(response)
        except (urllib.error.URLError, OSError, ValueError):
            return {}

    def window(self, group: str, topic: str) -> list[int]:
        """Return the offsets in a group's window of partition 0, as Burrow's API tells them."""
        topics = self.get(f"/v3/kafka/stack/consumer/{group}").get("topics", {})
        return [commit["offset"] for commit in topics[topic][0]["offsets"] if commit] if topic in topics else []

    def stop(self) -> None:
        """End all of them."""
        for name in list(self.processes):
            self.kill(name)


class Committer(threading.Thread):
    """Commits one offset after the other until told to stop."""

    def __init__(self, kafka: KafkaCluster, group: str, topic: str) -> None:
        super().__init__(daemon=True)
        self.consumer = Consumer({**kafka.client_config(), "group.id": group, "enable.auto.commit": False})
        self.topic, self.done, self.offset = topic, threading.Event(), 0

    def run(self) -> None:
        while not self.done.wait(0.5):
            self.offset += 1
            eventually(self.commit)  # a coordinator that was just made may not be in charge yet
        self.consumer.close()

    def commit(self) -> object:
        """Commit the present offset."""
        return self.consumer.commit(offsets=[TopicPartition(self.topic, 0, self.offset)], asynchronous=False)
