"""Metrics through the API: charts as numbers, a broker's readings, and the source's settings."""

import json
import time
from typing import Any

import pytest

from accounts.models import AuditEntry
from clusters.models import Broker, Cluster, Topic
from metrics.catalogue.samples import Reading
from metrics.models import MetricsSettings, Watch
from metrics.sources.stored_samples import keep
from tests.api.conftest import V1, Program, person, program_of
from tests.metrics.servers import says, serving

pytestmark = pytest.mark.django_db
KNOWN = f"{V1}/clusters/known"
SETTINGS = f"{KNOWN}/metrics-settings"


@pytest.fixture
def known(db: None) -> Cluster:
    """A cluster of two brokers without a Kafka."""
    found = Cluster.objects.create(slug="known", name="known", bootstrap_servers="127.0.0.1:1")
    for number in (1, 2):
        Broker.objects.create(cluster=found, broker_id=number, host="h", port=9092)
    return found


@pytest.fixture
def measured(known: Cluster) -> int:
    """What exporters gave in the last ten minutes; returns the time of the last look, in seconds since 1970."""
    MetricsSettings.objects.create(cluster=known, source="exporters")
    latest = [["bytes_in", "1", "", 8.0], ["log_size", "1", "mine", 1.0], ["log_size", "1", "theirs", 2.0]]
    Watch.objects.create(cluster=known, flavour="bitnami", readings=latest)
    for name in ("mine", "theirs"):
        Topic.objects.create(cluster=known, name=name, partitions=1, replication=1)
    now = int(time.time())
    for at in range(now - 600, now, 60):
        given = [Reading("bytes_in", "1", float(at - now)), Reading("bytes_in", "2", 5.0)]
        keep(known, [*given, *(Reading("log_size", "1", 1.0, name) for name in ("mine", "theirs"))], at, 60)
    return at


def titled(answer: dict[str, Any], title: str) -> dict[str, Any]:
    (found,) = (one for one in answer["charts"] if one["title"] == title)
    return dict(found)


def test_charts_are_numbers_over_the_pages_ranges(known: Cluster, measured: int, vera: Program) -> None:
    told = vera.get(f"{KNOWN}/metrics/overview?range=15m")
    assert told["end"] - told["start"] == 900
    chart = titled(told, "Bytes in")
    assert (chart["unit"], chart["lines_are"]) == ("bytes_per_s", "broker")
    assert chart["times"] == list(range(chart["times"][0], told["end"] + 1, 60)), "one a minute, as it was measured"
    lines = {one["name"]: dict(zip(chart["times"], one["values"], strict=True)) for one in chart["lines"]}
    assert set(lines["2"].values()) == {5.0, None}
    assert not [at for at, value in lines["2"].items() if value is None and measured - 540 < at <= measured]
    assert lines["1"][measured - measured % 60] == -60.0, "what the last look gave, a minute before now"
    one = titled(vera.get(f"{KNOWN}/metrics/overview?broker=2"), "Bytes in")
    assert [line["name"] for line in one["lines"]] == ["2"]
    minute = measured - measured % 60
    between = f"from={measured - 120}&to={measured - 30}"
    assert titled(vera.get(f"{KNOWN}/metrics/overview?{between}"), "Bytes in")["times"] == [
        minute - 120, minute - 60, *([minute] if minute <= measured - 30 else []),
    ]  # fmt: skip
    assert "bytes_in" not in titled(told, "Bytes in")["missing"]


@pytest.mark.parametrize("query", ["range=2h", "from=1", "to=1", "from=2&to=1", "from=x&to=y", "broker=x"])
def test_a_range_that_is_none_is_refused(known: Cluster, measured: int, vera: Program, query: str) -> None:
    assert vera("GET", f"{KNOWN}/metrics/overview?{query}").status_code == 422


def test_times_of_requests_are_at_the_percentile_that_is_asked_for(known: Cluster, vera: Program) -> None:
    found = [{"metric": {"signal": "total_time_fetch_follower@95", "instance": "b:1", "broker": "1"}, "values": []}]
    with serving(says(json.dumps({"status": "success", "data": {"result": found}}))) as url:
        MetricsSettings.objects.create(cluster=known, source="prometheus", url=url)
        Watch.objects.create(cluster=known, flavour="strimzi")
        told = vera.get(f"{KNOWN}/metrics/requests?percentile=95")
    assert told["percentile"] == "95"
    chart = titled(told, "Fetch by followers, total time (p95)")
    assert (chart["signals"], [one["name"] for one in chart["lines"]]) == (["total_time_fetch_follower"], ["1"])


def test_a_percentile_that_nobody_has_is_refused(known: Cluster, measured: int, vera: Program) -> None:
    assert vera("GET", f"{KNOWN}/metrics/requests?percentile=42").status_code == 422
    answer = vera("GET", f"{KNOWN}/metrics/requests?percentile=95")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["percentile"])
    assert vera.get(f"{KNOWN}/metrics/requests")["percentile"] == "99"


def test_topics_that_no_grant_covers_have_no_line(known: Cluster, measured: int, vera: Program) -> None:
    path = f"{KNOWN}/metrics/topics?range=15m"
    assert [one["name"] for one in titled(vera.get(path), "On disk, largest topics")["lines"]] == ["mine", "theirs"]
    pat = program_of(person("pat", resources="mine*"))
    assert [one["name"] for one in titled(pat.get(path), "On disk, largest topics")["lines"]] == ["mine"]
    assert "theirs" not in str(pat.get(path))


def test_how_the_source_does_and_what_a_broker_gives(known: Cluster, measured: int, vera: Program) -> None:
    told = vera.get(f"{KNOWN}/metrics")
    assert (told["source"], told["flavour"], told["error"]) == ("exporters", "bitnami", "")
    for tab in told["tabs"]:
        assert vera("GET", f"{KNOWN}/metrics/{tab}").status_code == 200
    readings = {one["signal"]: one["value"] for one in vera.get(f"{KNOWN}/brokers/1/readings")}
    assert readings == {"bytes_in": 8.0, "log_size": 3.0}
    assert vera.get(f"{KNOWN}/brokers/2/readings") == []
    assert vera("GET", f"{KNOWN}/brokers/9/readings").status_code == 404
    assert vera("GET", f"{KNOWN}/metrics/nonsense").status_code == 404


def test_without_a_source_and_with_one_that_fails_a_sentence_says_so(known: Cluster, vera: Program) -> None:
    answer = vera("GET", f"{KNOWN}/metrics/overview")
    assert (answer.status_code, "no source" in answer.json()["detail"]) == (404, True)
    with serving(says("nothing", status=500)) as url:
        MetricsSettings.objects.create(cluster=known, source="prometheus", url=url)
        Watch.objects.create(cluster=known, flavour="bitnami")
        answer = vera("GET", f"{KNOWN}/metrics/overview")
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "application/problem+json")
    assert answer.json()["advice"]


def test_settings_are_changed_on_the_record_and_secrets_never_come_out(known: Cluster, ada: Program) -> None:
    body = {"source": "prometheus", "url": "http://127.0.0.1:1", "token": "hidden-token", "interval": 30,
            "headers": {"X-Scope-OrgID": "hidden-key"}, "exporters": {"1": "h:5556"}}  # fmt: skip
    trial = ada("PATCH", f"{SETTINGS}?dry_run=true", body).json()
    assert {one["subject"] for one in trial["steps"]} == set(body)
    assert not MetricsSettings.objects.exists()
    answer = ada("PATCH", f"{SETTINGS}?plan={trial['plan']}", body)
    assert answer.json()["done"]
    told = ada.get(SETTINGS)
    assert (told["url"], told["interval"], told["exporters"]) == ("http://127.0.0.1:1", 30, {"1": "h:5556"})
    assert (told["secrets"], told["headers"]) == (["token"], ["X-Scope-OrgID"])
    (step,) = ada("PATCH", SETTINGS, {"token": "hidden-other"}).json()["steps"]
    assert (step["subject"], step["before"], step["after"]) == ("token", "stored", "stored anew")
    assert ada("PATCH", SETTINGS, {"interval": 15}).json()["done"]
    stored = MetricsSettings.objects.get()
    assert (stored.secrets["token"], stored.headers, stored.interval) == (
        "hidden-other", "X-Scope-OrgID:hidden-key", 15,
    )  # fmt: skip
    entries = list(AuditEntry.objects.values("action", "cluster", "outcome", "steps"))
    assert [one["action"] for one in entries] == ["metrics.configure"] * 3
    assert "hidden" not in str(entries) + str(told) + str(trial) + answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "file:///etc/passwd"), ("matchers", 'job="a"} or vector(1) #'), ("queries", {"nonsense": "up{}"}),
        ("exporters", {"1": "http://host/path"}), ("headers", {"": "x"}), ("interval", 1), ("source", "jmx"),
        ("port", -1), ("exporters", {"1": "h:1\n2=h:2"}),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_at_its_field(known: Cluster, ada: Program, field: str, value: Any) -> None:
    for path, method in ((SETTINGS, "PATCH"), (f"{SETTINGS}/test", "POST")):
        answer = ada(method, path, {"source": "prometheus", "url": "http://127.0.0.1:1", field: value})
        assert answer.status_code == 422
        assert all(name.startswith(field) for name in answer.json()["errors"])
    assert not MetricsSettings.objects.exists()


def test_a_source_is_tested_without_being_saved(known: Cluster, ada: Program, vera: Program) -> None:
    with serving(says('{"status": "success", "data": []}')) as url:
        strange = ada("POST", f"{SETTINGS}/test", {"source": "prometheus", "url": url}).json()
    assert "not Prometheus' API" in strange["sentence"]
    with serving(says('{"status": "success", "data": {"result": []}}')) as url:
        verdict = ada("POST", f"{SETTINGS}/test", {"source": "prometheus", "url": url, "token": "hidden"}).json()
    assert (verdict["level"], "no metrics of Kafka brokers" in verdict["sentence"]) == ("critical", True)
    assert verdict["advice"]
    nothing = ada("POST", f"{SETTINGS}/test", {})
    assert (nothing.status_code, list(nothing.json()["errors"])) == (422, ["source"])
    assert not MetricsSettings.objects.exists()
    assert vera("GET", SETTINGS).status_code == 403
