"""What is known of a topic before it is read: its partitions, its policy, how it is usually read."""

from clusters.gateway import topics as kafka
from clusters.gateway.clients.properties import ISOLATION
from clusters.models import Cluster, Topic


def usual_isolation(cluster: Cluster) -> str:
    """Return which records are read where nobody says which, if not all: the cluster's property isolation.level."""
    return "committed" if cluster.properties.get(ISOLATION) == "read_committed" else ""


def partitions_of(cluster: Cluster, topic: str) -> dict[int, int | None]:
    """Return the leaders of a topic's partitions.

    Raises:
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """
    return {partition.id: partition.leader for partition in kafka.describe(cluster.connection(), topic).partitions}


def cleanup_policy(cluster: Cluster, topic: str) -> str:
    """Return a topic's cleanup policy from the inventory; empty where it was not seen yet."""
    row = Topic.objects.filter(cluster=cluster, name=topic).first()
    return row.cleanup_policy if row else ""
