"""The percentile of request times in charts. Pure."""

from dataclasses import replace

from metrics.catalogue.plots import PAGES, Plot

SHOWN = {"50": "50", "75": "75", "95": "95", "98": "98", "99": "99", "99.9": "999"}
"""The percentiles of exporters, as shown and as in the table of signals."""
DEFAULT = "99"
TAB = "requests"
TOTALS = (
    Plot("Produce, total time", ("total_time_produce",), "ms"),
    Plot("Consumer fetch, total time", ("total_time_fetch_consumer",), "ms",
         help="A fetch waits for data up to fetch.max.wait.ms: 500 ms is normal on an idle topic."),
    Plot("Follower fetch, total time", ("total_time_fetch_follower",), "ms",
         help="A fetch waits for data up to replica.fetch.wait.max.ms."),
)  # fmt: skip


def named(signal: str, percentile: str) -> str:
    """Return a signal's name at a percentile: ``total_time_produce@95``, and bare at the usual one."""
    return signal if percentile == DEFAULT else f"{signal}@{percentile}"


def split(name: str) -> tuple[str, str]:
    """Return a signal's bare name and the percentile."""
    signal, _, percentile = name.partition("@")
    return signal, percentile or DEFAULT


def plots(tab: str, percentile: str = DEFAULT) -> tuple[Plot, ...]:
    """Return the charts of a page; on the requests page, times are at a percentile, and their titles say so."""
    if tab != TAB:
        return PAGES[tab]
    return tuple(at(plot, percentile) if plot.unit == "ms" else plot for plot in (*TOTALS, *PAGES[tab]))


def at(plot: Plot, percentile: str) -> Plot:
    """Return a chart of times at a percentile."""
    signals = tuple(named(signal, percentile) for signal in plot.signals)
    return replace(plot, title=f"{plot.title} (p{percentile})", signals=signals)
