"""Sources that fail: each is told apart, within its deadline, and nobody else is asked."""

import json
import time

import pytest

from metrics.configured import signals_of
from metrics.models import MetricsSettings
from metrics.signals import table
from metrics.sources.exporters import scrape
from metrics.sources.http import Access, SourceFailure
from metrics.sources.prometheus import Prometheus
from tests.kafka.processes import free_ports
from tests.metrics import fixtures
from tests.metrics.servers import Answer, Handler, drips, floods, hangs, says, serving

LOGIN = "<html><title>Sign in</title></html>"
TOO_MANY = "exceeded maximum resolution of 11,000 points per timeseries"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (hangs, "did not answer within"),
        (drips, "did not finish its answer"),
        (says(LOGIN, "text/html"), "a page of HTML"),
        (says("{", "application/json"), "no JSON"),
        (says("[]"), "refuses the query"),
        (says("no", "text/plain", 401), "refuses us (401)"),
        (says("404 page not found", "text/plain", 404), "is not there (404)"),
        (says("", status=302, Location="http://127.0.0.1:1/elsewhere"), "is not followed"),
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
    assert "Nothing listens" in failure.value.advice
    with pytest.raises(SourceFailure) as failure:
        Prometheus("http://no-such-host.invalid").query("up")
    assert "name is not known" in failure.value.advice


def test_what_is_no_number_is_left_out() -> None:
    values = [[1.0, "NaN"], [2.0, "+Inf"], [3.0, "4"]]
    data = {"resultType": "matrix", "result": [{"metric": {"a": "b"}, "values": values}]}
    with serving(says(json.dumps({"status": "success", "data": data}))) as url:
        (series,) = Prometheus(url).query_range("x", 0, 3, 1)
    assert series.points == ((3.0, 4.0),)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (hangs, "did not answer within"),
        (drips, "did not finish its answer"),
        (floods, "more than 30,000,000 bytes"),
        (says(LOGIN, "text/html"), "a page of HTML"),
        (says("go_threads 8\n", "text/plain"), "none is known as Kafka's"),
        (says('kafka_server_replicamanager_total_leadercount_value{a=" nonsense\n', "text/plain"), "not metrics"),
    ],
)
def test_an_exporter_that_fails_says_why_in_time(answer: Answer, reason: str) -> None:
    begun = time.monotonic()
    with serving(answer) as url:
        found = scrape(f"{url}/metrics", "1", Access(), table().values(), seconds=1.5)
    assert found.failure
    assert reason in found.failure.sentence
    assert time.monotonic() - begun < 5


def test_secrets_go_to_the_source_and_nowhere_else() -> None:
    seen: list[str] = []

    def remember(handler: Handler) -> None:
        seen.append(handler.headers.get("Authorization", "") + handler.headers.get("X-Scope-OrgID", ""))
        says(fixtures.text("raw_40"), "text/plain")(handler)

    access = Access(token="hidden-token", headers=(("X-Scope-OrgID", "team-a"),))
    with serving(remember) as url:
        found = scrape(f"{url}/metrics", "1", access, table().values())
    assert seen == ["Bearer hidden-tokenteam-a"]
    assert found.values["leader_count", ""] == 7
    assert "hidden" not in repr(access)


def test_a_selector_of_ones_own_is_read_from_an_exporter_too() -> None:
    own = MetricsSettings(queries='leader_count = kafka_server_ReplicaManager_Value{name="ProducerIdCount"}')
    with serving(says(fixtures.text("raw_40"), "text/plain")) as url:
        found = [scrape(f"{url}/metrics", "1", Access(), some.values()) for some in (table(), signals_of(own))]
    assert [one.values["leader_count", ""] for one in found] == [7, 4]
