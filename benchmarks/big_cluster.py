"""What a large, real cluster costs us: ``python -m benchmarks.big_cluster [--topics 10000] [--groups 2000]``.

Three brokers with RF 1 are filled; then refreshes of the inventory, rounds of the lag collector and pages are measured.
Prints a table, and writes it as JSON to ``var/bench/big_cluster.json``.
"""

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from confluent_kafka.admin import AdminClient, NewTopic
from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import KafkaError, NoError
from kafka.structs import OffsetAndMetadata

from clusters.gateway.clients.connection import Connection, kafka_python_config

PARTITIONS = 5
BATCH = 200  # topics per request: the controller limits the records of one change
HEAP = "1500m"  # heap of a broker


def fill(config: dict[str, Any], connection: Connection, topics: int, groups: int) -> None:
    """Create topics, and groups with commits."""
    admin = AdminClient(config)
    names = [f"orders-{number:06}" for number in range(topics)]
    for start in range(0, topics, BATCH):
        new = [NewTopic(name, PARTITIONS, 1) for name in names[start : start + BATCH]]
        for future in admin.create_topics(new).values():
            future.result(120)

    print(f"{topics:,} topics are created", flush=True)
    # Not librdkafka, which aborts the process when a coordinator is still being created.
    client = KafkaAdminClient(**kafka_python_config(connection, connection.bootstrap_servers.split(","), 30))
    for number in range(groups):
        partitions = [TopicPartition(names[(number * 7 + n) % topics], n % PARTITIONS) for n in range(3)]
        commit(client, f"billing-{number:05}", {partition: OffsetAndMetadata(0, "", -1) for partition in partitions})
    client.close()
    print(f"{groups:,} groups have committed", flush=True)


def commit(client: KafkaAdminClient, group: str, offsets: dict[TopicPartition, OffsetAndMetadata]) -> None:
    """Commit for one group; retry while its coordinator is still being created."""
    for attempt in range(30):
        try:
            if set(client.alter_group_offsets(group, offsets).values()) == {NoError}:
                return
        except KafkaError:
            pass
        time.sleep(1 + attempt)
    raise TimeoutError(f"{group} could not commit")


def timed(act: Callable[[], object]) -> dict[str, float]:
    """Return wall clock seconds, and CPU seconds of our process."""
    wall, cpu = time.monotonic(), time.process_time()
    act()
    return {"seconds": round(time.monotonic() - wall, 2), "cpu_seconds": round(time.process_time() - cpu, 2)}


def memory() -> float:
    """Return the peak memory of this process, in MiB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure(kafka: Any, figures: dict[str, Any]) -> None:
    """Measure refreshes, rounds and pages."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from clusters.models import Mirror
    from clusters.tasks import mirror_cluster, mirror_due
    from core.memory import settle
    from tests.conftest import known_cluster

    settle()
    cluster = known_cluster(kafka, slug="big")
    mirror_due()

    def refresh() -> None:
        Mirror.objects.update(due_at=None, lease_until=None)
        mirror_cluster(cluster.pk)

    for name in ("first pass", "second pass", "third pass"):
        figures[name] = timed(refresh)
        mirror = Mirror.objects.get()
        cost = {"requests": mirror.requests, "sent": mirror.bytes_sent, "received": mirror.bytes_received}
        figures[name] |= {**cost, "error": mirror.error, "failures": len(mirror.failures)}
    figures["lag, first round"] = timed(lambda: lag_round(cluster))
    figures["lag, a round"] = timed(lambda: lag_round(cluster))
    figures["memory"] = {"MiB": memory()}
    figures["pages"] = pages()


def lag_round(cluster: Any) -> None:
    """Run the lag collector until it has read what there is."""
    from lag.models import Shard
    from lag.tasks import make_shards, tick_shard

    make_shards()
    Shard.objects.update(due_at=None)
    tick_shard(Shard.objects.get(cluster=cluster).pk)


def pages() -> dict[str, float]:
    """Return the median server time of pages in milliseconds."""
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.create_superuser("bench"))
    base, milliseconds = "/clusters/big/", {}
    for path in (
        "",
        "topics/",
        "topics/?sort=-size&page=40",
        "groups/",
        "topics/orders-000777/",
        "groups/billing-00077/",
    ):
        times = []
        for _ in range(9):
            begun = time.perf_counter()
            status = client.get(base + path, follow=True).status_code
            times.append((time.perf_counter() - begun) * 1000)
        milliseconds[path or "overview"] = round(statistics.median(times), 1) if status == 200 else float(-status)
    return milliseconds


def main() -> None:
    """Fill, measure, print, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--topics", type=int, default=10_000)
    parser.add_argument("--groups", type=int, default=2_000)
    options = parser.parse_args()
    os.environ["KAFKAADMIN_DATA_DIR"] = tempfile.mkdtemp(prefix="kafkaadmin-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "kafkaadmin.settings"
    os.environ["KAFKAADMIN_ALLOWED_HOSTS"] = "*"
    os.environ["KAFKAADMIN_LOG_LEVEL"] = "ERROR"
    from tests.kafka.cluster import KafkaCluster
    from tests.kafka.properties import password

    figures: dict[str, Any] = {"topics": options.topics, "groups": options.groups}
    with KafkaCluster(3, heap=HEAP) as kafka:
        admin = Connection(kafka.bootstrap_servers, "SASL_PLAINTEXT", "SCRAM-SHA-512", "admin", password("admin"))
        figures["filling"] = timed(lambda: fill(kafka.client_config(), admin, options.topics, options.groups))
        measure(kafka, figures)
        from benchmarks.processes import run

        figures["kafkaadmin up"] = run(kafka)
    for name, value in figures.items():
        print(f"{name:20} {value}")
    target = Path("var/bench/big_cluster.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
