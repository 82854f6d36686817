"""How fast a backlog of two million commits is read from a real broker: ``python -m benchmarks.backlog``.

CPU seconds of this process, including the client library's own threads; the broker's are not counted.
"""

import json
import sys
import time
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition

from benchmarks.lag_engine import NOW_MS, commits, new_shard
from clusters.gateway.clients.connection import Connection
from clusters.gateway.reading.offsets_topic import TOPIC, OffsetsTopicReader
from core.memory import settle
from lag.records.partitioner import Partitioner
from lag.types import StorageSettings
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, create_topic
from tests.kafka.properties import password

COMMITS = 2_000_000


def main() -> None:
    """Print the measures and write them as JSON."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COMMITS
    with KafkaCluster(1) as kafka:
        commit(kafka, "first", {(create_topic(kafka, "t"), 0): 0})
        ends = fill(kafka, count)
        figures = read(kafka, ends, count)
    for name, value in figures.items():
        print(f"{name:<60}{value:>24,.0f}", flush=True)
    folder = Path("var/bench")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "backlog.json").write_text(json.dumps(figures, indent=1))


def fill(kafka: KafkaCluster, count: int) -> dict[int, int]:
    """Write commits as a coordinator writes them; return the ends of the offsets topic."""
    # Only a client of this name may write to internal topics.
    producer = Producer(
        {**kafka.client_config(), "client.id": "__admin_client", "linger.ms": 50, "queue.buffering.max.messages": count}
    )
    partitioner = Partitioner(len(producer.list_topics(TOPIC, 10).topics[TOPIC].partitions))
    group = {f"group-{number}".encode(): partitioner.partition_for(f"group-{number}") for number in range(5_000)}
    for key, value, _ in commits(count):
        producer.produce(TOPIC, value, key, group[named(key)])
        producer.poll(0)
    producer.flush(120)
    return ends_of(kafka, partitioner.count)


def named(key: bytes) -> bytes:
    """Return the group name in a commit's key."""
    return key[4 : 4 + int.from_bytes(key[2:4], "big")]


def ends_of(kafka: KafkaCluster, sources: int) -> dict[int, int]:
    """Return the ends of the offsets topic's partitions that hold anything."""
    consumer = Consumer({**kafka.client_config(), "group.id": "bench"})
    try:
        marks = {
            partition: consumer.get_watermark_offsets(TopicPartition(TOPIC, partition), timeout=10)
            for partition in range(sources)
        }
    finally:
        consumer.close()
    return {number: mark[1] for number, mark in marks.items() if mark and mark[1]}


def read(kafka: KafkaCluster, ends: dict[int, int], count: int) -> dict[str, float]:
    """Read everything and apply it."""
    shard = new_shard(StorageSettings())
    shard.positions.update(dict.fromkeys(ends, 0))
    connection = Connection(kafka.bootstrap_servers, "SASL_PLAINTEXT", "SCRAM-SHA-512", "admin", password("admin"))
    reader = OffsetsTopicReader(connection, shard.positions)
    settle()
    wall, cpu = time.monotonic(), time.process_time()
    for batch in reader.read(shard.positions, ends, 600.0):
        shard.apply_all(batch, NOW_MS)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    reader.close()
    assert shard.counts["kept"] == count
    return {"commits a CPU second": count / cpu, "commits a second of the clock": count / wall, "commits": float(count)}


if __name__ == "__main__":
    main()
