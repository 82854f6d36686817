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
def cluster(db: None) -> Cluster:
    """A cluster of two brokers without a Kafka."""
    row = Cluster.objects.create(slug="known", name="known", bootstrap_servers="127.0.0.1:1")
    for number in (1, 2):
        Broker.objects.create(cluster=row, broker_id=number, host="h", port=9092)
    return row


@pytest.fixture
def measured(cluster: Cluster) -> int:
    """What exporters gave in the last ten minutes; returns the time of the last look, in seconds since 1970."""
    MetricsSettings.objects.create(cluster=cluster, source="exporters")
    latest = [["bytes_in", "1", "", 8.0], ["log_size", "1", "mine", 1.0], ["log_size", "1", "theirs", 2.0]]
    Watch.objects.create(cluster=cluster, flavour="bitnami", readings=latest)
    for name in ("mine", "theirs"):
        Topic.objects.create(cluster=cluster, name=name, partitions=1, replication=1)
    now = int(time.time())
    for at in range(now - 600, now, 60):
        given = [Reading("bytes_in", "1", float(at - now)), Reading("bytes_in", "2", 5.0)]
        keep(cluster, [*given, *(Reading("log_size", "1", 1.0, name) for name in ("mine", "theirs"))], at, 60)
    return at


def titled(content: dict[str, Any], title: str) -> dict[str, Any]:
    (matching,) = (chart for chart in content["charts"] if chart["title"] == title)
    return dict(matching)


def test_charts_are_numbers_over_the_pages_ranges(cluster: Cluster, measured: int, vera: Program) -> None:
    content = vera.get(f"{KNOWN}/metrics/overview?range=15m")
    assert content["end"] - content["start"] == 900
    chart = titled(content, "Bytes in")
    assert (chart["unit"], chart["lines_are"]) == ("bytes_per_s", "broker")
    assert chart["times"] == list(range(chart["times"][0], content["end"] + 1, 60)), "one a minute, as it was measured"
    lines = {line["name"]: dict(zip(chart["times"], line["values"], strict=True)) for line in chart["lines"]}
    assert set(lines["2"].values()) == {5.0, None}
    assert not [at for at, value in lines["2"].items() if value is None and measured - 540 < at <= measured]
    assert lines["1"][measured - measured % 60] == -60.0, "what the last look gave, a minute before now"
    chart_of_broker = titled(vera.get(f"{KNOWN}/metrics/overview?broker=2"), "Bytes in")
    assert [line["name"] for line in chart_of_broker["lines"]] == ["2"]
    minute = measured - measured % 60
    between = f"from={measured - 120}&to={measured - 30}"
    assert titled(vera.get(f"{KNOWN}/metrics/overview?{between}"), "Bytes in")["times"] == [
        minute - 120, minute - 60, *([minute] if minute <= measured - 30 else []),
    ]  # fmt: skip
    assert "bytes_in" not in titled(content, "Bytes in")["missing"]


@pytest.mark.parametrize("query", ["range=2h", "from=1", "to=1", "from=2&to=1", "from=x&to=y", "broker=x"])
def test_a_range_that_is_none_is_refused(cluster: Cluster, measured: int, vera: Program, query: str) -> None:
    assert vera("GET", f"{KNOWN}/metrics/overview?{query}").status_code == 422


def test_times_of_requests_are_at_the_percentile_that_is_asked_for(cluster: Cluster, vera: Program) -> None:
    result = [{"metric": {"signal": "total_time_fetch_follower@95", "instance": "b:1", "broker": "1"}, "values": []}]
    with serving(says(json.dumps({"status": "success", "data": {"result": result}}))) as url:
        MetricsSettings.objects.create(cluster=cluster, source="prometheus", url=url)
        Watch.objects.create(cluster=cluster, flavour="strimzi")
        content = vera.get(f"{KNOWN}/metrics/requests?percentile=95")
    assert content["percentile"] == "95"
    chart = titled(content, "Follower fetch, total time (p95)")
    assert (chart["signals"], [line["name"] for line in chart["lines"]]) == (["total_time_fetch_follower"], ["1"])


def test_a_percentile_that_nobody_has_is_refused(cluster: Cluster, measured: int, vera: Program) -> None:
    assert vera("GET", f"{KNOWN}/metrics/requests?percentile=42").status_code == 422
    response = vera("GET", f"{KNOWN}/metrics/requests?percentile=95")
    assert (response.status_code, list(response.json()["errors"])) == (422, ["percentile"])
    assert vera.get(f"{KNOWN}/metrics/requests")["percentile"] == "99"


def test_topics_that_no_grant_covers_have_no_line(cluster: Cluster, measured: int, vera: Program) -> None:
    path = f"{KNOWN}/metrics/topics?range=15m"
    assert [line["name"] for line in titled(vera.get(path), "Size, largest topics")["lines"]] == ["mine", "theirs"]
    pat = program_of(person("pat", resources="mine*"))
    assert [line["name"] for line in titled(pat.get(path), "Size, largest topics")["lines"]] == ["mine"]
    assert "theirs" not in str(pat.get(path))


def test_how_the_source_does_and_what_a_broker_gives(cluster: Cluster, measured: int, vera: Program) -> None:
    metrics = vera.get(f"{KNOWN}/metrics")
    assert (metrics["source"], metrics["flavour"], metrics["error"]) == ("exporters", "bitnami", "")
    for tab in metrics["tabs"]:
        assert vera("GET", f"{KNOWN}/metrics/{tab}").status_code == 200
    readings = {reading["signal"]: reading["value"] for reading in vera.get(f"{KNOWN}/brokers/1/readings")}
    assert readings == {"bytes_in": 8.0, "log_size": 3.0}
    assert vera.get(f"{KNOWN}/brokers/2/readings") == []
    assert vera("GET", f"{KNOWN}/brokers/9/readings").status_code == 404
    assert vera("GET", f"{KNOWN}/metrics/nonsense").status_code == 404


def test_without_a_source_and_with_one_that_fails_a_sentence_says_so(cluster: Cluster, vera: Program) -> None:
    response = vera("GET", f"{KNOWN}/metrics/overview")
    assert (response.status_code, "no metrics source" in response.json()["detail"]) == (404, True)
    with serving(says("nothing", status=500)) as url:
        MetricsSettings.objects.create(cluster=cluster, source="prometheus", url=url)
        Watch.objects.create(cluster=cluster, flavour="bitnami")
        response = vera("GET", f"{KNOWN}/metrics/overview")
    assert (response.status_code, response.headers["Content-Type"]) == (502, "application/problem+json")
    assert response.json()["advice"]


def test_settings_are_changed_on_the_record_and_secrets_never_come_out(cluster: Cluster, ada: Program) -> None:
    body = {"source": "prometheus", "url": "http://127.0.0.1:1", "token": "hidden-token", "interval": 30,
            "headers": {"X-Scope-OrgID": "hidden-key"}, "exporters": {"1": "h:5556"}}  # fmt: skip
    trial = ada("PATCH", f"{SETTINGS}?dry_run=true", body).json()
    assert {change_step["subject"] for change_step in trial["steps"]} == set(body)
    assert not MetricsSettings.objects.exists()
    response = ada("PATCH", f"{SETTINGS}?plan={trial['plan']}", body)
    assert response.json()["done"]
    settings = ada.get(SETTINGS)
    assert (settings["url"], settings["interval"], settings["exporters"]) == ("http://127.0.0.1:1", 30, {"1": "h:5556"})
    assert (settings["secrets"], settings["headers"]) == (["token"], ["X-Scope-OrgID"])
    (step,) = ada("PATCH", SETTINGS, {"token": "hidden-other"}).json()["steps"]
    assert (step["subject"], step["before"], step["after"]) == ("token", "stored", "updated")
    assert ada("PATCH", SETTINGS, {"interval": 15}).json()["done"]
    stored = MetricsSettings.objects.get()
    assert (stored.secrets["token"], stored.secrets["headers"], stored.interval) == (
        "hidden-other", "X-Scope-OrgID:hidden-key", 15,
    )  # fmt: skip
    entries = list(AuditEntry.objects.values("action", "cluster", "outcome", "steps"))
    assert [entry["action"] for entry in entries] == ["metrics.configure"] * 3
    assert "hidden" not in str(entries) + str(settings) + str(trial) + response.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "file:///etc/passwd"), ("matchers", 'job="a"} or vector(1) #'), ("queries", {"nonsense": "up{}"}),
        ("exporters", {"1": "http://host/path"}), ("headers", {"": "x"}), ("interval", 1), ("source", "jmx"),
        ("port", -1), ("exporters", {"1": "h:1\n2=h:2"}),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_at_its_field(cluster: Cluster, ada: Program, field: str, value: Any) -> None:
    for path, method in ((SETTINGS, "PATCH"), (f"{SETTINGS}/test", "POST")):
        response = ada(method, path, {"source": "prometheus", "url": "http://127.0.0.1:1", field: value})
        assert response.status_code == 422
        assert all(name.startswith(field) for name in response.json()["errors"])
    assert not MetricsSettings.objects.exists()


def test_a_source_is_tested_without_being_saved(cluster: Cluster, ada: Program, vera: Program) -> None:
    with serving(says('{"status": "success", "data": []}')) as url:
        strange = ada("POST", f"{SETTINGS}/test", {"source": "prometheus", "url": url}).json()
    assert "not the Prometheus API" in strange["sentence"]
    with serving(says('{"status": "success", "data": {"result": []}}')) as url:
        verdict = ada("POST", f"{SETTINGS}/test", {"source": "prometheus", "url": url, "token": "hidden"}).json()
    assert (verdict["level"], "no metrics of Kafka brokers" in verdict["sentence"]) == ("critical", True)
    assert verdict["advice"]
    nothing = ada("POST", f"{SETTINGS}/test", {})
    assert (nothing.status_code, list(nothing.json()["errors"])) == (422, ["source"])
    assert not MetricsSettings.objects.exists()
    assert vera("GET", SETTINGS).status_code == 403
