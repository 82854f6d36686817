"""Reading from Kafka what a reassignment needs: where replicas are, how large they are, and what is being moved."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from clusters.gateway import brokers, cluster, topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.offsets import Key
from clusters.gateway.reassigning.partitions import OngoingReassignment, by_topic, list_reassignments
from clusters.gateway.result import Failure
from clusters.gateway.topics import Partition
from clusters.reassignment.planning.layout import Layout, PlacedPartition
from clusters.reassignment.progress import Copying, Sizes, copying_of


@dataclass(frozen=True)
class ClusterState:
    """A layout, what is being moved in it, and the free bytes of each broker; None where it does not tell."""

    layout: Layout
    ongoing: tuple[OngoingReassignment, ...]
    free: dict[int, int | None]
    failures: tuple[Failure, ...]


def read_state(connection: Connection) -> ClusterState:
    """Read the whole cluster, with what is being moved where it is going: three requests, and one per broker.

    Raises:
        KafkaFailure: with the cause.
    """
    ongoing = list_reassignments(connection)
    targets = {item.key: item.target for item in ongoing}
    racks = {broker.id: broker.rack for broker in cluster.describe(connection).brokers}
    described = topics.list_topics(connection).topics
    dirs = brokers.log_dirs(connection, racks)
    sizes = {item.broker_id: item.sizes for item in dirs.items}
    partitions = (
        PlacedPartition(*key, targets.get(key, partition.replicas), largest(key, sizes))
        for topic in described
        for partition in topic.partitions
        for key in [(topic.name, partition.id)]
    )
    free = {item.broker_id: free_bytes(item) for item in dirs.items}
    return ClusterState(Layout(racks, tuple(partitions)), tuple(ongoing), free, dirs.failures)


def largest(key: Key, sizes: Sizes) -> int | None:
    return max((of_broker[key] for of_broker in sizes.values() if key in of_broker), default=None)


def free_bytes(log_dirs: brokers.BrokerLogDirs) -> int | None:
    """Return the free bytes of a broker's volumes; None if one does not tell, as before Kafka 3.3."""
    usable = [directory.usable_bytes for directory in log_dirs.dirs if not directory.error]
    return sum(size or 0 for size in usable) if usable and None not in usable else None


def read_copying(connection: Connection, ongoing: Collection[OngoingReassignment]) -> dict[Key, Copying]:
    """Ask the brokers that take part how much each partition has still to copy.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    ids = sorted({broker for item in ongoing for broker in item.replicas})
    dirs = brokers.log_dirs(connection, ids, topics=by_topic([item.key for item in ongoing]))
    sizes = {item.broker_id: item.sizes for item in dirs.items}
    return {item.key: copying_of(item, sizes) for item in ongoing}


def read_partitions(connection: Connection, keys: Iterable[Key]) -> dict[Key, Partition]:
    """Describe some partitions; those that are gone are left out.

    Raises:
        KafkaFailure: with the cause.
    """
    keys = set(keys)
    described = topics.describe_present(connection, sorted({topic for topic, _ in keys}))
    return {
        (name, partition.id): partition
        for name, topic in described.items()
        for partition in topic.partitions
        if (name, partition.id) in keys
    }
