"""From samples to readings: one number per signal and broker, or topic. Pure."""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from metrics.catalogue.signals import SCALES, Selector, Signal

CLAMPED = {"request_handler_idle", "network_processor_idle"}
"""Ratios that Kafka reports beyond 1: a combined broker and controller has two pools of handlers."""
BROKER_LABELS = ("broker", "broker_id", "node_id", "kafka_broker_id")
POD_LABELS = (
    "pod", "kubernetes_pod_name", "kubernetes_pod", "pod_name", "statefulset_kubernetes_io_pod_name", "hostname",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """One line of an exporter's answer, or one series of a Prometheus' answer."""

    metric: str
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class Reading:
    """A signal's value at a broker, per topic or listener where the signal has one."""

    signal: str
    broker: str
    value: float
    label: str = ""


@dataclass(frozen=True)
class Address:
    """A broker of the inventory, with what identifies it; ``numbers`` are the IP addresses of its host."""

    id: int
    host: str
    exporter: str = ""
    numbers: tuple[str, ...] = ()


def broker_of(labels: Mapping[str, str], brokers: Sequence[Address]) -> str:
    """Return the id of the broker that labels belong to; the scraped instance where none is recognised."""
    ids = {str(broker.id) for broker in brokers}
    for label in BROKER_LABELS:
        if labels.get(label) in ids:
            return labels[label]
    instance = labels.get("instance", "")
    host = instance.rpartition(":")[0].strip("[]")
    pod = next((labels[name] for name in POD_LABELS if labels.get(name)), "")
    for candidates in (
        [broker for broker in brokers if broker.exporter and broker.exporter == instance],
        [broker for broker in brokers if host and broker.host == host],
        [broker for broker in brokers if pod and broker.host.split(".")[0] == pod],
        [broker for broker in brokers if host in broker.numbers],
    ):
        if len(candidates) == 1:
            return str(candidates[0].id)
    number = re.search(r"-(\d+)\Z", pod)
    return number[1] if number and number[1] in ids else instance


def naming(labels: Iterable[Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return the labels that name each instance's broker in any of its series; none where its series disagree.

    Of two jobs that scrape the same broker, one may know its pod, and the other only its service.
    """
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for series in labels:
        for name in (*POD_LABELS, *BROKER_LABELS):
            if series.get("instance") and series.get(name):
                values[series["instance"], name].add(series[name])
    names_by_instance: dict[str, dict[str, str]] = defaultdict(dict)
    for (instance, name), names in values.items():
        if len(names) == 1:
            names_by_instance[instance][name] = min(names)
    return dict(names_by_instance)


def usable(signal: str, value: float) -> float | None:
    """Return a value within its range; None for NaN, which exporters give for what has not happened yet."""
    if math.isnan(value) or math.isinf(value):
        return None
    return min(max(value, 0.0), 1.0) if signal in CLAMPED else value


def selected(signal: Signal, flavour: str, samples: Mapping[str, Sequence[Sample]]) -> tuple[Selector, list[Sample]]:
    """Return the first selector of a signal that picks any samples, and those; ``samples`` are by metric."""
    for selector in signal.of(flavour):
        picked = [sample for sample in samples.get(selector.metric, ()) if selector.picks(sample.labels)]
        if picked:
            return selector, picked
    return Selector(""), []


def totals(signals: Iterable[Signal], flavour: str, samples: Iterable[Sample]) -> dict[tuple[str, str], float]:
    """Return each signal's value in one broker's own answer, by (signal, label); counters still as counts."""
    by_metric: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        by_metric[sample.metric].append(sample)
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for signal in signals:
        selector, picked = selected(signal, flavour, by_metric)
        for sample in picked:
            value = usable(signal.name, sample.value)
            if value is not None:
                key = (signal.name, sample.labels.get(signal.label, "") if signal.label else "")
                values[key].append(value * SCALES.get(selector.metric, 1.0))
    summed = {signal.name for signal in signals if signal.summed or signal.counter or signal.label}
    return {key: sum(numbers) if key[0] in summed else max(numbers) for key, numbers in values.items()}


def rates(
    now: Mapping[tuple[str, str], float],
    before: Mapping[tuple[str, str], float],
    seconds: float,
    counters: Collection[str],
) -> dict[tuple[str, str], float]:
    """Return gauges as they are, and counters as rates per second since ``before``.

    A counter that fell restarted with its broker: its rate is unknown. One that appeared began at 0, since Kafka
    creates a counter when it first counts something.
    """
    rated = {}
    for key, value in now.items():
        if key[0] not in counters:
            rated[key] = value
        elif before and seconds > 0 and value >= before.get(key, 0.0):
            rated[key] = (value - before.get(key, 0.0)) / seconds
    return rated


def merged(readings: Iterable[Reading]) -> list[Reading]:
    """Return one reading per signal, broker and label: the largest, so that scraping twice counts once."""
    best: dict[tuple[str, str, str], Reading] = {}
    for reading in readings:
        key = (reading.signal, reading.broker, reading.label)
        if key not in best or reading.value > best[key].value:
            best[key] = reading
    return list(best.values())


def by_signal(readings: Iterable[Reading]) -> dict[str, dict[str, float]]:
    sums: dict[str, dict[str, float]] = defaultdict(dict)
    for reading in readings:
        sums[reading.signal][reading.broker] = sums[reading.signal].get(reading.broker, 0.0) + reading.value
    return dict(sums)
