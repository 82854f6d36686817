"""What a declared cluster says of its metrics, in kafka-ui's words and ours."""

from typing import Any

import pytest

from clusters.declaration.declared import declare, imported
from clusters.importers import kafka_ui
from metrics.models import MetricsSettings

pytestmark = pytest.mark.django_db


def document(**metrics: Any) -> dict[str, Any]:
    return {"kafka": {"clusters": [{"name": "one", "bootstrapServers": "b:9092", "metrics": metrics}]}}


def test_kafka_uis_prometheus_port_is_the_exporters() -> None:
    declare(imported(document(type="PROMETHEUS", port=5556, ssl=True, username="u", password="hidden")))
    row = MetricsSettings.objects.get()
    assert (row.source, row.port, row.scheme, row.username) == ("exporters", 5556, "https", "u")
    assert row.secrets["password"] == "hidden"


def test_a_stored_prometheus_is_preferred_and_kept_over_another_start() -> None:
    said = document(type="PROMETHEUS", port=5556, matchers='job="k"', store={"prometheus": {"url": "http://p/"}})
    for _ in range(2):
        declare(imported(said))
    row = MetricsSettings.objects.get()
    assert (row.source, row.url, row.matchers) == ("prometheus", "http://p", 'job="k"')


def test_what_is_not_used_is_said_by_its_path() -> None:
    read = kafka_ui.read(document(type="JMX", port=9997, keystoreLocation="/k"), {})
    (cluster,) = read.clusters
    assert cluster.metrics == {}
    assert any("kafka.clusters[0].metrics.type: JMX over RMI is not supported" in remark for remark in read.remarks)
    assert any("kafka.clusters[0].metrics.keystoreLocation: not used" in remark for remark in read.remarks)


@pytest.mark.parametrize(
    ("metrics", "path"),
    [
        ([1], "metrics: not a mapping"),
        ({"store": "x"}, "metrics.store: not a mapping"),
        ({"store": {"prometheus": "x"}}, "metrics.store.prometheus: not a mapping"),
        ({"store": {"other": 1}}, "metrics.store.other: not used"),
        ({"store": {"prometheus": {"remoteWrite": True}}}, "metrics.store.prometheus.remoteWrite: not used"),
        ({"exporters": "x"}, "metrics.exporters: not a mapping"),
    ],
)
def test_what_stands_in_the_wrong_place_is_said_by_its_path(metrics: object, path: str) -> None:
    entry = {"name": "one", "bootstrapServers": "b:9092", "metrics": metrics}
    remarks = kafka_ui.read({"kafka": {"clusters": [entry]}}, {}).remarks
    assert any(f"kafka.clusters[0].{path}" in remark for remark in remarks)


def test_what_kafka_uis_keys_say_no_more_is_gone_and_what_was_set_here_stays() -> None:
    declare(imported(document(type="PROMETHEUS", port=7071, ssl=True, username="u", password="hidden")))
    MetricsSettings.objects.update(slow_produce_warning=7, interval=30)
    declare(imported(document(type="PROMETHEUS")))
    row = MetricsSettings.objects.get()
    assert (row.port, row.scheme, row.username, row.secrets["password"]) == (5556, "http", "", "")
    assert (row.slow_produce_warning, row.interval) == (7, 30)
