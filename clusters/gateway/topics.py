"""Topics and partitions: listing all in one metadata request, describing one, creating, growing, deleting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka.admin import AdminClient, NewPartitions, TopicMetadata
from confluent_kafka.admin import NewTopic as LibraryNewTopic

from clusters.gateway import clients
from clusters.gateway.cluster import Broker
from clusters.gateway.connection import Connection
from clusters.gateway.errors import InvalidRequest, KafkaFailure, NotFound, from_kafka_error

TIMEOUT = 5.0
UNKNOWN_TOPIC = 3
INTERNAL = frozenset({"__consumer_offsets", "__transaction_state", "__share_group_state", "__cluster_metadata"})


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition's replicas. Without a leader it is offline; in sync fewer than assigned, under-replicated."""

    id: int
    leader: int | None
    replicas: tuple[int, ...]
    isr: tuple[int, ...]

    @property
    def offline(self) -> bool:
        """Whether nobody leads it."""
        return self.leader is None

    @property
    def under_replicated(self) -> bool:
        """Whether a replica is not in sync."""
        return len(self.isr) < len(self.replicas)


@dataclass(frozen=True, slots=True)
class TopicOutline:
    """A topic's partitions, by number."""

    name: str
    internal: bool
    partitions: tuple[Partition, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """The answer to one metadata request for everything."""

    cluster_id: str
    controller_id: int | None
    brokers: tuple[Broker, ...]
    topics: tuple[TopicOutline, ...]


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic to be created."""

    name: str
    partitions: int
    replication_factor: int
    configs: Mapping[str, str] = field(default_factory=dict)


def outline(topic: TopicMetadata) -> TopicOutline:
    """Return a topic's outline from the library's metadata. Leader -1 means none."""
    partitions = tuple(
        Partition(one.id, one.leader if one.leader >= 0 else None, tuple(one.replicas), tuple(one.isrs))
        for one in sorted(topic.partitions.values(), key=lambda one: one.id)
    )
    return TopicOutline(topic.topic, topic.topic in INTERNAL, partitions)


def list_topics(connection: Connection, *, timeout: float = 10.0) -> Metadata:
    """Return the whole cluster's metadata in one request.

    Raises:
        KafkaFailure: with the cause.
    """
    found = clients.call(connection, lambda client: client.list_topics(timeout=timeout))
    brokers = [Broker(one.id, one.host, one.port) for one in found.brokers.values()]
    controller = found.controller_id
    return Metadata(
        cluster_id=found.cluster_id or "",
        controller_id=controller if controller is not None and controller >= 0 else None,
        brokers=tuple(sorted(brokers, key=lambda broker: broker.id)),
        topics=tuple(outline(topic) for topic in found.topics.values() if topic.partitions),
    )


def describe(connection: Connection, name: str, *, timeout: float = TIMEOUT) -> TopicOutline:
    """Return one topic's outline.

    Raises:
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """

    def metadata(client: AdminClient) -> TopicMetadata | None:
        return client.list_topics(topic=name, timeout=timeout).topics.get(name)

    found = clients.call(connection, metadata, subject=name)
    if found is None or not found.partitions or (found.error and found.error.code() == UNKNOWN_TOPIC):
        if found is not None and found.error and found.error.code() != UNKNOWN_TOPIC:
            raise from_kafka_error(found.error, subject=name)
        raise NotFound(f"There is no topic {name}.", "It may have been deleted; look at the list again.")
    return outline(found)


def create(connection: Connection, topic: NewTopic, *, validate_only: bool = False, timeout: float = TIMEOUT) -> None:
    """Create a topic, and wait until the controller has answered.

    Raises:
        AlreadyExists: the name is taken.
        InvalidRequest: Kafka refuses it; ``field`` says which part, where that can be told.
        KafkaFailure: with the cause.
    """

    def send(client: AdminClient) -> Any:
        new = LibraryNewTopic(topic.name, topic.partitions, topic.replication_factor, config=dict(topic.configs))
        return client.create_topics([new], **options(timeout, validate_only))

    admin = clients.admin(connection)
    with located():
        clients.result(admin, clients.start(admin, send)[topic.name], timeout + 0.5)


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

    admin = clients.admin(connection)
    with located():
        clients.result(admin, clients.start(admin, send)[name], timeout + 0.5, subject=name)


def delete(connection: Connection, name: str, *, timeout: float = TIMEOUT) -> None:
    """Delete a topic.

    Raises:
        NotFound: it is gone already.
        KafkaFailure: with the cause.
    """
    admin = clients.admin(connection)
    futures = admin.client.delete_topics([name], operation_timeout=timeout, request_timeout=timeout)
    clients.result(admin, futures[name], timeout + 0.5, subject=name)


class located:  # noqa: N801 - reads as a word where it is used
    """A context that tells which form field Kafka's words are about, where its error code leaves that open."""

    WORDS = (
        ("replication factor", "replication_factor"),
        ("replicas", "replication_factor"),
        ("partition", "partitions"),
        ("topic name", "name"),
        ("config", "configs"),
    )

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        """Set the field of a refusal."""
        if isinstance(error, KafkaFailure) and error.field is None and isinstance(error, InvalidRequest):
            text = error.sentence.lower()
            error.field = next((field for words, field in self.WORDS if words in text), None)
