"""PromQL for a signal under every set of exporter rules at once, deduplicated over double scrapes.

The set of rules need not be chosen: a name that does not exist gives nothing, and no exporter has two sets.
"""

from metrics.catalogue.promql import MEANING
from metrics.catalogue.signals import SCALES, Selector, Signal, table


def selectors(signal: Signal) -> list[Selector]:
    """Return a signal's selectors of all flavours, each once."""
    return list(
        dict.fromkeys(
            selector for selectors_of_flavour in signal.selectors.values() for selector in selectors_of_flavour
        )
    )


def expression_of(signal: Signal, selector: Selector, matchers: str, window: str) -> str:
    """Return the expression of one selector: a rate if it is a counter, in the signal's unit."""
    chosen = selector.promql(matchers)
    value = f"rate({chosen}[{window}])" if signal.counter else chosen
    return f"{value} * {SCALES[selector.metric]:g}" if selector.metric in SCALES else value


def by(name: str, labels: str, matchers: str = "", window: str = "5m") -> str:
    """Return a signal grouped by some labels: summed where that makes sense, else the largest.

    Args:
        name: the signal's name in the table.
        labels: the labels to group by, such as ``instance``.
        matchers: further label matchers for every metric.
        window: over which rates are taken.
    """
    signal = table()[name]
    parts = " or ".join(f"({expression_of(signal, selector, matchers, window)})" for selector in selectors(signal))
    outer = "sum" if signal.summed or signal.counter or signal.label else "max"
    own = f" by ({labels})" if labels else ""
    grouping = dict.fromkeys((*filter(None, labels.split(", ")), "namespace", "instance", *MEANING))
    return f"{outer}{own} (max by ({', '.join(grouping)}) ({parts}))"
