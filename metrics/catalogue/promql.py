"""Queries for many signals at once. Pure: signals in, PromQL out.

Every part gives one series per way in which an instance is named, and carries its signal's name as a label, so that one
request answers a whole page. Labels that jobs add, such as those of pods and services, are in none of them.
"""

from collections.abc import Iterable

from metrics.catalogue.samples import BROKER_LABELS, POD_LABELS
from metrics.catalogue.signals import SCALES, Selector, Signal

KEPT = ("instance", *POD_LABELS, *BROKER_LABELS)
MEANING = (
    "topic", "partition", "request", "version", "quantile", "listener", "networkProcessor", "network_processor",
    "networkprocessor", "clientId", "client_id", "clientid", "delayedOperation", "delayedoperation", "name", "type",
    "gc", "area", "state", "current_state", "persistentvolumeclaim", "mountpoint",
)  # fmt: skip
"""The labels that distinguish one exporter's series of a signal. Jobs add others as they like."""


def apart(selector: Selector, *labels: str) -> str:
    """Return the labels that distinguish a selector's series, after the given ones."""
    own = (label for label, _, _ in selector.matchers if label != "__name__")
    return ", ".join(dict.fromkeys((*labels, *MEANING, *own)))


def part(signal: Signal, selector: Selector, matchers: str, window: int) -> str:
    """Return the expression of one signal by one selector: deduplicated, named, and a rate for a counter."""
    own = (signal.label,) if signal.label else ()
    chosen = selector.promql(matchers)
    value = f"rate({chosen}[{window}s])" if signal.counter else chosen
    if selector.metric in SCALES:
        value = f"{value} * {SCALES[selector.metric]:g}"
    # First the maximum of a series over jobs that scrape the same broker, then the sum over its other labels.
    inner = f"max by ({apart(selector, *KEPT)}) ({value})"
    outer = "sum" if signal.summed or signal.counter or signal.label else "max"
    return f'label_replace({outer} by ({", ".join((*KEPT, *own))}) ({inner}), "signal", "{signal.name}", "", "")'


def batch(signals: Iterable[Signal], flavour: str, matchers: str, window: int) -> str:
    """Return one expression for many signals; empty where the flavour has none of them.

    Args:
        signals: what to query.
        flavour: whose names are used.
        matchers: what selects the cluster's brokers, such as ``job="kafka"``.
        window: seconds that rates are taken over; at least four times the scrape interval.
    """
    parts = [part(signal, selector, matchers, window) for signal in signals for selector in signal.of(flavour)]
    return "\nor ".join(parts)


def largest(signal: Signal, flavour: str, matchers: str, window: int, number: int) -> str:
    """Return the expression of a signal's largest topics over all brokers."""
    selector = signal.of(flavour)[0]
    chosen = selector.promql(matchers)
    value = f"rate({chosen}[{window}s])" if signal.counter else chosen
    inner = f"max by ({apart(selector, 'instance')}) ({value})"
    return f'label_replace(topk({number}, sum by (topic) ({inner})), "signal", "{signal.name}", "", "")'


def scraped(flavour: str, leaders: Signal, matchers: str) -> str:
    """Return the expression that counts how often each broker is scraped."""
    return f"count by ({', '.join(KEPT)}) ({leaders.of(flavour)[0].promql(matchers)})"
