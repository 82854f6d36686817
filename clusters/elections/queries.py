"""Elections as the page and the API plan them. One metadata request for all topics, or one describe of a topic."""

from collections.abc import Collection

from clusters.elections import plan
from clusters.elections.plan import Election
from clusters.elections.unclean import elect_unclean
from clusters.gateway import cluster as kafka_cluster
from clusters.gateway import topics
from clusters.models import Cluster


def planned(cluster: Cluster, topic: str = "", numbers: Collection[int] = ()) -> Election:
    """Plan an election from Kafka's present state.

    Raises:
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """
    connection = cluster.connection()
    if topic:
        return plan.elect([topics.describe(connection, topic)], topic, numbers)
    return plan.elect(topics.list_topics(connection).topics)


def planned_unclean(cluster: Cluster, topic: str, numbers: Collection[int] = ()) -> Election:
    """Plan an election of out-of-sync leaders, where a topic has none.

    Raises:
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """
    connection = cluster.connection()
    alive = {broker.id for broker in kafka_cluster.describe(connection).brokers}
    return elect_unclean(topics.describe(connection, topic), alive, numbers)
