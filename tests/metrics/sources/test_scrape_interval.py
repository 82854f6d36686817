"""Rates of a Prometheus that scrapes more seldom than we look."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from django.test import Client

from clusters.models import Cluster
from metrics.catalogue.plots import GLANCE
from metrics.charts.series import charts
from metrics.charts.time_range import Range
from metrics.models import MetricsSettings, Watch
from metrics.sources.prometheus import Series
from metrics.sources.scrape_interval import interval_in
from metrics.sources.settings import window_of
from tests.metrics.servers import Answer, Handler, says, serving


def counted(over: int, *numbers: float) -> list[Series]:
    return [Series({"over": str(over)}, ((0, number),)) for number in numbers]


@pytest.mark.parametrize(
    ("series", "seconds"),
    [
        (counted(600, 10, 10) + counted(120, 2, 2), 60),
        (counted(600, 40, 40) + counted(120, 8, 8), 15),
        (counted(600, 8, 8) + counted(120, 8, 8), 15),
        (counted(600, 20, 20, 2) + counted(120, 4, 4, 2), 30),
        (counted(600, 1), None),
        ([], None),
    ],
    ids=["a minute", "a quarter", "begun two minutes ago", "one broker just started", "too few", "none"],
)
def test_the_time_between_scrapes_is_that_of_most_brokers(series: list[Series], seconds: int | None) -> None:
    assert interval_in(series) == seconds


def slow(queries: list[str]) -> Answer:
    """Answer as a Prometheus that scrapes once a minute, and note what was asked for."""

    def answer(handler: Handler) -> None:
        queries.append(parse_qs(handler.body.decode())["query"][0])
        sample = {"metric": {"over": "600", "instance": "b:5556"}, "value": [0, "10"], "values": []}
        samples = [sample] if "count_over_time" in queries[-1] else []
        says(json.dumps({"status": "success", "data": {"result": samples}}))(handler)

    return answer


@pytest.fixture
def made(db: None) -> Callable[[str], MetricsSettings]:
    def make(url: str) -> MetricsSettings:
        cluster = Cluster.objects.create(slug="known", name="known", bootstrap_servers="127.0.0.1:1")
        Watch.objects.create(cluster=cluster, flavour="bitnami")
        return MetricsSettings.objects.create(cluster=cluster, source="prometheus", url=url)

    return make


def test_rates_are_over_some_scrapes_on_charts_of_any_length(made: Callable[[str], MetricsSettings]) -> None:
    queries: list[str] = []
    with serving(slow(queries)) as url:
        settings = made(url)
        for seconds in (900, 7 * 86400):
            charts(settings.cluster, GLANCE, Range(1_700_000_000, 1_700_000_000 + seconds), lambda _: True)
        assert window_of(settings) == 240
    rates = [query for query in queries if "rate(" in query]
    assert ["[240s]" in rates[0], "[3780s]" in rates[1]] == [True, True]


def test_the_settings_say_how_often_prometheus_scrapes(made: Callable[[str], MetricsSettings], admin: Client) -> None:
    with serving(slow([])) as url:
        made(url)
        page = "/clusters/known/metrics/settings/"
        typed = {"source": "prometheus", "url": url, "interval": "15", "scheme": "http", "port": "5556", "path": "/",
                 "slow_produce_warning": "500", "slow_produce_critical": "1000", "action": "test"}  # fmt: skip
        said = [html.content.decode() for html in (admin.get(page), admin.post(page, typed))]
    # The test finds no broker in what this Prometheus has: that is all there is to say.
    sentence = "about every 60 s; rates are calculated over 240 s"
    assert [sentence in " ".join(html.split()) for html in said] == [True, False]
    assert "notice critical" in said[1]
