"""Which findings a person may see, and which of them they may silence."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, cast

from django.db import connection
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import granted
from accounts.permissions import resource_globs
from clusters.access import matching, sees, visible_clusters
from clusters.findings import CRITICAL, SEVERITIES, WARNING, FindingCounts
from clusters.models import Cluster
from core.database.prepared import Parameter, Prepared
from core.patterns import EVERYTHING
from metrics.catalogue import own_rules as own
from metrics.findings.advice import advice
from metrics.models import FindingRow

NONE = Q(pk__in=[])  # the condition that no finding meets


def starts_with(kinds: Iterable[str]) -> Q:
    """Return the condition for findings of own rules of some kinds."""
    condition = NONE
    for kind in kinds:
        condition |= Q(rule__startswith=own.key_of(kind, ""))
    return condition


OF_GROUPS = frozenset({"group-error", "data-lost"})
OF_CONNECTORS = frozenset({"connector-failed", "connector-tasks"})
ABOUT_GROUPS = Q(rule__in=OF_GROUPS) | starts_with(own.OF_GROUPS)
ABOUT_CONNECTORS = Q(rule__in=OF_CONNECTORS)
ABOUT_TOPICS = starts_with(own.OF_TOPICS)


def within_grants(request: HttpRequest, *clusters: Cluster) -> QuerySet[FindingRow]:
    """Return the findings of clusters, open or over, whose subjects are within the person's grants."""
    allowed = reduce(or_, (condition(request, cluster) for cluster in clusters), NONE)
    return FindingRow.objects.filter(allowed, opened_at__isnull=False)


def condition(request: HttpRequest, cluster: Cluster) -> Q:
    """Return the condition for a cluster's findings whose subject is within the person's grants."""
    if not sees(request, cluster, "findings.view", ""):
        return NONE
    allowances, covered = granted(request), Q(cluster=cluster)
    for about, action in (
        (ABOUT_GROUPS, "groups.view"), (ABOUT_TOPICS, "topics.view"), (ABOUT_CONNECTORS, "connect.view"),
    ):  # fmt: skip
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


def finding_counts(request: HttpRequest) -> dict[int, FindingCounts]:
    """Count the open findings that a person may see, by cluster, without silenced ones; read once per request."""
    request = cast(CountingRequest, request)
    if not hasattr(request, "finding_counts"):
        request.finding_counts = counted(request)
    return request.finding_counts


class CountingRequest(HttpRequest):
    """A request with ``finding_counts`` for the page and for what surrounds it."""

    finding_counts: dict[int, FindingCounts]


def counted(request: HttpRequest) -> dict[int, FindingCounts]:
    numbers: dict[int, dict[str, Counter[str]]] = {}
    for cluster, severity, rule, number in loud_for(request):
        by_severity = numbers.setdefault(cluster, {CRITICAL: Counter(), WARNING: Counter()})
        by_severity[severity][advice(rule).title] += number
    return {pk: counts_of(by_severity) for pk, by_severity in numbers.items()}


def loud_for(request: HttpRequest) -> Iterable[tuple[int, str, str, int]]:
    """Return how many open findings that are not silenced a person may see, by cluster, severity and rule."""
    clusters, now = visible_clusters(request), timezone.now()
    limits = [(cluster, condition(request, cluster)) for cluster in clusters]
    if all(limit in (Q(cluster=cluster), NONE) for cluster, limit in limits):
        whole = {cluster.pk for cluster, limit in limits if limit != NONE}
        rows = LOUD.rows(now=connection.ops.adapt_datetimefield_value(now))
        return [row for row in rows if row[0] in whole]
    return loud(within_grants(request, *clusters), now)


def loud(rows: QuerySet[FindingRow], now: datetime | Parameter) -> QuerySet[Any, tuple[int, str, str, int]]:
    """Return how many findings are open and not silenced."""
    rows = rows.filter(opened_at__isnull=False, resolved_at=None, severity__in=(CRITICAL, WARNING))
    by_rule = rows.exclude(silenced_until__gt=now).values_list("cluster", "severity", "rule")
    return by_rule.annotate(number=Count("pk")).order_by("rule")


LOUD = Prepared(loud(FindingRow.objects.all(), Parameter("now")))


def counts_of(by_severity: Mapping[str, Counter[str]]) -> FindingCounts:
    """Return how many findings there are, and the kinds of the worst ones with their numbers."""
    critical, warnings = by_severity[CRITICAL], by_severity[WARNING]
    kinds = tuple((critical or warnings).most_common())
    return FindingCounts(critical.total(), warnings.total(), kinds)


def resource_of(row: FindingRow) -> str:
    """Return the group, topic or connector that a finding is about; empty where it is about the cluster or a broker."""
    return row.subject if row.rule in OF_GROUPS | OF_CONNECTORS or own.kind_of(row.rule) else ""


def is_silent(row: FindingRow, now: datetime) -> bool:
    """Tell whether a finding is silenced now."""
    return row.silenced_until is not None and row.silenced_until > now


def may_silence(request: HttpRequest, row: FindingRow) -> bool:
    """Tell whether the person's grants cover what a finding is about: the cluster, unless it is about one resource."""
    return sees(request, row.cluster, "findings.silence", resource_of(row) or EVERYTHING)
