"""What tests of real reassignments share: topics with data, jobs done to their end, and what Kafka has of it all."""

import os
from typing import Any

from confluent_kafka import Producer
from django.test import Client

from clusters.gateway import configs, topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.reassigning.throttles import broker, read, topic
from clusters.jobs.running import work
from clusters.models import Job
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic_on
from tests.kafka.waiting import eventually

PAGE = "/clusters/local/reassignments/new/"


def filled_topic(
    kafka: KafkaCluster, connection: Connection, name: str, replicas: list[list[int]], *, size: int = 0
) -> str:
    """Create a topic on brokers, with so many bytes in each partition."""
    create_topic_on(kafka, name, replicas)
    eventually(lambda: len(topics.describe(connection, name).partitions) == len(replicas))
    producer = Producer({**kafka.client_config(), "linger.ms": 20, "compression.type": "none"})
    for number in range(len(replicas)):
        for _ in range(size // 50_000):
            producer.produce(name, os.urandom(50_000), partition=number)
            producer.poll(0)
    assert not producer.flush(60)
    return name


def replicas_of(connection: Connection, name: str) -> list[tuple[int, ...]]:
    return [partition.replicas for partition in topics.describe(connection, name).partitions]


def throttles_of(connection: Connection, *names: str) -> dict[str, Any]:
    """Return every throttle that is set on the three brokers and on some topics."""
    values, failures = read(connection, {*map(broker, (1, 2, 3)), *map(topic, names)})
    assert not failures
    return {f"{resource.name} {name}": value for resource, entries in values.items() for name, value in entries.items()
            if "throttled" in name}  # fmt: skip


def preview(client: Client, **fields: object) -> Any:
    return client.post(PAGE, {"action": "preview", **fields})


def start(client: Client, shown: Any, **fields: object) -> Job:
    """Start what a preview showed."""
    job = shown.context["job"]
    values = {"action": "start", "job_number": job.pk, "resource": job.resource, "plan": job.digest, **fields}
    for _ in range(2):  # however often it is confirmed, it is started once
        response = client.post(PAGE, {"goal": "rebalance", **values})
        assert response.status_code == 302, response.content.decode()
    return Job.objects.get(pk=job.pk)


def run(job: Job) -> Job:
    """Do a job to its end."""
    work(job.pk, lambda: False)
    job.refresh_from_db()
    return job


def set_broker(connection: Connection, number: int, values: dict[str, str]) -> None:
    configs.alter_broker(connection, number, set=values)
