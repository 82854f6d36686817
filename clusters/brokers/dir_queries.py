"""Moving replicas between log directories, as the page and the API do it."""

from collections.abc import Collection

from clusters.brokers.dir_plan import chosen, plan_of
from clusters.gateway import topics
from clusters.gateway.reassigning import log_dirs
from clusters.gateway.reassigning.log_dirs import Directories
from clusters.models import Cluster
from core.plan import Plan
from core.web.formats import plural


def planned_move(
    cluster: Cluster, broker: int, directories: Directories, topic: str, numbers: Collection[int], path: str
) -> Plan:
    """Plan to move replicas of a topic to a directory of a broker.

    Raises:
        KafkaFailure: there is no such replica or directory, or nobody answers.
    """
    chosen(directories, topic, numbers)  # before Kafka is asked for a topic that the broker does not have
    partitions = topics.describe(cluster.connection(), topic).partitions
    replicas = {partition.id: partition.replicas for partition in partitions}
    return plan_of(broker, directories, topic, numbers, path, replicas)


def move_planned(cluster: Cluster, broker: int, topic: str, numbers: Collection[int], path: str) -> None:
    """Have a broker begin to move a topic's replicas to a directory.

    Raises:
        KafkaFailure: some were refused, of which the first is named; the others are moved.
    """
    connection = cluster.connection()
    keys = [item.key for item in chosen(log_dirs.read(connection, broker), topic, numbers)]
    refusals = log_dirs.move(connection, broker, path, keys)
    for failure in refusals.values():
        if len(refusals) < len(keys):
            failure.sentence += f" {len(refusals)} of {plural(len(keys), 'replica')} stay; the others are moved."
        raise failure
