"""Findings of the rules that people define, from the inventory's rows: no request to Kafka."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from clusters.access import matching
from clusters.findings import Former, SourceResult
from clusters.models import Cluster, Group, GroupTopic, Mirror, Topic
from core.patterns import glob_matches
from metrics.catalogue.own_rules import ABOVE, BELOW, KINDS, LAG, OF_GROUPS, OF_TOPICS, TIME_LAG, kind_of
from metrics.models import AlertRule
from metrics.own_rules.conditions import Condition, Measurement, evaluate

STALE = timedelta(minutes=2)  # an older inventory, or one that takes so long to read, says nothing about the present
NO_TIME_LAG = {("lag-overdue", ""), ("lag-unknown", "")}  # while one of these is there, time lags stay as they were
COLUMNS = {LAG: "lag", TIME_LAG: "time_lag", ABOVE: "rate", BELOW: "rate"}


def look(cluster: Cluster, former: Former) -> SourceResult:
    """Evaluate the rules for a cluster, as far as their data are current."""
    conditions = conditions_for(cluster)
    keys = {condition.key for condition in conditions}
    ended = frozenset(rule for rule, _ in former if kind_of(rule) and rule not in keys)
    if not conditions:
        return SourceResult(ended)
    mirror = Mirror.objects.filter(pk=cluster.pk).first()
    kinds = evaluable(mirror, former) if mirror else set()
    judged = [condition for condition in conditions if condition.kind in kinds]
    silent = {str(subject) for subject, _ in mirror.failures} if mirror else set()
    measurements = {
        **of_groups(cluster, [c for c in judged if c.kind in OF_GROUPS], former, silent),
        **of_topics(cluster, [c for c in judged if c.kind in OF_TOPICS], former),
    }
    return evaluate(judged, measurements, former, ended)


def conditions_for(cluster: Cluster) -> list[Condition]:
    """Return the rules that are on and concern a cluster."""
    rules = AlertRule.objects.filter(enabled=True)
    return [condition_of(rule) for rule in rules if glob_matches(rule.cluster_glob, cluster.slug)]


def condition_of(rule: AlertRule) -> Condition:
    return Condition(rule.key, rule.kind, rule.severity, rule.resource_glob, rule.threshold, rule.for_seconds)


def evaluable(mirror: Mirror, former: Former) -> set[str]:
    """Return the kinds of rules whose data are current."""
    now, allowed = timezone.now(), STALE + timedelta(seconds=2 * mirror.seconds)
    if mirror.error or mirror.current_as_of is None or now - mirror.current_as_of > allowed:
        return set()
    kinds = set(KINDS)
    if "groups" in {subject for subject, _ in mirror.failures}:
        kinds -= set(OF_GROUPS)
    return kinds - {TIME_LAG} if NO_TIME_LAG & former else kinds


def passing(condition: Condition) -> Q:
    """Return the condition that a row may pass the threshold."""
    lookup = "lt" if condition.kind == BELOW else "gt"
    return Q(**{f"{COLUMNS[condition.kind]}__{lookup}": condition.threshold}) & matching("name", (condition.pattern,))


def candidates(conditions: Iterable[Condition], former: Former) -> Q:
    """Return the condition for the rows that matter: what may pass a threshold, and what has a finding."""
    keys = {condition.key for condition in conditions}
    concerned = Q(name__in=sorted({subject for rule, subject in former if rule in keys}))
    for condition in conditions:
        concerned |= passing(condition)
    return concerned


def of_groups(
    cluster: Cluster, conditions: Sequence[Condition], former: Former, silent: set[str]
) -> dict[str, list[Measurement]]:
    """Measure groups; what was not read anew, since ``silent`` parts of Kafka did not answer, is unknown."""
    if not conditions:
        return {}
    lags, time_lags = [], []
    partly_known = with_unknown_lags(cluster)
    rows = Group.objects.filter(candidates(conditions, former), cluster=cluster)
    columns = ("name", "coordinator", "lag", "unknown", "time_lag", "time_lag_at_least")
    for name, coordinator, lag, unknown, time_lag, at_least in rows.values_list(*columns):
        is_silent = not silent.isdisjoint({f"groups of broker {coordinator}", f"group {name}"})
        if lag is None and unknown and name not in partly_known:
            lag = 0  # of topics that are gone there is nothing to consume
        lags.append(Measurement(name, None if is_silent else lag, name in partly_known))
        time_lags.append(Measurement(name, time_lag, at_least))
    return {LAG: lags, TIME_LAG: time_lags}


def with_unknown_lags(cluster: Cluster) -> set[str]:
    """Return the groups with an unknown lag on a topic that exists: one that was deleted has no more records."""
    topics = Topic.objects.filter(cluster=cluster).values("name")
    rows = GroupTopic.objects.filter(cluster=cluster, unknown__gt=0, topic__in=topics)
    return set(rows.values_list("group", flat=True))


def of_topics(cluster: Cluster, conditions: Sequence[Condition], former: Former) -> dict[str, list[Measurement]]:
    """Measure topics, without Kafka's internal ones."""
    if not conditions:
        return {}
    rows = Topic.objects.filter(candidates(conditions, former), cluster=cluster, internal=False)
    rates = [Measurement(name, rate) for name, rate in rows.values_list("name", "rate")]
    return {ABOVE: rates, BELOW: rates}
