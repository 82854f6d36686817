"""The topics of connectors: those that sinks name in their configuration, and those that the others have used.

The latter is asked for each: of at most ``TOPICS`` in a pass, first where it was never read, then where it was read
longest ago. A connector that runs and has used none yet is asked about sooner: it may have begun to write.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from clusters.connect.rules.topics import configured_topics, names_topics
from clusters.gateway.connect import connectors as kafka
from clusters.gateway.connect.client import Connect, NotSupported
from clusters.gateway.connect.connectors import RUNNING
from clusters.gateway.connect.connectors import Connector as Description
from clusters.gateway.errors import KafkaFailure
from clusters.models import ConnectCluster, Connector, ConnectorTopic

TOPICS = 50
RESERVE = 5.0  # seconds of a pass, for the last connector that is asked for
FRESH = timedelta(minutes=10)  # for so long what was read is not read again
EMPTY = timedelta(seconds=30)  # for so long that none was used is not read again
CHUNK = 500  # rows of one statement
LONGEST_TOPIC = 255


def read_topics(row: ConnectCluster, connect: Connect) -> None:
    """Ask which topics some connectors have used; without all that is asked for, the next pass goes on.

    Raises:
        KafkaFailure: no worker can be reached any more.
    """
    for connector in connectors_due(row):
        if connect.seconds_left < RESERVE:
            return
        try:
            read_topics_of(connector, connect)
        except NotSupported:
            row.connectors.update(topics_read_at=timezone.now())
            return
        except KafkaFailure:
            if connect.failure:
                raise
            Connector.objects.filter(pk=connector.pk).update(topics_read_at=timezone.now())


def connectors_due(row: ConnectCluster) -> QuerySet[Connector]:
    now = timezone.now()
    never, old = Q(topics_read_at=None), Q(topics_read_at__lt=now - FRESH)
    empty = Q(topics_read_at__lt=now - EMPTY, topic_rows=None, state=RUNNING)
    due = row.connectors.filter(never | old | empty)
    return due.order_by(F("topics_read_at").asc(nulls_first=True), "name")[:TOPICS]


def read_topics_of(row: Connector, connect: Connect) -> None:
    """Ask which topics one connector has used.

    Raises:
        KafkaFailure: with the cause.
    """
    store_topics(row, kafka.topics_of(connect, row.name))
    Connector.objects.filter(pk=row.pk).update(topics_read_at=timezone.now())


def store_topics(row: Connector, topics: Iterable[str]) -> None:
    """Store which topics a connector has used; nothing is written where they are the same as before."""
    present = {topic for topic in topics if len(topic) <= LONGEST_TOPIC}
    stored = set(row.topic_rows.values_list("topic", flat=True))
    new = [ConnectorTopic(connector=row, cluster_id=row.cluster_id, topic=topic) for topic in present - stored]
    ConnectorTopic.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)
    if gone := stored - present:
        row.topic_rows.filter(topic__in=gone).delete()


def write_configured_topics(row: ConnectCluster, listed: Iterable[Description]) -> None:
    """Write the topics that sinks name in their configuration."""
    named = {each.name: configured_topics(each.config) for each in listed if names_topics(each.type, each.config)}
    pks = dict(Connector.objects.filter(connect=row).values_list("name", "pk"))
    pairs = {
        (pks[name], topic) for name, topics in named.items() if name in pks for topic in topics
        if len(topic) <= LONGEST_TOPIC
    }  # fmt: skip
    rows = ConnectorTopic.objects.filter(connector__connect=row, connector__name__in=named)
    stored = {(connector, topic): pk for pk, connector, topic in rows.values_list("pk", "connector", "topic")}
    for chunk in chunks([pk for key, pk in stored.items() if key not in pairs]):
        ConnectorTopic.objects.filter(pk__in=chunk).delete()
    new = [
        ConnectorTopic(connector_id=connector, cluster_id=row.cluster_id, topic=topic)
        for connector, topic in sorted(pairs - stored.keys())
    ]
    ConnectorTopic.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)
    Connector.objects.filter(connect=row, name__in=named).update(topics_read_at=timezone.now())


def topics_seen(row: ConnectCluster, name: str, topics: Iterable[str]) -> None:
    """Have the list show the topics that a connector was just seen to have used."""
    if connector := Connector.objects.filter(connect=row, name=name).first():
        store_topics(connector, topics)


def chunks(pks: list[int]) -> list[list[int]]:
    return [pks[start : start + CHUNK] for start in range(0, len(pks), CHUNK)]
