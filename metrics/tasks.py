"""Watching: a beat that finds due clusters, a task that looks at one, and one that sends notices."""

import time
from contextlib import suppress
from datetime import datetime, timedelta

from celery import shared_task
from celery.utils.log import get_task_logger
from django.db.models import F, Q
from django.utils import timezone

from clusters.models import Cluster
from core.leasing import LeaseLost, row_is_due
from metrics.alerts.delivery import deliver, plan_notices
from metrics.catalogue.samples import Reading
from metrics.findings.lifecycle import next_opening
from metrics.findings.store import look_for_findings
from metrics.models import MetricsSettings, Watch
from metrics.sources import stored_samples
from metrics.sources.http import SourceFailure
from metrics.sources.polling import Look, Scraper, ask_prometheus
from metrics.sources.settings import access_of, addresses_of, prometheus_of, settings_of, signals_of, window_of

EVERY = timedelta(seconds=10)  # between two looks for findings while the inventory is unchanged
STRETCH = 3  # a look or a poll of the source waits at least this many times as long as the last one took
SAVED = ("looked_at", "measured_at", "measure_at", "flavour", "error", "advice", "failures", "missing", "readings")
log = get_task_logger(__name__)
_scrapers: dict[int, Scraper] = {}


@shared_task(name="metrics.tasks.watch_due")
def watch_due() -> None:
    """Start a look at every cluster that is due, or whose inventory is newer, and that nobody is looking at."""
    missing = Cluster.objects.filter(watch=None).values_list("pk", flat=True)
    Watch.objects.bulk_create([Watch(cluster_id=pk) for pk in missing], ignore_conflicts=True)
    now = timezone.now()
    newer = Q(cluster__mirror__looked_at__gt=F("looked_at"))
    for pk in Watch.objects.filter(Watch.due(now) | newer, Watch.unleased(now)).values_list("pk", flat=True):
        watch.apply_async((pk,), expires=EVERY.seconds)


@shared_task(name="metrics.tasks.watch")
def watch(cluster_id: int) -> None:
    """Look at one cluster: its metrics when they are due, then everything that may be wrong."""
    begun, now = time.monotonic(), timezone.now()
    row = Watch.take(cluster_id, now)
    if row is None:
        return
    opening = None
    try:
        measure(row, settings_of(row.cluster), now)
        opening = next_opening(look_for_findings(row.cluster, now))
        plan_notices(row.cluster, now)
    finally:
        next_look = min(moment for moment in (now + EVERY, row.measure_at, opening) if moment)
        took = since(begun)
        row.release(due_at=max(next_look, now + STRETCH * took), seconds=took.total_seconds())


def since(begun: float) -> timedelta:
    """Return the time since a reading of the monotonic clock."""
    return timedelta(seconds=time.monotonic() - begun)


def measure(row: Watch, settings: MetricsSettings, now: datetime) -> None:
    """Take the readings when they are due, or store why there are none."""
    due_now = row_is_due(row.measure_at, row.looked_at, now)
    row.looked_at = now
    if not settings.source:
        row.measure_at, row.error, row.advice = None, "", ""
    elif due_now:
        begun, row.error, row.advice = time.monotonic(), "", ""
        try:
            take(row, settings, now)
        except SourceFailure as failure:
            row.error, row.advice, row.failures = failure.sentence, failure.advice, {}
        row.measure_at = now + max(timedelta(seconds=settings.interval), STRETCH * since(begun))
    with suppress(LeaseLost):
        row.save_if_held(**{name: getattr(row, name) for name in SAVED})


def take(row: Watch, settings: MetricsSettings, now: datetime) -> None:
    """Ask the source, and store its readings.

    Raises:
        SourceFailure: it gave nothing usable.
    """
    signals, brokers = signals_of(settings), addresses_of(row.cluster, settings)
    if settings.source == MetricsSettings.PROMETHEUS:
        look = ask_prometheus(prometheus_of(settings), settings, signals, brokers, window_of(settings))
    else:
        scraper = _scrapers.setdefault(row.pk, Scraper())
        look = scraper.ask(settings, access_of(settings), signals, brokers)
        stored_samples.keep(row.cluster, look.readings, int(now.timestamp()), settings.interval)
    row.measured_at, row.flavour, row.failures = now, look.flavour, dict(look.failures)
    row.readings = stored(look)
    row.missing = sorted(name for name, signal in signals.items() if not signal.of(look.flavour))


def stored(look: Look) -> list[list[object]]:
    """Return the readings of a look, and how often each broker was scraped, as they are stored."""
    times = [Reading("scraped", broker, number) for broker, number in look.scraped.items()]
    return [[reading.signal, reading.broker, reading.label, reading.value] for reading in (*look.readings, *times)]


@shared_task(name="metrics.tasks.send_notices")
def send_notices() -> None:
    deliver(timezone.now())
