"""Connectors that were selected, by keys that name the Connect cluster too, as their workers have them now."""

from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property

from clusters.connect import queries
from clusters.connect.mirror import EACH, connector_changed
from clusters.connect.plan import Operation
from clusters.connect.rules.keys import read_key
from clusters.gateway.connect import connectors as kafka
from clusters.gateway.connect.client import Connect
from clusters.gateway.connect.connectors import Connector
from clusters.gateway.errors import KafkaFailure, NotFound
from clusters.models import Cluster, ConnectCluster

SECONDS = 20.0  # for all requests to one Connect cluster


class Workers:
    """One Connect cluster, whose connectors are listed once."""

    def __init__(self, row: ConnectCluster) -> None:
        self.row, self.connect = row, Connect(row.connection(), seconds=SECONDS, each=EACH)

    @cached_property
    def listed(self) -> dict[str, Connector]:
        """Raises KafkaFailure: with the cause."""
        return {connector.name: connector for connector in kafka.list_connectors(self.connect)}

    def connector(self, name: str) -> Connector:
        """Raises KafkaFailure: with the cause, NotFound where there is no such connector."""
        if name not in self.listed:
            raise NotFound(f"There is no connector {name} in {self.row.name}.", "It may have been deleted.")
        return self.listed[name]


class Selection:
    """The Connect clusters of what was selected."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.workers = cluster, dict[str, Workers]()

    def workers_of(self, connect: str) -> Workers:
        """Raises NotFound: there is no such Connect cluster."""
        if connect not in self.workers:
            self.workers[connect] = Workers(queries.connect_of(self.cluster, connect))
        return self.workers[connect]


def show_operated(cluster: Cluster, operation: Operation, keys: Iterable[str]) -> None:
    """Show what was done at once, when it has taken effect; what cannot be read now, the next pass shows."""
    names: dict[str, set[str]] = {}
    for connect, name in map(read_key, keys):
        names.setdefault(connect, set()).add(name)
    for row in cluster.connect_clusters.filter(name__in=names):
        with suppress(KafkaFailure):
            for connector in settled(Workers(row).connect, names[row.name], operation):
                connector_changed(row, connector)
        ConnectCluster.objects.filter(pk=row.pk).update(due_at=None)


def settled(connect: Connect, names: set[str], operation: Operation) -> list[Connector]:
    """Return some connectors once an operation has taken effect, or as they are after some seconds.

    Raises:
        KafkaFailure: with the cause.
    """

    def connectors() -> list[Connector]:
        return [connector for connector in kafka.list_connectors(connect) if connector.name in names]

    return kafka.awaited(connectors, lambda listed: all(is_done(operation, connector) for connector in listed))


def is_done(operation: Operation, connector: Connector) -> bool:
    return connector.state == operation.target if operation.target else kafka.is_stable(connector)
