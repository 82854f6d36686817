"""Tests whether a source gives this cluster's metrics: one clear sentence, and matchers that select its brokers."""

import time
from dataclasses import dataclass, field, replace

from clusters.models import Cluster
from core.web.formats import plural
from metrics.catalogue.samples import Address, broker_of
from metrics.catalogue.signals import DETECTED_BY
from metrics.models import MetricsSettings
from metrics.sources.http import Budget, SourceFailure
from metrics.sources.polling import Scraper, ask_prometheus
from metrics.sources.prometheus import Prometheus
from metrics.sources.settings import access_of, addresses_of, prometheus_of, signals_of, window_of

TELLING = ("job", "namespace", "strimzi_io_cluster", "app_kubernetes_io_instance", "cluster", "env", "kafka_cluster")
DAY = 86400
SECONDS = 4.5  # for all requests together: a page has five


@dataclass(frozen=True)
class Verdict:
    level: str
    sentence: str
    advice: str = ""
    suggestions: tuple[str, ...] = field(default=())


def probe(cluster: Cluster, settings: MetricsSettings, seconds: float = SECONDS) -> Verdict:
    """Ask a source once, as the watch would, and wait for so many seconds in all."""
    budget, brokers = Budget(seconds), addresses_of(cluster, settings)
    if settings.source != MetricsSettings.PROMETHEUS:
        try:
            return of_exporters(settings, brokers, seconds)
        except SourceFailure as failure:
            return Verdict("critical", failure.sentence, failure.advice)
    source = replace(prometheus_of(settings), budget=budget)
    try:
        return of_prometheus(source, settings, brokers)
    except SourceFailure as failure:
        return Verdict("critical", failure.sentence, failure.advice, suggested(source, brokers))


def of_prometheus(source: Prometheus, settings: MetricsSettings, brokers: list[Address]) -> Verdict:
    """Say whether a Prometheus has exactly this cluster's brokers.

    Raises:
        SourceFailure: it gave nothing usable.
    """
    look = ask_prometheus(source, settings, signals_of(settings), brokers, window_of(settings))
    broker_ids = {str(broker.id) for broker in brokers}
    scraped_ids = set(look.scraped)
    strange, lacking = sorted(scraped_ids - broker_ids), sorted(broker_ids - scraped_ids)
    signals = len({reading.signal for reading in look.readings})
    sentence = f"Rules of {look.flavour}, {plural(len(scraped_ids), 'broker')}, {plural(signals, 'signal')}."
    if strange or lacking:
        parts = [f"Brokers of another cluster: {', '.join(strange)}."] if strange else []
        parts += [f"Without metrics: broker {', '.join(lacking)}."] if lacking else []
        return Verdict(
            "warning", f"{sentence} {' '.join(parts)}", "Other label matchers may fit.", suggested(source, brokers)
        )
    twice = [broker for broker, times in look.scraped.items() if times > 1]
    if twice:
        return Verdict("warning", f"{sentence} Broker {', '.join(sorted(twice))} is scraped more than once.")
    return Verdict("ok", f"{sentence} They match this cluster exactly.")


def of_exporters(settings: MetricsSettings, brokers: list[Address], seconds: float) -> Verdict:
    """Say which exporters answer.

    Raises:
        SourceFailure: none does.
    """
    look = Scraper().ask(settings, access_of(settings), signals_of(settings), brokers, seconds)
    answered = len({reading.broker for reading in look.readings if reading.broker})
    sentence = f"Rules of {look.flavour}: {answered} of {plural(len(brokers), 'exporter')} answered."
    return Verdict("warning" if look.failures else "ok", sentence, " ".join(look.failures.values()))


def suggested(source: Prometheus, brokers: list[Address]) -> tuple[str, ...]:
    """Return label matchers that select this cluster's brokers, the exact ones first."""
    names = "|".join(name for _, name in DETECTED_BY)
    try:
        series = source.series(f'{{__name__=~"{names}"}}', time.time() - DAY)
    except SourceFailure:
        return ()
    broker_ids = {str(broker.id) for broker in brokers}
    candidates: dict[str, set[str]] = {}
    for labels in series:
        for matcher in matchers_of(labels):
            candidates.setdefault(matcher, set()).add(broker_of(labels, brokers))
    exact = [matcher for matcher, selected in candidates.items() if selected == broker_ids]
    some = [matcher for matcher, selected in candidates.items() if selected & broker_ids and selected != broker_ids]
    return tuple(exact[:5] or some[:5] or list(candidates)[:5])


def matchers_of(labels: dict[str, str]) -> list[str]:
    """Return the matchers that a series suggests, the simplest first."""
    single = [f'{name}="{labels[name]}"' for name in TELLING if labels.get(name)]
    job = f'job="{labels.get("job", "")}"'
    return single + [f"{job},{matcher}" for matcher in single if matcher != job]
