"""Three real brokers with exporters, and a real Prometheus that scrapes them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from clusters.models import Cluster
from metrics.models import FindingRow, MetricsSettings, Watch
from metrics.tasks import watch, watch_due
from tests.conftest import known_cluster, mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.ports import free_ports
from tests.kafka.waiting import eventually
from tests.prometheus import Prometheus, installed, job

Look = Callable[[], dict[tuple[str, str], FindingRow]]


@pytest.fixture(scope="package")
def measured_kafka() -> Iterator[KafkaCluster]:
    """Three brokers whose exporters have Bitnami's rules. Brokers are stopped here, so nobody shares it."""
    with KafkaCluster(3, exporters=True) as kafka:
        yield kafka


def exporters(kafka: KafkaCluster) -> list[str]:
    """Return the exporters' addresses, in the order of the brokers."""
    return [f"127.0.0.1:{node.ports.jmx}" for node in kafka.nodes]


@pytest.fixture(scope="package")
def prometheus(measured_kafka: KafkaCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus that scrapes every five seconds: a busy exporter takes more than one."""
    if not installed():
        pytest.skip("there is no Prometheus on this machine")
    folder: Path = tmp_path_factory.mktemp("prometheus")
    (port,) = free_ports(1)
    server = Prometheus(folder, port, [job("kafka", exporters(measured_kafka))], interval="5s")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def measured(measured_kafka: KafkaCluster, db: None) -> Cluster:
    """Have the app know that cluster."""
    cluster = known_cluster(measured_kafka, slug="measured")
    mirror(cluster)
    return cluster


def have_source(cluster: Cluster, kafka: KafkaCluster, source: str, url: str = "") -> MetricsSettings:
    """Store where the metrics come from."""
    given = "\n".join(f"{node.id}={address}" for node, address in zip(kafka.nodes, exporters(kafka), strict=True))
    return MetricsSettings.objects.create(cluster=cluster, source=source, url=url, exporters=given, interval=5)


@pytest.fixture(params=["prometheus", "exporters"])
def source(
    request: pytest.FixtureRequest, measured: Cluster, measured_kafka: KafkaCluster, prometheus: Prometheus
) -> MetricsSettings:
    """Have each source in turn."""
    return have_source(measured, measured_kafka, request.param, prometheus.url)


@pytest.fixture
def look(measured: Cluster) -> Look:
    """Look at the cluster and its metrics once, and return what is open."""

    def once() -> dict[tuple[str, str], FindingRow]:
        mirror(measured)
        watch_due()
        watch(measured.pk)
        rows = FindingRow.objects.filter(cluster=measured, resolved_at=None)
        return {(row.rule, row.subject): row for row in rows}

    return once


def until_measured(cluster: Cluster, look: Look, signal: str, number: int) -> dict[str, float]:
    """Look until a signal has readings of so many brokers, and return them."""

    def there() -> dict[str, float] | None:
        look()
        rows = Watch.objects.get(pk=cluster.pk).readings
        by_broker = {broker: value for name, broker, _, value in rows if name == signal}
        return by_broker if len(by_broker) == number else None

    measured_values = eventually(there, timeout=150, every=1)
    assert measured_values is not None
    return measured_values


def age_findings(cluster: Cluster, seconds: int) -> None:
    """Have findings be older than they are, in place of waiting."""
    earlier = timezone.now() - timedelta(seconds=seconds)
    FindingRow.objects.filter(cluster=cluster).update(since=earlier)
