"""Topics as the page and the API read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from clusters.access import within
from clusters.models import Cluster, GroupTopic
from core.web import slots


@dataclass(frozen=True)
class Reader:
    """A group that has committed offsets of a topic; ``status`` and ``time_lag`` are those of its worst partition."""

    group: str
    lag: int | None
    unknown: int
    status: int | None
    time_lag: float | None


def readers(request: HttpRequest, cluster: Cluster, topic: str) -> list[Reader]:
    """Return the groups that have committed offsets of a topic, from the inventory, the furthest behind first."""
    rows = within(request, cluster, "groups.view", GroupTopic.objects.filter(cluster=cluster, topic=topic), "group")
    rows = rows.order_by("-lag", "group")
    verdicts: Mapping[str, tuple[int, float | None]] = slots.fill(
        "topic-verdicts", request, cluster, topic, [row.group for row in rows]
    )
    return [Reader(row.group, row.lag, row.unknown, *verdicts.get(row.group, (None, None))) for row in rows]
