"""A cluster's metrics settings, in the form that sources need."""

from collections.abc import Mapping
from dataclasses import replace

from clusters.models import Broker, Cluster
from core.database.prepared import Parameter, Prepared
from core.outgoing import Access
from metrics.catalogue import percentiles
from metrics.catalogue.plots import LINES
from metrics.catalogue.samples import Address
from metrics.catalogue.signals import Signal, parse, table
from metrics.models import MetricsSettings
from metrics.sources import broker_addresses
from metrics.sources.broker_labels import Recognising
from metrics.sources.prometheus import SECONDS
from metrics.sources.scrape_interval import interval

RATE_SCRAPES = 4  # a rate needs several scrapes within its window, even if one is missed
SETTINGS = Prepared(MetricsSettings.objects.filter(cluster=Parameter("cluster")))


def settings_of(cluster: Cluster) -> MetricsSettings:
    """Return a cluster's settings: no source where none were saved."""
    return SETTINGS.first(cluster=cluster.pk) or MetricsSettings(cluster=cluster)


def pairs(text: str, sign: str) -> list[tuple[str, str]]:
    """Return the lines ``left <sign> right`` of a text.

    Raises:
        ValueError: a line is not of that form.
    """
    parsed = []
    for line in filter(None, map(str.strip, text.splitlines())):
        left, there, right = (part.strip() for part in line.partition(sign))
        if not (left and there and right):
            raise ValueError(f"“{line}” is not of the form “name {sign} value”.")
        parsed.append((left, right))
    return parsed


def access_of(settings: MetricsSettings) -> Access:
    return Access(
        username=settings.username,
        password=settings.secrets.get("password", ""),
        token=settings.secrets.get("token", ""),
        headers=tuple(pairs(settings.secrets.get("headers", ""), ":")),
        ca_pem=settings.ca_pem,
        certificate_pem=settings.certificate_pem,
        key_pem=settings.secrets.get("key_pem", ""),
        verify=settings.verify,
    )


def prometheus_of(settings: MetricsSettings, seconds: float = SECONDS) -> Recognising:
    return Recognising(settings.url, access_of(settings), seconds)


def addresses_of(cluster: Cluster, settings: MetricsSettings) -> list[Address]:
    """Return the brokers of the inventory with what a source may identify them by.

    These are their exporters' addresses, where given, and for a Prometheus the IP addresses of their hosts.
    """
    given = dict(pairs(settings.exporters, "="))
    rows = list(Broker.objects.filter(cluster=cluster).values_list("broker_id", "host"))
    by_prometheus = settings.source == MetricsSettings.PROMETHEUS
    ips_by_host = broker_addresses.addresses(host for _, host in rows) if by_prometheus else {}
    return [Address(number, host, given.get(str(number), ""), ips_by_host.get(host, ())) for number, host in rows]


class Signals(dict[str, Signal]):
    """Signals by name; times at another percentile are added once their names are looked up."""

    def __init__(self, settings: MetricsSettings, percentile: str) -> None:
        super().__init__(table(percentile))
        self.settings = settings
        for name, text in pairs(settings.queries, "="):
            selector = parse(text, percentile)
            if name in self and selector:
                self[name] = replace(self[name], selectors={"*": (selector,)})

    def __missing__(self, name: str) -> Signal:
        base, percentile = percentiles.split(name)
        if base == name:
            raise KeyError(name)
        signal = signals_of(self.settings, percentiles.SHOWN[percentile])[base]
        self[name] = replace(signal, name=name, description=LINES.get(base, signal.description))
        return self[name]


def signals_of(settings: MetricsSettings, percentile: str = "99") -> Mapping[str, Signal]:
    """Return all signals, with the person's own selectors in place of the table's."""
    return Signals(settings, percentile)


def window_of(settings: MetricsSettings) -> int:
    """Return the seconds that rates are taken over: several looks, and several scrapes of a slower Prometheus."""
    return max(60, RATE_SCRAPES * max(settings.interval, scrape_interval(settings) or 0))


def scrape_interval(settings: MetricsSettings) -> int | None:
    """Return the seconds between two scrapes of the Prometheus; None where unknown."""
    if settings.source != MetricsSettings.PROMETHEUS or not settings.url:
        return None
    return interval(prometheus_of(settings), settings.matchers)
