"""Web, workers and beat as processes of their own, on PostgreSQL and Redis, as on Kubernetes."""

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic, produce
from tests.kafka.processes import die_with_parent, free_ports
from tests.kafka.properties import SCRAM, password
from tests.kafka.waiting import eventually
from tests.services import Postgres, Redis


class Stack:
    """Processes that share a database and a broker, and nothing else."""

    def __init__(self, kafka: KafkaCluster, postgres: Postgres, redis: Redis) -> None:
        self.port = free_ports(3)[2]
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
        }
        postgres.folder.chmod(0o755)
        (postgres.folder / "kafkaadmin").mkdir(mode=0o777)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        subprocess.run(self.command("migrate"), env=self.environment, check=True, capture_output=True)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "kafkaadmin", *arguments]

    def start(self, name: str, *arguments: str) -> None:
        self.processes[name] = subprocess.Popen(
            self.command(*arguments), env=self.environment, preexec_fn=die_with_parent
        )

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(20)

    def get(self, path: str) -> Any:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return json.load(answer)
        except (urllib.error.URLError, OSError, ValueError):
            return {}

    def window(self, group: str, topic: str) -> list[int]:
        topics = self.get(f"/v3/kafka/stack/consumer/{group}").get("topics", {})
        return [one["offset"] for one in topics[topic][0]["offsets"] if one] if topic in topics else []

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait(20)


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with Postgres() as one:
        yield one


@pytest.fixture
def stack(kafka: KafkaCluster, postgres: Postgres) -> Iterator[Stack]:
    with Redis() as redis:
        one = Stack(kafka, postgres, redis)
        one.start("web", "web", "--port", str(one.port))
        one.start("beat", "beat")
        one.start("worker-1", "worker", "--concurrency", "4")
        one.start("worker-2", "worker", "--concurrency", "4")
        try:
            yield one
        finally:
            one.stop()


class Committer(threading.Thread):
    """Commits one offset after the other until told to stop."""

    def __init__(self, kafka: KafkaCluster, group: str, topic: str) -> None:
        super().__init__(daemon=True)
        self.consumer = Consumer({**kafka.client_config(), "group.id": group, "enable.auto.commit": False})
        self.topic, self.done, self.offset = topic, threading.Event(), 0

    def run(self) -> None:
        while not self.done.wait(0.5):
            self.offset += 1
            self.consumer.commit(offsets=[TopicPartition(self.topic, 0, self.offset)], asynchronous=False)
        self.consumer.close()


@pytest.mark.timeout(240)
def test_workers_and_the_database_may_fail_and_lag_goes_on_without_a_gap(
    kafka: KafkaCluster, stack: Stack, postgres: Postgres, unique: Callable[[str], str]
) -> None:
    topic, group = create_topic(kafka, unique("work")), unique("steady")
    produce(kafka, topic, ["a"] * 10)
    committer = Committer(kafka, group, topic)
    committer.start()

    def caught_up(since: int) -> Callable[[], bool]:
        return lambda: stack.window(group, topic)[-1:] > [since]

    try:
        eventually(caught_up(0), timeout=60)
        stack.kill("worker-1")
        eventually(caught_up(committer.offset), timeout=30)
        stack.start("worker-3", "worker", "--concurrency", "4")
        stack.kill("worker-2")
        eventually(caught_up(committer.offset), timeout=40)
        postgres.stop()
        missed = committer.offset
        eventually(lambda: committer.offset > missed + 4, timeout=20)
        postgres.start()
        eventually(caught_up(committer.offset), timeout=60)
    finally:
        committer.done.set()
        committer.join(20)
    eventually(lambda: stack.window(group, topic)[-1:] == [committer.offset], timeout=40)
    assert stack.window(group, topic) == list(range(committer.offset - 9, committer.offset + 1))
