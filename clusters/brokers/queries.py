"""One broker as the page and the API read it: its row, and what it reports about itself now."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404

from clusters.brokers.replicas import Replica, largest
from clusters.gateway import brokers as kafka
from clusters.gateway.brokers import BrokerLogDirs
from clusters.models import Broker, Cluster


@dataclass(frozen=True)
class Storage:
    """A broker's log directories, and the largest replicas in them of topics that the person may see."""

    dirs: tuple[BrokerLogDirs, ...] = ()
    replicas: tuple[Replica, ...] = ()


def broker_row(cluster: Cluster, broker: int) -> Broker:
    """Return a broker's row.

    Raises:
        Http404: there is none.
    """
    row = Broker.objects.filter(cluster=cluster, broker_id=broker).first()
    if row is None:
        raise Http404(f"There is no broker {broker} in {cluster}.")
    return row


def storage_of(cluster: Cluster, broker: int, can_see_topic: Callable[[str], bool]) -> Storage:
    """Ask a broker for its log directories, and for whom it follows.

    Raises:
        KafkaFailure: with the cause.
    """
    connection = cluster.connection()
    dirs = kafka.log_dirs(connection, [broker]).items
    sizes = {key: size for log_dirs in dirs for key, size in log_dirs.sizes.items()}
    return Storage(tuple(dirs), tuple(largest(connection, broker, sizes, can_see_topic)))
