"""What a cluster has now, as far as a manifest is concerned with it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from clusters.gateway import configs, quotas, topics
from clusters.gateway.access import acls, users
from clusters.gateway.access.acls import Acl
from clusters.gateway.access.users import ScramCredential
from clusters.gateway.clients.connection import Connection
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.quotas import Entity, Quotas
from clusters.gateway.topics import TopicDescription
from clusters.manifests.resources import ACLS, QUOTAS, TOPICS, USERS, TopicSpec
from clusters.topics.dangers import number_of
from clusters.topics.plan import OWN_SOURCE


@dataclass(frozen=True)
class PresentTopic:
    """A topic as Kafka has it: its own configs, and those that were asked for by name."""

    partitions: int
    replication_factor: int  # of the partition that has most replicas
    entries: tuple[ConfigEntry, ...] = ()
    fewest_replicas: int | None = None  # of a partition, where they differ

    @property
    def replication(self) -> tuple[int, int]:
        """The fewest and the most replicas of a partition."""
        fewest = self.replication_factor if self.fewest_replicas is None else self.fewest_replicas
        return fewest, self.replication_factor

    @property
    def replication_words(self) -> str:
        fewest, most = self.replication
        return str(most) if fewest == most else f"{fewest} to {most}"

    @property
    def own(self) -> dict[str, str]:
        """The configs that are set on it."""
        return {entry.name: entry.value or "" for entry in self.entries if entry.source == OWN_SOURCE}

    @property
    def spec(self) -> TopicSpec:
        return TopicSpec(self.partitions, self.replication_factor, self.own)


@dataclass(frozen=True)
class Present:
    """What was read of a cluster; internal topics are left out."""

    topics: Mapping[str, PresentTopic] = field(default_factory=dict)
    acls: frozenset[Acl] = frozenset()
    credentials: tuple[ScramCredential, ...] = ()
    quotas: Mapping[Entity, Quotas] = field(default_factory=dict)
    defaults: TopicSpec = field(default_factory=TopicSpec)  # of new topics


def read_present(
    connection: Connection, sections: Collection[str], configs_by_topic: Mapping[str, Collection[str]] | None = None
) -> Present:
    """Ask Kafka for some sections: a request each, and for topics' configs one for some hundred of them.

    Args:
        connection: the cluster.
        sections: which ones to read; the others are empty.
        configs_by_topic: the topics whose configs are read, and of which the named ones are kept beside those of its
            own; None reads all topics' own.

    Raises:
        KafkaFailure: with the cause.
    """
    return Present(
        read_topics(connection, configs_by_topic) if TOPICS in sections else {},
        frozenset(acls.list_acls(connection)) if ACLS in sections else frozenset(),
        users.list_credentials(connection) if USERS in sections else (),
        quotas.list_quotas(connection) if QUOTAS in sections else {},
    )


def read_defaults(connection: Connection) -> TopicSpec:
    """Return what brokers give a new topic that does not say it; None where they do not tell."""
    partitions, replication_factor = (
        configs.broker_default(connection, key) for key in ("num.partitions", "default.replication.factor")
    )
    return TopicSpec(number_of(partitions), number_of(replication_factor))


def read_topics(
    connection: Connection, configs_by_topic: Mapping[str, Collection[str]] | None
) -> dict[str, PresentTopic]:
    described = {topic.name: topic for topic in topics.list_topics(connection).topics if not topic.internal}
    names = described.keys() if configs_by_topic is None else described.keys() & configs_by_topic.keys()
    entries = configs.entries_of_topics(connection, names, own_or_listed(configs_by_topic or {}))
    return {name: present_topic(topic, entries.get(name, ())) for name, topic in described.items()}


def present_topic(topic: TopicDescription, entries: tuple[ConfigEntry, ...] = ()) -> PresentTopic:
    numbers = [len(partition.replicas) for partition in topic.partitions] or [0]
    return PresentTopic(len(topic.partitions), max(numbers), entries, min(numbers))


def own_or_listed(configs_by_topic: Mapping[str, Collection[str]]) -> Callable[[str, ConfigEntry], bool]:
    """Return the predicate of configs that are set on a topic, or that are listed for it."""

    def is_kept(topic: str, entry: ConfigEntry) -> bool:
        return entry.source == OWN_SOURCE or entry.name in configs_by_topic.get(topic, ())

    return is_kept
