"""Which findings a person may see: names that no grant covers are left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils import timezone

from accounts.access import granted
from accounts.permissions import resource_globs
from clusters.access import matching, sees
from clusters.findings import CRITICAL, INFO, SEVERITIES, WARNING, FindingCounts
from clusters.models import Cluster
from core.web.paths import reverse
from metrics.catalogue import own_rules as own
from metrics.findings.advice import Advice, advice
from metrics.models import FindingRow


def starts_with(kinds: Iterable[str]) -> Q:
    """Return the condition for findings of own rules of some kinds."""
    condition = Q(pk__in=[])
    for kind in kinds:
        condition |= Q(rule__startswith=own.key_of(kind, ""))
    return condition


OF_GROUPS = frozenset({"group-error", "data-lost"})
NAMED_WHOLE = frozenset({"one-replica", "min-isr-too-high", "throttle-left"})
ABOUT_GROUPS = Q(rule__in=OF_GROUPS) | starts_with(own.OF_GROUPS)
ABOUT_TOPICS = starts_with(own.OF_TOPICS)
OPEN = {
    "broker": "Open broker", "brokers": "Open brokers", "group": "Open group", "groups": "Open consumer groups",
    "metrics": "Open metrics", "topic": "Open topic", "topics": "Open topics",
}  # fmt: skip
OF_TOPICS = NAMED_WHOLE | {"no-leader", "below-min-isr", "replicas-missing"}


@dataclass(frozen=True)
class Seen:
    finding: FindingRow
    words: Advice
    names: tuple[str, ...]
    hidden: int
    link: str
    silenced: bool

    @property
    def link_text(self) -> str:
        """The text of the link to the page that shows or fixes it."""
        return OPEN.get(self.finding.page, "Open cluster")

    @property
    def level(self) -> str:
        """The severity as the status that a page shows."""
        return "unknown" if self.finding.severity == INFO else self.finding.severity


@dataclass(frozen=True)
class SeenRule:
    """The open findings of one rule and severity: what is wrong is said once, for all its subjects."""

    findings: tuple[Seen, ...]

    @property
    def first(self) -> Seen:
        return self.findings[0]


def by_rule(findings: Iterable[Seen]) -> list[SeenRule]:
    """Put findings of the same rule and severity together, in the order of the first of each."""
    groups: dict[tuple[str, str], list[Seen]] = {}
    for seen_finding in findings:
        row = seen_finding.finding
        groups.setdefault((row.rule, row.severity), []).append(seen_finding)
    return [SeenRule(tuple(group)) for group in groups.values()]


def within_grants(request: HttpRequest, *clusters: Cluster) -> QuerySet[FindingRow]:
    """Return the findings of clusters, open or over, whose subjects are within the person's grants."""
    allowed = Q(pk__in=[])
    for cluster in clusters:
        allowed |= condition(request, cluster)
    return FindingRow.objects.filter(allowed).exclude(opened_at=None)


def condition(request: HttpRequest, cluster: Cluster) -> Q:
    """Return the condition for a cluster's findings whose subject is within the person's grants."""
    if not sees(request, cluster, "findings.view", ""):
        return Q(pk__in=[])
    allowances, covered = granted(request), Q(cluster=cluster)
    for about, action in ((ABOUT_GROUPS, "groups.view"), (ABOUT_TOPICS, "topics.view")):
        subjects = matching("subject", resource_globs(allowances, action, cluster.slug))
        covered &= (~about | subjects) if subjects else Q()
    return covered


def ranked(rows: QuerySet[FindingRow]) -> QuerySet[Any]:
    """Return findings with their ``badness``: the higher, the more severe."""
    severities = enumerate(reversed(SEVERITIES))
    order = Case(*(When(severity=s, then=Value(n)) for n, s in severities), output_field=IntegerField())
    return rows.annotate(badness=order)


def opened(request: HttpRequest, cluster: Cluster) -> QuerySet[FindingRow]:
    """Return the open findings that a person may see, worst first, then oldest."""
    rows = within_grants(request, cluster).filter(resolved_at=None)
    return ranked(rows).order_by("-badness", "opened_at", "pk")


def seen(request: HttpRequest, cluster: Cluster, rows: Iterable[FindingRow]) -> list[Seen]:
    now = timezone.now()
    return [as_seen(request, cluster, row, now) for row in rows]


def finding_counts(request: HttpRequest, clusters: Sequence[Cluster]) -> dict[int, FindingCounts]:
    """Count the open findings that a person may see, by cluster, without silenced ones."""
    rows = within_grants(request, *clusters).filter(resolved_at=None, severity__in=(CRITICAL, WARNING))
    loud = rows.exclude(silenced_until__gt=timezone.now()).values("cluster", "severity")
    numbers: dict[int, dict[str, int]] = {}
    for row in loud.annotate(number=Count("pk")).order_by("cluster"):
        numbers.setdefault(row["cluster"], {})[row["severity"]] = row["number"]
    return {pk: FindingCounts(by.get(CRITICAL, 0), by.get(WARNING, 0)) for pk, by in numbers.items()}


def resource_of(row: FindingRow) -> str:
    """Return the group or topic that a finding is about; empty where it is about the cluster or a broker."""
    return row.subject if row.rule in OF_GROUPS or own.kind_of(row.rule) else ""


def is_silent(row: FindingRow, now: datetime) -> bool:
    """Tell whether a finding is silenced now."""
    return row.silenced_until is not None and row.silenced_until > now


def as_seen(request: HttpRequest, cluster: Cluster, row: FindingRow, now: datetime) -> Seen:
    names = [
        name for name in row.names
        if row.rule not in OF_TOPICS or sees(request, cluster, "topics.view", topic_of(row.rule, name))
    ]  # fmt: skip
    link, silenced = link_of(cluster, row), is_silent(row, now)
    return Seen(row, advice(row.rule), tuple(names), len(row.names) - len(names), link, silenced)


def topic_of(rule: str, name: str) -> str:
    """Return the topic of a name such as ``orders-3: no leader``."""
    return name if rule in NAMED_WHOLE else name.rpartition(": ")[0].rpartition("-")[0]


def link_of(cluster: Cluster, row: FindingRow) -> str:
    """Return the page that shows or fixes it."""
    query = row.target.startswith("?")
    try:
        path = reverse(row.page, cluster.slug, *([row.target] if row.target and not query else []))
    except NoReverseMatch:
        return reverse("cluster", cluster.slug)
    return path + row.target if query else path
