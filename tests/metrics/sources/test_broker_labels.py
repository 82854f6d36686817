"""Brokers under the labels of the charts' own jobs: each is recognised, and counts once."""

import time
from collections.abc import Iterator

import pytest

from clusters.models import Broker, Cluster
from core.background_cache import BackgroundCache
from metrics.catalogue.plots import PAGES
from metrics.catalogue.samples import Address, broker_of, by_signal, naming
from metrics.charts.series import charts
from metrics.charts.time_range import Range
from metrics.findings import rules
from metrics.models import MetricsSettings, Watch
from metrics.sources import broker_addresses
from metrics.sources.polling import Look, ask_prometheus
from metrics.sources.settings import addresses_of, prometheus_of, scrape_interval, signals_of, window_of
from metrics.sources.source_test import Verdict, probe
from tests.metrics.chart_jobs import BROKERS, LEADERS, MODES, ORDERS, host, ip, scraped
from tests.prometheus import installed

pytestmark = pytest.mark.services

NAMES = {str(broker) for broker in BROKERS}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not installed():
        pytest.skip("there is no Prometheus on this machine")
    with scraped(tmp_path_factory.mktemp("prometheus")) as server:
        yield server


@pytest.fixture(params=MODES)
def settings(request: pytest.FixtureRequest, db: None, url: str, monkeypatch: pytest.MonkeyPatch) -> MetricsSettings:
    """Have each mode of scraping in turn; where nobody names the pods, their addresses do."""
    addresses = {host(broker): (ip(broker),) for broker in BROKERS if request.param == "endpoints"}
    monkeypatch.setattr(broker_addresses, "_known", BackgroundCache(addresses.__getitem__, keep=60, wait=5))
    cluster = Cluster.objects.create(slug="known", name="known", bootstrap_servers="127.0.0.1:1")
    for broker in BROKERS:
        Broker.objects.create(cluster=cluster, broker_id=broker, host=host(broker), port=9092)
    matchers = f'namespace="{request.param}"'
    return MetricsSettings.objects.create(cluster=cluster, source="prometheus", url=url, matchers=matchers, interval=1)


def looked(settings: MetricsSettings) -> Look:
    brokers = addresses_of(settings.cluster, settings)
    return ask_prometheus(prometheus_of(settings), settings, signals_of(settings), brokers, window_of(settings))


def test_each_broker_is_known_and_nothing_counts_twice(settings: MetricsSettings) -> None:
    values = by_signal(looked(settings).readings)
    assert values["active_controller"] == {"0": 1.0, "1": 0.0, "2": 0.0}
    assert values["leader_count"] == dict.fromkeys(NAMES, LEADERS)
    assert {broker for brokers in values.values() for broker in brokers} == NAMES
    assert not rules.controllers(values)


def test_a_second_scrape_is_a_finding_of_each_broker(settings: MetricsSettings) -> None:
    findings = rules.scraped_twice(looked(settings).scraped)
    twice = settings.matchers == 'namespace="both"'
    assert [one.names for one in findings] == [tuple(f"broker {one}: 2 times" for one in BROKERS)] * twice


def test_charts_have_a_line_for_each_broker_and_sum_topics_once(settings: MetricsSettings) -> None:
    Watch.objects.create(cluster=settings.cluster, flavour="bitnami")
    plots = [plot for page in ("brokers", "topics") for plot in PAGES[page]]
    now = int(time.time())
    drawn_charts = charts(settings.cluster, plots, Range(now - 60, now), lambda _: True)
    drawn = {chart.plot.signals: chart for chart in drawn_charts}
    assert {line.name for line in drawn["leader_count",].picture.lines} == NAMES
    on_disk = {line.name: line.values for line in drawn["log_size",].picture.lines}
    assert max(filter(None, on_disk["orders.v1"])) == len(BROKERS) * ORDERS


def test_the_test_says_that_these_are_the_clusters_brokers(settings: MetricsSettings) -> None:
    verdict: Verdict = probe(settings.cluster, settings)
    assert "3 brokers" in verdict.sentence
    assert scrape_interval(settings), "it was not learnt how often they are scraped"
    both = settings.matchers == 'namespace="both"'
    assert ("scraped more than once" if both else "They match this cluster exactly") in verdict.sentence


def test_an_address_tells_a_broker_only_where_it_is_its_alone() -> None:
    alone = [Address(1, "one", numbers=("10.1.0.1",)), Address(2, "two", numbers=("10.1.0.2", "fd00::2"))]
    assert broker_of({"instance": "10.1.0.2:5556"}, alone) == "2"
    assert broker_of({"instance": "[fd00::2]:5556"}, alone) == "2"
    shared = [Address(1, "one", numbers=("10.9.9.9",)), Address(2, "two", numbers=("10.9.9.9",))]
    assert broker_of({"instance": "10.9.9.9:5556"}, shared) == "10.9.9.9:5556"


def test_an_instance_of_several_pods_lends_no_name() -> None:
    pods = [{"instance": "kafka:5556", "pod": f"my-kafka-{number}"} for number in (0, 1)]
    assert naming(pods) == {}
