"""Findings from the last readings. The source is not asked here: the watch has just done so."""

from datetime import timedelta

from django.db.models import F, Sum
from django.utils import timezone

from clusters.findings import WARNING, Finding, Former, SourceResult
from clusters.models import Cluster, Topic
from metrics.catalogue.samples import Reading, by_signal
from metrics.findings import rules, state_rules
from metrics.findings.lifecycle import PartialSourceResult
from metrics.findings.thresholds import rules_of
from metrics.models import MetricsSettings, Watch
from metrics.sources.settings import settings_of

STALE = 4  # intervals after which readings say nothing about the present
SOURCE = "metrics-source"


def look(cluster: Cluster, former: Former) -> SourceResult:
    """Judge a cluster by its brokers' metrics; the findings of a silent broker stay as they were."""
    settings, watch = settings_of(cluster), Watch.objects.filter(pk=cluster.pk).first()
    if not settings.source or watch is None or watch.looked_at is None:
        return SourceResult(rules.JUDGED_BY_METRICS | {SOURCE})
    if watch.error:
        return SourceResult(
            frozenset({SOURCE}), (Finding(SOURCE, "", WARNING, watch.error, for_seconds=60, page="metrics"),)
        )
    fresh = timezone.now() - timedelta(seconds=STALE * settings.interval)
    if watch.measured_at is None or watch.measured_at < fresh:
        return SourceResult(frozenset())
    given = by_signal(Reading(signal, broker, value, label) for signal, broker, label, value in watch.readings)
    values = rules.without_silent(given, watch.failures)
    return PartialSourceResult(
        rules.JUDGED_BY_METRICS | {SOURCE},
        (
            *findings_of(cluster, values, settings, all_brokers_answered=not watch.failures),
            *rules.silent_exporters(watch.failures),
        ),
        rules.unknown(watch.failures),
    )


def findings_of(
    cluster: Cluster, values: rules.Values, settings: MetricsSettings, *, all_brokers_answered: bool
) -> list[Finding]:
    """Return the findings of the brokers' values; sums over them only if ``all_brokers_answered``."""
    findings = rules.judge_all(values, rules=rules_of(settings), all_brokers_answered=all_brokers_answered)
    findings += rules.scraped_twice(values.get("scraped", {}))
    findings += state_rules.states(values) + state_rules.scrape_errors(values)
    return findings + state_rules.at_min_isr(values, tight(cluster)) if all_brokers_answered else findings


def tight(cluster: Cluster) -> int | None:
    """Return how many partitions are at min.insync.replicas with all their replicas; None while unknown."""
    topics = Topic.objects.filter(cluster=cluster)
    if topics.filter(min_isr=None).exists():
        return None
    totals = topics.filter(min_isr=F("replication")).aggregate(number=Sum("partitions", default=0))
    return int(totals["number"])
