"""How often a Prometheus scrapes the brokers: a rate needs several scrapes within its window."""

from collections.abc import Iterable
from statistics import median_low

from core.background_cache import BackgroundCache
from metrics.catalogue.signals import table
from metrics.sources.prometheus import Prometheus, Series

LONG, SHORT, ENOUGH = 600, 120, 4
"""Two periods in seconds, and how many scrapes suffice in the shorter one: the longer one is slow to show anything
for a Prometheus that has just started."""
KEEP, WAIT = 60.0, 0.5  # seconds


def counts(matchers: str) -> str:
    """Return the expression that counts scrapes of a metric that only brokers have, over both times."""
    names = "|".join(
        dict.fromkeys(item.metric for selectors in table()["leader_count"].selectors.values() for item in selectors)
    )
    selector = f'{{__name__=~"{names}"{"," + matchers if matchers else ""}}}'
    parts = (
        f'label_replace(max by (instance, job) (count_over_time({selector}[{over}s])), "over", "{over}", "", "")'
        for over in (LONG, SHORT)
    )
    return " or ".join(parts)


def interval_in(series: Iterable[Series]) -> int | None:
    """Return the seconds between two scrapes of most brokers; None where there are too few to tell."""
    numbers: dict[int, list[float]] = {LONG: [], SHORT: []}
    for item in series:
        numbers[int(item.labels["over"])].append(item.points[-1][1])
    # The lower median: a broker that has just started was scraped less often.
    usual = {over: median_low(some) for over, some in numbers.items() if some}
    intervals = [over / number for over, number in usual.items() if number >= (ENOUGH if over == SHORT else 2)]
    return round(min(intervals)) if intervals else None


def ask(key: tuple[Prometheus, str]) -> int | None:
    """Ask a Prometheus how often it scrapes the brokers that matchers select.

    Raises:
        SourceFailure: there is no usable answer.
    """
    source, matchers = key
    return interval_in(item for item in source.query(counts(matchers)) if item.points)


_known = BackgroundCache(ask, keep=KEEP, wait=WAIT)


def interval(source: Prometheus, matchers: str) -> int | None:
    """Return the seconds between two scrapes; None where not known in time."""
    return _known.get([(source, matchers)]).get((source, matchers))
