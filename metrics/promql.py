"""Queries for many signals at once. Pure: signals in, PromQL out.

Every part is one series a broker, whichever jobs scrape it, and carries its name as a label, so that one request
answers for a whole page.
"""

from collections.abc import Iterable

from metrics.readings import BROKER_LABELS, POD_LABELS
from metrics.signals import SCALES, Selector, Signal

KEPT = ("instance", *POD_LABELS, *BROKER_LABELS)
POINTS = 600


def part(signal: Signal, selector: Selector, matchers: str, window: int) -> str:
    """Return the expression of one signal by one selector: deduplicated, named, and a rate where it counts."""
    own = (signal.label,) if signal.label else ()
    chosen = selector.promql(matchers)
    value = f"rate({chosen}[{window}s])" if signal.counter else chosen
    if selector.metric in SCALES:
        value = f"{value} * {SCALES[selector.metric]:g}"
    # First the most of a series over jobs that scrape the same broker, then the sum over what else tells it apart.
    inner = f"max without (job, endpoint, service, container, node) ({value})"
    outer = "sum" if signal.summed or signal.counter or signal.label else "max"
    return f'label_replace({outer} by ({", ".join((*KEPT, *own))}) ({inner}), "signal", "{signal.name}", "", "")'


def batch(signals: Iterable[Signal], flavour: str, matchers: str, window: int) -> str:
    """Return one expression for many signals; nothing where the flavour has none of them.

    Args:
        signals: what is asked for.
        flavour: whose names are used.
        matchers: what selects the cluster's brokers, as ``job="kafka"``.
        window: seconds that rates are taken over; at least four times the scrape interval.
    """
    parts = [part(signal, selector, matchers, window) for signal in signals for selector in signal.of(flavour)]
    return "\nor ".join(parts)


def largest(signal: Signal, flavour: str, matchers: str, window: int, number: int) -> str:
    """Return the expression of a signal's largest topics over all brokers."""
    selector = signal.of(flavour)[0].promql(matchers)
    value = f"rate({selector}[{window}s])" if signal.counter else selector
    inner = f"max without (job, endpoint, service, container, node) ({value})"
    return f'label_replace(topk({number}, sum by (topic) ({inner})), "signal", "{signal.name}", "", "")'


def scraped(flavour: str, leaders: Signal, matchers: str) -> str:
    """Return the expression that counts how often each broker is scraped."""
    return f"count by ({', '.join(KEPT)}) ({leaders.of(flavour)[0].promql(matchers)})"


def step(seconds: float, scrape: int) -> int:
    """Return the seconds between two points of a range: never finer than the scrapes, never more than some hundred."""
    return max(scrape, -(-int(seconds) // POINTS))
