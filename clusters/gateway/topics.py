"""Topics and partitions: listing all in one metadata request, describing, creating, growing, deleting."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import (
    AdminClient,
    ClusterMetadata,
    NewPartitions,
    PartitionMetadata,
    TopicMetadata,
)
from confluent_kafka.admin import NewTopic as LibraryNewTopic
from confluent_kafka.admin import TopicDescription as LibraryTopicDescription

from clusters.gateway import propagation
from clusters.gateway.clients import pool
from clusters.gateway.clients.connection import Connection
from clusters.gateway.cluster import Broker
from clusters.gateway.errors import AlreadyExists, InvalidRequest, NotFound, TimedOut

T = TypeVar("T")
TIMEOUT = 5.0
RETRY = 0.25  # seconds between two attempts
INTERNAL = frozenset({"__consumer_offsets", "__transaction_state", "__share_group_state", "__cluster_metadata"})
# Words in Kafka's refusals, and the form field that they are about.
FIELDS = (
    ("replication factor", "replication_factor"),
    ("replicas", "replication_factor"),
    ("partition", "partitions"),
    ("topic name", "name"),
    ("config", "configs"),
)


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition's replicas. It is offline without a leader; under-replicated if not all replicas are in sync."""

    id: int
    leader: int | None
    replicas: tuple[int, ...]
    isr: tuple[int, ...]

    @property
    def offline(self) -> bool:
        return self.leader is None

    @property
    def under_replicated(self) -> bool:
        return len(self.isr) < len(self.replicas)


@dataclass(frozen=True, slots=True)
class TopicDescription:
    """A topic's partitions, sorted by number. The listing of all topics does not include the id."""

    name: str
    internal: bool
    partitions: tuple[Partition, ...]
    topic_id: str | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """The response to one metadata request for all topics."""

    cluster_id: str
    controller_id: int | None
    brokers: tuple[Broker, ...]
    topics: tuple[TopicDescription, ...]


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic to create; Kafka places its replicas, unless ``assignment`` names the brokers of each partition."""

    name: str
    partitions: int
    replication_factor: int
    configs: Mapping[str, str] = field(default_factory=dict)
    assignment: tuple[tuple[int, ...], ...] = ()


def from_metadata(topic: TopicMetadata) -> TopicDescription:
    """Convert the library's metadata of a topic. Leader -1 means none."""
    name = str(topic.topic)
    partitions = sorted(topic.partitions.values(), key=lambda metadata: metadata.id)
    return TopicDescription(name, name in INTERNAL, tuple(map(partition, partitions)))


def partition(metadata: PartitionMetadata) -> Partition:
    """Convert a partition; if all replicas are in sync, both fields share one tuple."""
    replicas = tuple(metadata.replicas)
    isr = replicas if metadata.isrs == metadata.replicas else tuple(metadata.isrs)
    return Partition(metadata.id, metadata.leader if metadata.leader >= 0 else None, replicas, isr)


def list_topics(connection: Connection, *, timeout: float = 10.0) -> Metadata:
    """Return the whole cluster's metadata in one request.

    Raises:
        KafkaFailure: with the cause.
    """
    metadata = _metadata(connection, timeout)
    brokers = [Broker(broker.id, str(broker.host), broker.port) for broker in metadata.brokers.values()]
    controller = metadata.controller_id
    return Metadata(
        cluster_id=metadata.cluster_id or "",
        controller_id=controller if controller is not None and controller >= 0 else None,
        brokers=tuple(sorted(brokers, key=lambda broker: broker.id)),
        topics=tuple(from_metadata(topic) for topic in _taken(metadata.topics) if topic.partitions),
    )


def leaders(connection: Connection, *, timeout: float = 10.0) -> tuple[str, dict[str, tuple[int, ...]]]:
    """Return the cluster's id, and the leader of each partition by topic, -1 for none, by one metadata request.

    Raises:
        KafkaFailure: with the cause.
    """
    metadata = _metadata(connection, timeout)
    return metadata.cluster_id or "", {
        str(topic.topic): tuple(topic.partitions[number].leader for number in sorted(topic.partitions))
        for topic in _taken(metadata.topics)
        if topic.partitions
    }


def _metadata(connection: Connection, timeout: float) -> ClusterMetadata:
    def metadata(client: AdminClient) -> ClusterMetadata:
        try:
            return client.list_topics(timeout=timeout / 2)
        except KafkaException:  # any broker will do: if one hangs, the next one answers
            return client.list_topics(timeout=timeout / 2)

    return pool.call(connection, metadata, timeout=timeout)


def _taken(topics: dict[str, TopicMetadata]) -> Iterator[TopicMetadata]:
    """Take topics out one by one: for a large cluster, both forms at once would take tens of megabytes."""
    while topics:
        yield topics.popitem()[1]


def describe(connection: Connection, name: str, *, timeout: float = TIMEOUT) -> TopicDescription:
    """Describe one topic, with its id.

    Not with a plain metadata request: brokers with auto.create.topics.enable would create the topic.

    Raises:
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """
    with present(name):
        return twice(lambda seconds: described(connection, [name], seconds)[name](), timeout)


def describe_present(
    connection: Connection, names: Sequence[str], *, timeout: float = TIMEOUT
) -> dict[str, TopicDescription]:
    """Describe some topics in one request, by name; those that do not exist are left out.

    Raises:
        KafkaFailure: with the cause.
    """

    def those_present(seconds: float) -> dict[str, TopicDescription]:
        descriptions = {}
        for name, description in described(connection, names, seconds).items():
            with suppress(NotFound):
                descriptions[name] = description()
        return descriptions

    return twice(those_present, timeout) if names else {}


def twice(ask: Callable[[float], T], timeout: float) -> T:
    """Ask with half of the time, and once more if no answer came: that broker may hang, and then another is asked."""
    try:
        return ask(timeout / 2)
    except TimedOut:
        return ask(timeout / 2)


def described(
    connection: Connection, names: Sequence[str], timeout: float
) -> dict[str, Callable[[], TopicDescription]]:
    """Ask for topics by one request; return what waits for each topic's description, or raises why there is none.

    Raises:
        KafkaFailure: the cluster is not reachable.
    """
    admin = pool.admin(connection, timeout=timeout)
    futures = pool.start(
        admin, lambda client: client.describe_topics(TopicCollection(list(names)), request_timeout=timeout)
    )

    def description(name: str) -> TopicDescription:
        return from_description(pool.result(admin, futures[name], timeout + 0.5, subject=name))

    return {name: partial(description, name) for name in names}


def from_description(description: LibraryTopicDescription) -> TopicDescription:
    """Convert the library's description of a topic."""
    partitions = tuple(
        Partition(
            info.id,
            info.leader.id if info.leader else None,
            tuple(node.id for node in info.replicas),
            tuple(node.id for node in info.isr),
        )
        for info in sorted(description.partitions, key=lambda info: info.id)
    )
    return TopicDescription(
        description.name,
        description.is_internal,
        partitions,
        str(description.topic_id) if description.topic_id else None,
    )


def create(connection: Connection, topic: NewTopic, *, validate_only: bool = False, timeout: float = TIMEOUT) -> None:
    """Create a topic, and wait until the brokers know it.

    Raises:
        AlreadyExists: the name is taken.
        InvalidRequest: Kafka refuses it; ``field`` says which part, if known.
        KafkaFailure: with the cause.
    """

    def send(client: AdminClient) -> Any:
        return client.create_topics([library_topic(topic)], **options(timeout, validate_only))

    admin = pool.admin(connection, timeout=timeout)
    with located():
        pool.result(admin, pool.start(admin, send)[topic.name], timeout + 0.5)
    if not validate_only:
        propagation.await_topic(connection, topic.name, topic.partitions)


def library_topic(topic: NewTopic) -> LibraryNewTopic:
    if topic.assignment:
        replicas = list(map(list, topic.assignment))
        return LibraryNewTopic(topic.name, topic.partitions, replica_assignment=replicas, config=dict(topic.configs))
    return LibraryNewTopic(topic.name, topic.partitions, topic.replication_factor, config=dict(topic.configs))


def create_when_free(connection: Connection, topic: NewTopic, former_id: str | None, *, patience: float = 20.0) -> None:
    """Create a topic whose name was just freed, once the controller has let go of the name.

    Args:
        connection: the cluster.
        topic: what to create.
        former_id: the id of the topic that was deleted.
        patience: seconds to wait for the name.

    Raises:
        AlreadyExists: the name is still taken, or was taken by somebody else meanwhile.
        KafkaFailure: with the cause.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return create(connection, topic)
        except AlreadyExists:
            if time.monotonic() > deadline or is_another(connection, topic.name, former_id):
                raise
        time.sleep(RETRY)


def is_another(connection: Connection, name: str, former_id: str | None) -> bool:
    """Tell whether a topic is there that is not the former one."""
    try:
        return describe(connection, name).topic_id != former_id
    except NotFound:
        return False


def options(timeout: float, validate_only: bool) -> dict[str, Any]:
    """Return the library's options for a change that the controller must confirm."""
    return {"operation_timeout": timeout, "request_timeout": timeout, "validate_only": validate_only}


def add_partitions(
    connection: Connection, name: str, total: int, *, validate_only: bool = False, timeout: float = TIMEOUT
) -> None:
    """Grow a topic to ``total`` partitions.

    Raises:
        InvalidRequest: Kafka refuses the number; ``field`` is ``partitions``.
        KafkaFailure: with the cause.
    """

    def send(client: AdminClient) -> Any:
        return client.create_partitions([NewPartitions(name, total)], **options(timeout, validate_only))

    admin = pool.admin(connection, timeout=timeout)
    with located(), present(name):
        pool.result(admin, pool.start(admin, send)[name], timeout + 0.5)
    if not validate_only:
        propagation.await_topic(connection, name, total)


def delete(connection: Connection, name: str, *, timeout: float = TIMEOUT) -> None:
    """Delete a topic.

    Raises:
        NotFound: it is gone already.
        KafkaFailure: with the cause.
    """
    admin = pool.admin(connection, timeout=timeout)
    futures = pool.start(
        admin,
        lambda client: client.delete_topics([name], operation_timeout=timeout, request_timeout=timeout),
    )
    with present(name):
        pool.result(admin, futures[name], timeout + 0.5)
    propagation.await_topic(connection, name, 0)


@contextmanager
def located() -> Iterator[None]:
    """Set the form field that a refusal is about, if its error code leaves that open."""
    try:
        yield
    except InvalidRequest as refusal:
        text = refusal.sentence.lower()
        refusal.field = refusal.field or next((field for words, field in FIELDS if words in text), None)
        raise


@contextmanager
def present(name: str) -> Iterator[None]:
    """Replace the error for a missing topic by one that names it."""
    try:
        yield
    except NotFound as gone:
        raise NotFound(f"There is no topic {name}.", gone.advice) from gone
