"""The brokers' exporters, scraped directly where there is no Prometheus."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from metrics import exposition
from metrics.readings import Address, totals
from metrics.signals import Signal, flavour_of
from metrics.sources.http import Access, SourceFailure, fetch

SECONDS = 10.0  # an exporter walks through all MBeans, which takes seconds on a busy broker
MOST = 30_000_000  # bytes of an answer: some ten thousand partitions
ABREAST = 10


@dataclass(frozen=True)
class Scrape:
    """One broker's answer: values by (signal, label), counters as counts; or why there is none."""

    broker: str
    flavour: str = ""
    values: Mapping[tuple[str, str], float] = field(default_factory=dict)
    failure: SourceFailure | None = None


def scrape(url: str, broker: str, access: Access, signals: Collection[Signal], seconds: float = SECONDS) -> Scrape:
    """Ask one exporter for some signals."""
    try:
        return read(broker, url, signals, *fetch(url, access, seconds=seconds, most=MOST))
    except exposition.NotMetrics as error:
        return Scrape(broker, failure=SourceFailure(f"{url} answers with what is not metrics: {error}."))
    except SourceFailure as failure:
        return Scrape(broker, failure=failure)


def read(broker: str, url: str, signals: Collection[Signal], kind: str, text: str) -> Scrape:
    """Return what an exporter's answer of a content type says.

    Raises:
        NotMetrics: it cannot be read.
        SourceFailure: it is not about Kafka.
    """
    flavour = flavour_of(exposition.names(text))
    if not flavour:
        said = "a page of HTML" if "html" in kind else "metrics of which none is known as Kafka's"
        raise SourceFailure(f"{url} answers with {said}.", "Check the path: the exporter 1.x serves /metrics.")
    wanted = {selector for signal in signals for selector in signal.of(flavour)}
    return Scrape(broker, flavour, totals(signals, flavour, exposition.samples(text, wanted)))


def scrape_all(
    urls: Mapping[str, str], access: Access, signals: Collection[Signal], seconds: float = SECONDS
) -> list[Scrape]:
    """Ask all exporters for some signals, ten abreast; ``urls`` are by broker."""
    with ThreadPoolExecutor(ABREAST) as pool:
        return list(pool.map(lambda one: scrape(one[1], one[0], access, signals, seconds), urls.items()))


def urls_of(brokers: list[Address], scheme: str, port: int, path: str) -> dict[str, str]:
    """Return each broker's exporter: the address that was given for it, or the port on the broker's host."""
    return {
        str(one.id): f"{scheme}://{one.exporter or f'{_bracketed(one.host)}:{port}'}/{path.lstrip('/')}"
        for one in brokers
        if one.exporter or one.host
    }


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
