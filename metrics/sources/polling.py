"""One look at a cluster's metrics: from the source to readings, by broker."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.outgoing import Access
from metrics.catalogue import promql
from metrics.catalogue.samples import Address, Reading, broker_of, merged, rates, usable
from metrics.catalogue.signals import Signal, flavour_of
from metrics.models import MetricsSettings
from metrics.sources.exporters import ERROR, scrape_all, urls_of
from metrics.sources.http import SourceFailure
from metrics.sources.prometheus import Prometheus, Series

BY_TOPIC = ("bytes_in_by_topic", "bytes_out_by_topic", "messages_in_by_topic", "log_size")
UNSEEN = frozenset({*BY_TOPIC, "log_end_offset", "consumer_lag", "disk_free_ratio", "exporter_up"})
"""Signals that a look leaves out: one value per topic, or not about brokers."""
TOP = 10
UP = "up"


@dataclass(frozen=True)
class Look:
    """What came: readings, the flavour, sentences by broker that gave none, how often each was scraped."""

    readings: tuple[Reading, ...]
    flavour: str
    failures: Mapping[str, str] = field(default_factory=dict)
    scraped: Mapping[str, float] = field(default_factory=dict)


def readings_of(series: list[Series], brokers: list[Address], label: str = "") -> list[Reading]:
    """Return readings from series that carry their signal's name."""
    readings = []
    for item in series:
        signal, value = item.labels.get("signal", ""), usable(item.labels.get("signal", ""), item.points[-1][1])
        if value is not None:
            own = item.labels.get("topic", "") or item.labels.get("listener", "")
            readings.append(Reading(signal, broker_of(item.labels, brokers), value, own))
    return merged(readings)


def ask_prometheus(
    source: Prometheus, settings: MetricsSettings, signals: Mapping[str, Signal], brokers: list[Address], window: int
) -> Look:
    """Query a Prometheus for all signals in a handful of requests.

    Raises:
        SourceFailure: it gave no usable answer, or has no Kafka brokers under these matchers.
    """
    matchers = settings.matchers
    flavour = flavour_of(source.names(matchers))
    if not flavour:
        where = f"with {matchers}" if matchers else "at all"
        raise SourceFailure(f"Prometheus has no metrics of Kafka brokers {where}.", "Check the label matchers.")
    broker_signals = [signal for name, signal in signals.items() if name not in UNSEEN]
    series = [item for item in source.query(promql.batch(broker_signals, flavour, matchers, window)) if item.points]
    exporters = [item for item in source.query(of_exporters(matchers)) if item.points]
    up = [item for item in exporters if item.labels.get("signal") == UP]
    series += [item for item in exporters if item.labels.get("signal") == ERROR]
    times = [item for item in source.query(promql.scraped(flavour, signals["leader_count"], matchers)) if item.points]
    counted: dict[str, float] = {}
    for item in times:
        broker = broker_of(item.labels, brokers)
        counted[broker] = counted.get(broker, 0) + item.points[-1][1]
    down = {broker_of(item.labels, brokers) for item in up if item.points[-1][1] == 0} - counted.keys()
    sentences = dict.fromkeys(sorted(down), "Prometheus cannot scrape it.")
    return Look(tuple(readings_of(series, brokers)), flavour, sentences, counted)


def of_exporters(matchers: str) -> str:
    """Return the query for whether exporters answer, and could read everything."""
    labels = ", ".join(promql.KEPT)
    return "\nor ".join(
        f'label_replace({worst} by ({labels}) ({name}{{{matchers}}}), "signal", "{name}", "", "")'
        for worst, name in (("min", UP), ("max", ERROR))
    )


@dataclass
class Before:
    """The counts of one broker at the look before, and when that was."""

    at: float
    counts: Mapping[tuple[str, str], float]


class Scraper:
    """Asks a cluster's exporters, and remembers their counts from one look to the next."""

    def __init__(self) -> None:
        self.before: dict[str, Before] = {}

    def ask(
        self,
        settings: MetricsSettings,
        access: Access,
        signals: Mapping[str, Signal],
        brokers: list[Address],
        within: float | None = None,
    ) -> Look:
        """Ask all exporters, within so many seconds in all where given.

        Raises:
            SourceFailure: none of them gave a usable answer.
        """
        urls = urls_of(brokers, settings.scheme, settings.port, settings.path)
        if not urls:
            raise SourceFailure("No brokers are known yet.", "They appear after the first refresh of the cluster.")
        counters = {name for name, signal in signals.items() if signal.counter}
        readings: list[Reading] = []
        failures, flavour = {}, ""
        for scrape in scrape_all(urls, access, list(signals.values()), within=within):
            if scrape.failure:
                failures[scrape.broker] = scrape.failure.sentence
                continue
            now, earlier = time.monotonic(), self.before.get(scrape.broker, Before(0, {}))
            values = rates(scrape.values, earlier.counts, now - earlier.at, counters)
            self.before[scrape.broker] = Before(now, scrape.values)
            readings += [Reading(name, scrape.broker, value, own) for (name, own), value in values.items()]
            flavour = scrape.flavour
        if not flavour:
            raise SourceFailure("No exporter returns Kafka metrics.", " ".join(failures.values()))
        return Look(tuple(top_topics(readings)), flavour, failures)


def top_topics(readings: list[Reading]) -> list[Reading]:
    """Return the readings with only the largest topics, over all brokers, of each signal that is by topic."""
    reduced = [reading for reading in readings if reading.signal not in UNSEEN]
    for signal in BY_TOPIC:
        sums: dict[str, float] = {}
        for reading in readings:
            if reading.signal == signal:
                sums[reading.label] = sums.get(reading.label, 0.0) + reading.value
        for topic in sorted(sums, key=lambda name: -sums[name])[:TOP]:
            reduced.append(Reading(signal, "", sums[topic], topic))
    return reduced
