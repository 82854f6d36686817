"""The state of one topic, as Kafka reports it now."""

from dataclasses import dataclass

from clusters.gateway import brokers, offsets
from clusters.gateway import topics as kafka
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.result import Failure
from clusters.gateway.topics import TopicDescription
from clusters.models import Cluster
from clusters.topics.rows import PartitionRow, partition_rows


@dataclass(frozen=True)
class TopicState:
    """A topic as Kafka reports it now, and what did not answer."""

    description: TopicDescription
    rows: list[PartitionRow]
    problems: list[Failure]


def topic_state(cluster: Cluster, topic: str, *, with_sizes: bool) -> TopicState:
    """Ask for one topic: one metadata request, and two list-offsets to each broker that leads one of its partitions.

    Raises:
        KafkaFailure: with the cause.
    """
    connection = cluster.connection()
    description = kafka.describe(connection, topic)
    leaders = {(topic, partition.id): partition.leader for partition in description.partitions if not partition.offline}
    marks, failures = offsets.watermarks(connection, leaders, leaders=leaders)
    sizes, silent = sizes_of(connection, description) if with_sizes else ({}, [])
    return TopicState(description, partition_rows(description, marks, sizes), [*failures, *silent])


def sizes_of(connection: Connection, description: TopicDescription) -> tuple[dict[tuple[int, int], int], list[Failure]]:
    """Return the bytes of a topic's replicas, keyed (broker, partition), and what did not answer."""
    holders = sorted({replica for partition in description.partitions for replica in partition.replicas})
    numbers = [partition.id for partition in description.partitions]
    try:
        dirs = brokers.log_dirs(connection, holders, topics={description.name: numbers})
    except KafkaFailure as failure:
        return {}, [Failure("log directories", failure.sentence)]
    sizes = {(broker.broker_id, key[1]): size for broker in dirs.items for key, size in broker.sizes.items()}
    return sizes, list(dirs.failures)
