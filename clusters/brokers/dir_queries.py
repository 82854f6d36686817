"""Moving replicas between log directories, as the page and the API do it."""

from collections.abc import Collection

from clusters.brokers.dir_plan import chosen
from clusters.gateway.reassigning import log_dirs
from clusters.models import Cluster
from core.web.formats import plural


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
