"""A real broker dies, and comes back: what is found, about whom, and that it ends. With each source."""

from pathlib import Path

import pytest

from clusters.models import Cluster
from metrics.findings.rules import TWICE
from metrics.models import FindingRow, MetricsSettings, Watch
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic_on
from tests.kafka.ports import free_ports
from tests.kafka.waiting import eventually
from tests.metrics.conftest import Look, age_findings, exporters, have_source, until_measured
from tests.prometheus import Prometheus, job

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]


def test_readings_are_the_brokers_own(
    measured: Cluster, source: MetricsSettings, look: Look, measured_kafka: KafkaCluster
) -> None:
    leaders = until_measured(measured, look, "leader_count", 3)
    measured.refresh_from_db()
    assert leaders == {str(broker.broker_id): broker.leaders for broker in measured.brokers.all()}
    assert sum(until_measured(measured, look, "active_controller", 3).values()) == 1
    assert set(until_measured(measured, look, "jmx_scrape_error", 3).values()) == {0}
    assert Watch.objects.get().flavour == "bitnami"
    assert not FindingRow.objects.filter(cluster=measured, severity="critical").exclude(opened_at=None).exists()


def test_a_dead_broker_is_found_with_its_partitions_and_resolved_when_it_is_back(
    measured: Cluster, source: MetricsSettings, look: Look, measured_kafka: KafkaCluster
) -> None:
    alone, tight = f"alone-{source.source}", f"tight-{source.source}"
    create_topic_on(measured_kafka, alone, [[3]])
    create_topic_on(measured_kafka, tight, [[1, 3]], {"min.insync.replicas": "2"})
    until_measured(measured, look, "leader_count", 3)
    measured_kafka.stop_broker(3, kill=True)
    expected = {("broker-down", "broker 3"), ("no-leader", ""), ("below-min-isr", ""), ("offline-partitions", "")}
    expected |= {("under-min-isr", "broker 1"), ("replicas-missing", "")}
    try:
        eventually(lambda: expected <= look().keys(), timeout=150, every=1)
        age_findings(measured, 60)
        findings = look()
        assert {key for key in expected if key not in findings or not findings[key].opened_at} == set()
        assert any(name.startswith(f"{alone}-0: no leader") for name in findings["no-leader", ""].names)
        assert f"{tight}-0: missing broker 3" in findings["below-min-isr", ""].names
        assert findings["under-min-isr", "broker 1"].severity == "critical"
    finally:
        measured_kafka.start_broker(3)
    eventually(lambda: not expected & look().keys(), timeout=150, every=1)
    over = FindingRow.objects.get(cluster=measured, rule="broker-down", subject="broker 3")
    assert over.resolved_at is not None


def test_a_second_scrape_job_doubles_nothing_and_is_found(
    measured: Cluster, measured_kafka: KafkaCluster, tmp_path: Path, look: Look
) -> None:
    targets = exporters(measured_kafka)
    # One of its own: a Prometheus goes on for five minutes with what a job gave that it has no more.
    prometheus = Prometheus(tmp_path, free_ports(1)[0], [job("kafka", targets), job("pods", targets)], interval="15s")
    prometheus.start()
    try:
        have_source(measured, measured_kafka, "prometheus", prometheus.url)
        eventually(lambda: (TWICE, "") in look(), timeout=150, every=1)
        assert sum(until_measured(measured, look, "active_controller", 3).values()) == 1
        leaders = until_measured(measured, look, "leader_count", 3)
        assert leaders == {str(broker.broker_id): broker.leaders for broker in measured.brokers.all()}
    finally:
        prometheus.stop()
