"""Sources that fail: each is told apart, within its deadline, and nobody else is asked."""

import json
import threading
import time

import pytest

from clusters.models import Broker, Cluster
from core.outgoing import Access
from metrics.catalogue.signals import table
from metrics.models import MetricsSettings
from metrics.sources.exporters import scrape
from metrics.sources.http import SourceFailure
from metrics.sources.prometheus import Prometheus
from metrics.sources.settings import signals_of
from metrics.sources.source_test import probe
from tests.kafka.ports import free_ports
from tests.metrics import fixtures
from tests.metrics.servers import Answer, Handler, drips, floods, hangs, says, serving

LOGIN = "<html><title>Sign in</title></html>"
TOO_MANY = "exceeded maximum resolution of 11,000 points per timeseries"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (hangs, "did not respond within"),
        (drips, "did not finish its response"),
        (says(LOGIN, "text/html"), "an HTML page"),
        (says("{", "application/json"), "no JSON"),
        (says("[]"), "rejected the query"),
        (says("no", "text/plain", 401), "denies access (401)"),
        (says("404 page not found", "text/plain", 404), "was not found (404)"),
        (says("", status=302, Location="http://127.0.0.1:1/elsewhere"), "are not followed"),
        (says(json.dumps({"status": "error", "error": TOO_MANY}), status=400), "11,000 points"),
        (says("upstream", "text/html", 502), "status 502"),
    ],
)
def test_a_prometheus_that_fails_says_why_in_time(answer: Answer, reason: str) -> None:
    begun = time.monotonic()
    with serving(answer) as url, pytest.raises(SourceFailure) as failure:
        Prometheus(url, seconds=1.5).query("up")
    assert reason in failure.value.sentence
    assert time.monotonic() - begun < 4


def test_one_that_is_down_or_unknown_says_so() -> None:
    (port,) = free_ports(1)
    with pytest.raises(SourceFailure) as failure:
        Prometheus(f"http://127.0.0.1:{port}").query("up")
    assert "Nothing is listening" in failure.value.advice
    with pytest.raises(SourceFailure) as failure:
        Prometheus("http://no-such-host.invalid").query("up")
    assert "name cannot be resolved" in failure.value.advice


def test_what_is_no_number_is_left_out() -> None:
    values = [[1.0, "NaN"], [2.0, "+Inf"], [3.0, "4"]]
    data = {"resultType": "matrix", "result": [{"metric": {"a": "b"}, "values": values}]}
    with serving(says(json.dumps({"status": "success", "data": data}))) as url:
        (series,) = Prometheus(url).query_range("x", 0, 3, 1)
    assert series.points == ((3.0, 4.0),)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (hangs, "did not respond within"),
        (drips, "did not finish its response"),
        (floods, "larger than 30,000,000 bytes"),
        (says(LOGIN, "text/html"), "an HTML page"),
        (says("go_threads 8\n", "text/plain"), "but none of Kafka's"),
        (
            says('kafka_server_replicamanager_total_leadercount_value{a=" nonsense\n', "text/plain"),
            "not return metrics",
        ),
    ],
)
def test_an_exporter_that_fails_says_why_in_time(answer: Answer, reason: str) -> None:
    begun = time.monotonic()
    with serving(answer) as url:
        scraped = scrape(f"{url}/metrics", "1", Access(), table().values(), seconds=1.5)
    assert scraped.failure
    assert reason in scraped.failure.sentence
    assert time.monotonic() - begun < 5


def test_an_exporter_that_could_not_read_everything_says_so() -> None:
    text = fixtures.text("bitnami_40").replace("jmx_scrape_error 0.0", "jmx_scrape_error 1.0")
    with serving(says(text, "text/plain")) as url:
        scraped = scrape(f"{url}/metrics", "1", Access(), table().values())
    assert scraped.values["jmx_scrape_error", ""] == 1
    assert scraped.values["broker_state", ""] == 3


def have_brokers(*ids: int) -> Cluster:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    Broker.objects.bulk_create(
        [Broker(cluster=cluster, broker_id=number, host="127.0.0.1", port=1, leaders=1, replicas=1) for number in ids]
    )
    return cluster


def exporters_at(url: str, *ids: int, **others: str) -> str:
    place = url.removeprefix("http://")
    return "\n".join([f"{one}={place}" for one in ids] + [f"{number[1:]}={one}" for number, one in others.items()])


@pytest.mark.django_db
def test_a_test_asks_all_exporters_at_once() -> None:
    ids = range(1, 31)
    together = threading.Barrier(len(ids), timeout=30)

    def answer(handler: Handler) -> None:
        together.wait()
        says(fixtures.text("bitnami_40"), "text/plain")(handler)

    cluster = have_brokers(*ids)
    with serving(answer) as url:
        verdict = probe(cluster, MetricsSettings(source="exporters", exporters=exporters_at(url, *ids)), seconds=30)
    assert verdict.sentence == "Rules of bitnami: 30 of 30 exporters answered."


@pytest.mark.django_db
def test_a_test_says_which_exporters_were_late() -> None:
    cluster = have_brokers(1, 2)
    with serving(says(fixtures.text("bitnami_40"), "text/plain")) as url, serving(hangs) as slow:
        late = slow.removeprefix("http://")
        given = MetricsSettings(source="exporters", exporters=exporters_at(url, 1, _2=late))
        verdict = probe(cluster, given, seconds=2)
    assert verdict.sentence == "Rules of bitnami: 1 of 2 exporters answered."
    assert verdict.advice == f"http://{late}/metrics did not respond within 2 s."


@pytest.mark.django_db
def test_the_questions_of_a_test_share_its_seconds() -> None:
    first = json.dumps({"status": "success", "data": {"resultType": "vector", "result": [
        {"metric": {"__name__": "kafka_server_ReplicaManager_Value"}, "value": [1, "5"]}
    ]}})  # fmt: skip

    def answer(handler: Handler) -> None:
        says(first)(handler) if b"query=count+by+%28__name__" in handler.body else hangs(handler)

    with serving(answer) as url:
        verdict = probe(have_brokers(1), MetricsSettings(source="prometheus", url=url), seconds=4)
    assert verdict.level == "critical"
    assert (
        "did not answer in time, after 1 successful request: the limit for all requests together is 4 s"
        in verdict.sentence
    )


def test_secrets_go_to_the_source_and_nowhere_else() -> None:
    seen: list[str] = []

    def remember(handler: Handler) -> None:
        seen.append(handler.headers.get("Authorization", "") + handler.headers.get("X-Scope-OrgID", ""))
        says(fixtures.text("raw_40"), "text/plain")(handler)

    access = Access(token="hidden-token", headers=(("X-Scope-OrgID", "team-a"),))
    with serving(remember) as url:
        scraped = scrape(f"{url}/metrics", "1", access, table().values())
    assert seen == ["Bearer hidden-tokenteam-a"]
    assert scraped.values["leader_count", ""] == 7
    assert "hidden" not in repr(access)


def test_a_selector_of_ones_own_is_read_from_an_exporter_too() -> None:
    own = MetricsSettings(queries='leader_count = kafka_server_ReplicaManager_Value{name="ProducerIdCount"}')
    with serving(says(fixtures.text("raw_40"), "text/plain")) as url:
        scraped = [scrape(f"{url}/metrics", "1", Access(), some.values()) for some in (table(), signals_of(own))]
    assert [each.values["leader_count", ""] for each in scraped] == [7, 4]
