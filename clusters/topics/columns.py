"""The columns of the list of topics."""

from collections.abc import Callable, Mapping
from functools import cache, partial

from django.http import HttpRequest
from django.utils.safestring import SafeString

from clusters.models import Cluster, Topic
from clusters.topics.health import health
from clusters.topics.queries import GROUPS, Readership
from core.web import slots
from core.web.formats import count
from core.web.markup import markup
from core.web.paths import reverse
from core.web.tables import Column, naming, selecting
from core.web.tags import at_most, bytesize, last_record, name_link, per_second, retention

INTERNAL = SafeString(' <span class="quiet">internal</span>')
NO_GROUPS = SafeString('<span class="zero">–</span>')


def columns(request: HttpRequest, cluster: Cluster, readership: Mapping[str, Readership]) -> tuple[Column, ...]:
    """Return the columns; ``readership`` has the consumer groups of each topic."""
    status = cache(partial(slots.fill, "group-status", request))

    def groups(topic: Topic) -> str:
        readers = readership.get(topic.name)
        if not readers:
            return NO_GROUPS
        url = reverse("topic-groups", cluster.slug, topic.name)
        worst = "" if readers.worst is None else status(readers.worst)
        return markup('<a href="{}">{}</a> {}', url, count(readers.groups), worst)

    return (
        Column("under_replicated", "Health", "first", "", shows=health),
        Column("partitions", "Partitions", "num", "partitions"),
        Column("replication", "Replicas", "num"),
        Column(
            "messages", "Records", "num", "records", shows=lambda topic: at_most(topic.messages, topic.messages_at_most)
        ),
        Column("size", "Size", "num", "size", shows=lambda topic: bytesize(topic.size)),
        Column("rate", "Records in", "num", shows=lambda topic: per_second(topic.rate, topic.transactional)),
        Column("last_record_at", "Last record", "first", shows=lambda topic: last_record(topic.last_record_at)),
        Column("cleanup_policy", "Cleanup"),
        Column("retention_ms", "Retention", "num", shows=lambda topic: retention(topic.retention_ms)),
        Column(GROUPS, "Consumer groups", "first", shows=groups),
    )


def first_cells(slug: str) -> Callable[[Topic], str]:
    """Return what writes a topic's selection and name, in a cluster."""

    def cells(topic: Topic) -> str:
        link = name_link(reverse("topic", slug, topic.name), topic.name)
        return selecting(topic.name, topic.name) + naming(link + INTERNAL if topic.internal else link)

    return cells
