"""What the last readings tell is wrong. Nothing is asked here: the watch has just done so."""

from datetime import timedelta

from django.utils import timezone

from clusters.findings import WARNING, Judged, Looked
from clusters.models import Cluster
from metrics import rules
from metrics.configured import rules_of, settings_of
from metrics.models import Watch
from metrics.readings import Reading, by_signal

STALE = 4  # intervals after which readings tell nothing about the present
SOURCE = "metrics-source"


def look(cluster: Cluster) -> Looked:
    """Judge a cluster by its brokers' metrics."""
    settings, watch = settings_of(cluster), Watch.objects.filter(pk=cluster.pk).first()
    if not settings.source or watch is None or watch.looked_at is None:
        return Looked(rules.JUDGED_BY_METRICS | {SOURCE})
    if watch.error:
        return Looked(frozenset({SOURCE}), (Judged(SOURCE, "", WARNING, watch.error, hold=60, page="metrics"),))
    fresh = timezone.now() - timedelta(seconds=STALE * settings.interval)
    if watch.measured_at is None or watch.measured_at < fresh:
        return Looked(frozenset())
    values = by_signal(Reading(signal, broker, value, label) for signal, broker, label, value in watch.readings)
    judged = rules.judge_all(values, rules=rules_of(settings))
    judged += rules.scraped_twice(values.get("scraped", {})) + rules.silent(watch.failures)
    return Looked(rules.JUDGED_BY_METRICS | {SOURCE}, tuple(judged))
