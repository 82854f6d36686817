"""A new topic like another one: its partitions, its replicas, and the configs that are its own. Records stay there."""

from collections.abc import Sequence

from clusters.gateway import configs, topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.maintenance import THROTTLED
from clusters.gateway.topics import NewTopic, TopicDescription
from clusters.topics.plan import OWN_SOURCE


def like(connection: Connection, source: str, name: str) -> NewTopic:
    """Return a topic of another name that is like an existing one.

    Raises:
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """
    return clone(topics.describe(connection, source), configs.describe_topic(connection, source), name)


def clone(source: TopicDescription, entries: Sequence[ConfigEntry], name: str) -> NewTopic:
    """Return a topic with what is a topic's own; throttles of a reassignment are not."""
    own = {
        entry.name: entry.value
        for entry in entries
        if entry.source == OWN_SOURCE and entry.value is not None and entry.name not in THROTTLED
    }
    replicas = max((len(partition.replicas) for partition in source.partitions), default=1)
    return NewTopic(name, len(source.partitions), replicas, own)
