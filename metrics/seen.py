"""Which findings a person may see, and with which words: names of what no grant covers are left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils import timezone

from clusters.access import sees
from clusters.findings import SEVERITIES
from clusters.models import Cluster
from kafkaadmin.web.paths import reverse
from metrics.advice import Advice, advice
from metrics.models import Finding

OF_GROUPS = frozenset({"group-error", "data-lost"})
NAMED_WHOLE = frozenset({"one-replica", "min-isr-too-high", "throttle-left"})
OF_TOPICS = NAMED_WHOLE | {"no-leader", "below-min-isr", "replicas-missing"}


@dataclass(frozen=True)
class Seen:
    """A finding as one person sees it."""

    finding: Finding
    words: Advice
    names: tuple[str, ...]
    hidden: int
    link: str
    silenced: bool


def opened(cluster: Cluster) -> QuerySet[Finding]:
    """Return what is wrong now, worst first, then oldest."""
    rows = Finding.objects.filter(cluster=cluster, resolved_at=None).exclude(opened_at=None)
    order = Case(*(When(severity=s, then=Value(n)) for n, s in enumerate(SEVERITIES)), output_field=IntegerField())
    return rows.annotate(order=order).order_by("order", "opened_at", "pk")


def seen(request: HttpRequest, cluster: Cluster, rows: Iterable[Finding]) -> list[Seen]:
    """Return the findings that a person may see."""
    now = timezone.now()
    return [as_seen(request, cluster, row, now) for row in rows if may_see(request, cluster, row)]


def may_see(request: HttpRequest, cluster: Cluster, row: Finding) -> bool:
    """Tell whether a finding's subject is within the person's grants."""
    return row.rule not in OF_GROUPS or sees(request, cluster, "groups.view", row.subject)


def as_seen(request: HttpRequest, cluster: Cluster, row: Finding, now: datetime) -> Seen:
    """Return a finding as a person sees it."""
    names = [
        name for name in row.names
        if row.rule not in OF_TOPICS or sees(request, cluster, "topics.view", topic_of(row.rule, name))
    ]  # fmt: skip
    silenced = row.silenced_until is not None and row.silenced_until > now
    return Seen(row, advice(row.rule), tuple(names), len(row.names) - len(names), link_of(cluster, row), silenced)


def topic_of(rule: str, name: str) -> str:
    """Return the topic of a name such as ``orders-3: no leader``."""
    return name if rule in NAMED_WHOLE else name.rpartition(": ")[0].rpartition("-")[0]


def link_of(cluster: Cluster, row: Finding) -> str:
    """Return the page that shows or mends it."""
    query = row.target.startswith("?")
    try:
        path = reverse(row.page, cluster.slug, *([row.target] if row.target and not query else []))
    except NoReverseMatch:
        return reverse("cluster", cluster.slug)
    return path + row.target if query else path
