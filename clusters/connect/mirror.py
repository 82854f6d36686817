"""One pass over a Connect cluster: all its connectors by one request, and some of what that does not tell.

Which settings of a class are passwords is asked for each, of at most ``CLASSES`` in a pass, and so is which topics
connectors have used (``topic_rows``).
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from clusters.connect.rules import states
from clusters.connect.rules.secrets import scrubbed
from clusters.connect.rules.topics import group_of
from clusters.connect.topic_rows import CHUNK, chunks, read_topics, write_configured_topics
from clusters.gateway.connect import connectors as kafka
from clusters.gateway.connect import plugins
from clusters.gateway.connect.client import Connect, NotSupported
from clusters.gateway.connect.connectors import Connector as Description
from clusters.gateway.errors import KafkaFailure
from clusters.models import ConnectCluster, Connector

SECONDS = 20.0
EACH = 10.0  # of these, for one request: the answer with all connectors is large
CLASSES = 10
FRESH = timedelta(minutes=10)  # for so long what was read is not read again
LONGEST = 500  # characters of a name
VALUES = (
    "type", "plugin", "state", "worker", "tasks", "tasks_running", "tasks_failed", "trouble", "problem", "failed",
    "group",
)  # fmt: skip


class ConnectPass:
    """One pass for one Connect cluster."""

    def __init__(self, row: ConnectCluster, connect: Connect, started: datetime) -> None:
        self.row, self.connect, self.started = row, connect, started
        self.rows = Connector.objects.filter(connect=row)

    def run(self) -> None:
        """Read and write.

        Raises:
            KafkaFailure: no worker can be reached, or it is none; what was read before stays.
        """
        if self.row.mirrored_url != self.row.url:  # these are another Connect cluster's
            self.rows.delete()
            self.row.mirrored_url, self.row.current_as_of, self.row.passwords = self.row.url, None, {}
        listed = [each for each in kafka.list_connectors(self.connect) if is_storable(each.name)]
        self.row.version = plugins.worker_of(self.connect).version
        learn_passwords(self.row, self.connect, {each.plugin for each in listed}, self.started)
        self.write(listed)
        self.row.current_as_of = timezone.now()
        read_topics(self.row, self.connect)

    def write(self, listed: list[Description]) -> None:
        """Add, change and remove rows; what was changed meanwhile is left alone."""
        stored = {row.name: row for row in self.rows}
        present = {each.name: each for each in listed}
        gone = [row.pk for name, row in stored.items() if name not in present and not self.is_newer(row)]
        for pks in chunks(gone):
            self.rows.filter(pk__in=pks).delete()
        added = [self.new_row(each) for name, each in present.items() if name not in stored]
        Connector.objects.bulk_create(added, batch_size=CHUNK, ignore_conflicts=True)
        changed = [stored[name] for name, each in present.items() if name in stored and self.change(stored[name], each)]
        Connector.objects.bulk_update(changed, VALUES, batch_size=CHUNK)
        write_configured_topics(self.row, listed)

    def new_row(self, connector: Description) -> Connector:
        values = values_of(self.row, connector)
        return Connector(cluster_id=self.row.cluster_id, connect=self.row, name=connector.name, **values)

    def change(self, row: Connector, connector: Description) -> bool:
        """Set what is new in a row; tell whether it is to be written."""
        if self.is_newer(row):
            return False
        values = values_of(self.row, connector)
        different = any(getattr(row, name) != value for name, value in values.items())
        for name, value in values.items():
            setattr(row, name, value)
        return different

    def is_newer(self, row: Connector) -> bool:
        return row.read_at is not None and row.read_at > self.started


def learn_passwords(row: ConnectCluster, connect: Connect, classes: Iterable[str], now: datetime) -> None:
    """Ask which settings of some classes are passwords, and remember it for a while.

    Raises:
        KafkaFailure: no worker can be reached any more.
    """
    fresh = {name: about for name, about in row.passwords.items() if about["at"] > (now - FRESH).isoformat()}
    for name in sorted(filter(None, set(classes) - fresh.keys()))[:CLASSES]:
        names = row.passwords.get(name, {}).get("names", [])
        with suppress(NotSupported):
            try:
                names = [each.name for each in plugins.definition_of(connect, name) if each.is_password]
            except KafkaFailure:
                if connect.failure:
                    raise
        fresh[name] = {"at": now.isoformat(), "names": names}
    row.passwords = {**row.passwords, **fresh}


def values_of(row: ConnectCluster, connector: Description) -> dict[str, Any]:
    """Return the values of a connector's row: nothing of it is secret."""
    counts = states.counts_of(connector.tasks)
    problem = scrubbed(states.problem_of(connector), connector.config, row.passwords_of(connector.plugin))
    return {
        "type": connector.type[:20],
        "plugin": connector.plugin[:500],
        "state": connector.state[:40],
        "worker": connector.worker[:255],
        "tasks": counts.tasks,
        "tasks_running": counts.running,
        "tasks_failed": counts.failed,
        "trouble": states.trouble_of(connector),
        "problem": problem.replace("\0", "?"),
        "failed": states.failed_ids(connector),
        "group": group_of(connector.type, connector.name, connector.config, row.group_pattern)[:512],
    }


def connector_changed(row: ConnectCluster, connector: Description) -> None:
    """Show a connector as it is after a change through us, at once."""
    values = {**values_of(row, connector), "cluster_id": row.cluster_id, "read_at": timezone.now()}
    Connector.objects.update_or_create(connect=row, name=connector.name, defaults=values)
    write_configured_topics(row, [connector])


def connector_deleted(row: ConnectCluster, name: str) -> None:
    Connector.objects.filter(connect=row, name=name).delete()


def is_storable(name: str) -> bool:
    return 0 < len(name) <= LONGEST and "\0" not in name
