"""The brokers' exporters, scraped directly where there is no Prometheus."""

from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from core.outgoing import Access
from metrics.catalogue import exposition
from metrics.catalogue.samples import Address, totals
from metrics.catalogue.signals import Selector, Signal, flavour_of
from metrics.sources.http import SourceFailure, fetch

SECONDS = 10.0  # an exporter walks through all MBeans, which takes seconds on a busy broker
ERROR = "jmx_scrape_error"  # 1 if it answers, but could not read all beans
MAX_BYTES = 30_000_000  # of an answer: enough for some ten thousand partitions
ABREAST = 50


@dataclass(frozen=True)
class Scrape:
    """One broker's answer: values by (signal, label), counters as counts; or why there is none."""

    broker: str
    flavour: str = ""
    values: Mapping[tuple[str, str], float] = field(default_factory=dict)
    failure: SourceFailure | None = None


def scrape(url: str, broker: str, access: Access, signals: Collection[Signal], seconds: float = SECONDS) -> Scrape:
    try:
        return read(broker, url, signals, *fetch(url, access, seconds=seconds, max_bytes=MAX_BYTES))
    except exposition.NotMetrics as error:
        return Scrape(broker, failure=SourceFailure(f"{url} does not return metrics: {error}."))
    except SourceFailure as failure:
        return Scrape(broker, failure=failure)


def read(broker: str, url: str, signals: Collection[Signal], kind: str, text: str) -> Scrape:
    """Parse an exporter's answer of a content type.

    Raises:
        NotMetrics: it cannot be read.
        SourceFailure: it is not about Kafka.
    """
    flavour = flavour_of(exposition.names(text))
    if not flavour:
        said = "an HTML page" if "html" in kind else "metrics, but none of Kafka's"
        raise SourceFailure(f"{url} returns {said}.", "Check the path: JMX exporter 1.x serves /metrics.")
    selectors = {selector for signal in signals for selector in signal.of(flavour)}
    values = totals(signals, flavour, exposition.samples(text, selectors))
    errors = [sample.value for sample in exposition.samples(text, [Selector(ERROR)])]
    return Scrape(broker, flavour, values | ({(ERROR, ""): max(errors)} if errors else {}))


def scrape_all(
    urls: Mapping[str, str],
    access: Access,
    signals: Collection[Signal],
    seconds: float = SECONDS,
    within: float | None = None,
) -> list[Scrape]:
    """Ask all exporters for some signals, fifty at a time; ``urls`` are by broker.

    Args:
        urls: where to ask.
        access: how to authenticate.
        signals: which signals to read.
        seconds: the timeout of each exporter.
        within: the timeout of all together; an exporter not done by then counts as silent.
    """
    rounds = -(-len(urls) // ABREAST)
    within = seconds * max(rounds, 1) if within is None else within
    each = min(seconds, within)
    pool = ThreadPoolExecutor(ABREAST)
    futures = {broker: pool.submit(scrape, url, broker, access, signals, each) for broker, url in urls.items()}
    wait(futures.values(), timeout=within)
    pool.shutdown(wait=False, cancel_futures=True)
    return [in_time(future, broker, urls[broker], within) for broker, future in futures.items()]


def in_time(future: Future[Scrape], broker: str, url: str, seconds: float) -> Scrape:
    """Return what an exporter gave, or that it was late."""
    if future.done() and not future.cancelled():
        return future.result()
    return Scrape(broker, failure=SourceFailure(f"{url} did not respond within {seconds:g} s."))


def urls_of(brokers: list[Address], scheme: str, port: int, path: str) -> dict[str, str]:
    """Return each broker's exporter: the address given for it, or the port on the broker's host."""
    return {
        str(broker.id): f"{scheme}://{broker.exporter or f'{_bracketed(broker.host)}:{port}'}/{path.lstrip('/')}"
        for broker in brokers
        if broker.exporter or broker.host
    }


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
