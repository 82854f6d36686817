"""What is known of a topic before it is read: its partitions, its policy, how it is usually read."""

from collections.abc import Mapping
from dataclasses import dataclass

from clusters.gateway import topics as kafka
from clusters.gateway.clients.properties import ISOLATION
from clusters.gateway.errors import InvalidRequest
from clusters.models import Cluster, Topic


@dataclass(frozen=True)
class TopicLog:
    """A topic as it is read: who leads its partitions, and its id, which another topic of the same name does not have.

    Kafka tells ids from 2.8 on.
    """

    cluster: str  # slug
    topic: str
    leaders: Mapping[int, int | None]
    topic_id: str | None = None


def usual_isolation(cluster: Cluster) -> str:
    """Return which records are read where nobody says which, if not all: the cluster's property isolation.level."""
    return "committed" if cluster.properties.get(ISOLATION) == "read_committed" else ""


def topic_log(cluster: Cluster, topic: str) -> TopicLog:
    """Return a topic as Kafka describes it now.

    Raises:
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """
    description = kafka.describe(cluster.connection(), topic)
    leaders = {partition.id: partition.leader for partition in description.partitions}
    return TopicLog(cluster.slug, topic, leaders, description.topic_id)


def require_same(
    cluster: Cluster, log: TopicLog, advice: str = "Read the new topic's records from the beginning."
) -> None:
    """Refuse a topic that has the name by now, and is another one: what was read before it was asked is of the former.

    Raises:
        NotFound: there is none.
        InvalidRequest: it is another one.
        KafkaFailure: with the cause.
    """
    if log.topic_id:
        require_same_id(log, topic_log(cluster, log.topic), advice)


def require_same_id(log: TopicLog, present: TopicLog, advice: str) -> None:
    """Raises InvalidRequest: another topic has the name by now; where either id is unknown, that is not known."""
    if log.topic_id and present.topic_id not in {None, log.topic_id}:
        raise InvalidRequest(f"{log.topic} was deleted and created again meanwhile.", advice)


def partitions_of(cluster: Cluster, topic: str) -> Mapping[int, int | None]:
    """Return the leaders of a topic's partitions.

    Raises:
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """
    return topic_log(cluster, topic).leaders


def cleanup_policy(cluster: Cluster, topic: str) -> str:
    """Return a topic's cleanup policy from the inventory; empty where it was not seen yet."""
    policies = Topic.objects.filter(cluster=cluster, name=topic).values_list("cleanup_policy", flat=True)
    return policies.first() or ""
