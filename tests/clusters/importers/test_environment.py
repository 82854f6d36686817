"""kafka-ui's environment form: nested keys, and variables over a file's YAML."""

from pathlib import Path
from typing import Any

import pytest

from clusters.declaration.configuration import declare_configured
from clusters.importers import kafka_ui
from clusters.importers.environment import from_environment
from clusters.importers.types import Imported
from clusters.models import Cluster
from metrics.models import MetricsSettings
from tests.clusters.importers.test_key_stores import folder as folder  # a fixture

FILE = """
kafka:
  clusters:
    - name: one
      bootstrap-servers: a:1
      readOnly: true
      properties: {security: {protocol: SASL_SSL}, client.id: file}
    - name: two
      bootstrapServers: b:1
"""


def read(**variables: str) -> Imported:
    values = {"BOOTSTRAPSERVERS": "a:1", **variables}
    environment = {f"KAFKA_CLUSTERS_0_{name}": value for name, value in values.items()}
    return kafka_ui.read(from_environment(environment), environment)


def test_nested_keys_work_as_in_yaml() -> None:
    imports = read(
        METRICS_TYPE="PROMETHEUS", METRICS_PORT="5556", METRICS_SSL="true", METRICS_USERNAME="u", METRICS_PASSWORD="p",
        METRICS_STORE_PROMETHEUS_URL="http://p", SSL_VERIFYSSL="false", METRICS_EXPORTERS_1="b:7",
        PROPERTIES_SECURITY_PROTOCOL="ssl",
    )  # fmt: skip
    assert imports.remarks == ()
    (cluster,) = imports.clusters
    assert cluster.metrics == {
        "port": "5556", "username": "u", "scheme": "https", "source": "prometheus", "url": "http://p",
        "exporters": "1=b:7",
    }  # fmt: skip
    assert cluster.secrets["metrics_password"] == "p"
    assert (cluster.fields["verify_hostname"], cluster.fields["security_protocol"]) == (False, "SSL")


def test_a_trust_store_is_read(folder: Path) -> None:
    environment = {
        "KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS": "a:1",
        "KAFKA_CLUSTERS_0_SSL_TRUSTSTORELOCATION": str(folder / "trust.jks"),
        "KAFKA_CLUSTERS_0_SSL_TRUSTSTOREPASSWORD": "changeit",
    }
    imports = kafka_ui.read(from_environment(environment), {}, lambda path: Path(path).read_bytes())
    assert "BEGIN CERTIFICATE" in str(imports.clusters[0].fields["ca_pem"])
    assert imports.remarks == ()


def test_a_list_is_kept_in_its_order_and_what_is_not_used_is_named() -> None:
    variables = {f"KAFKA_CLUSTERS_3_BOOTSTRAP_SERVERS_{number}": f"b{number}:1" for number in range(11)}
    imports = kafka_ui.read(from_environment(variables), {})
    assert imports.clusters[0].fields["bootstrap_servers"] == ",".join(f"b{number}:1" for number in range(11))
    remarks = read(KSQLDBSERVER="http://c", METRICS_TYPE="PROMETHEUS", METRICS_STORE_KAFKA="x").remarks
    assert set(remarks) == {
        "kafka.clusters[0].KSQLDBSERVER: not used by kafkaadmin",
        "kafka.clusters[0].metrics.store.kafka: not used by kafkaadmin",
    }


@pytest.fixture
def configuration(settings: Any, tmp_path: Path) -> None:
    settings.KAFKAADMIN_CONFIG = str(tmp_path / "clusters.yml")
    (tmp_path / "clusters.yml").write_text(FILE)


@pytest.mark.django_db
@pytest.mark.usefixtures("configuration")
def test_variables_change_the_files_cluster_of_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "0_BOOTSTRAPSERVERS": "other:1",
        "0_PROPERTIES_CLIENT_ID": "variable",
        "0_PROPERTIES_SASL_JAAS_CONFIG": 'a.ScramLoginModule required username="u" password="p";',
        "1_METRICS_TYPE": "PROMETHEUS",
        "1_METRICS_PORT": "7071",
    }.items():
        monkeypatch.setenv(f"KAFKA_CLUSTERS_{name}", value)
    monkeypatch.setenv("KAFKA_CLUSTERS_0_NAME", "one")
    assert declare_configured().sentences == []
    first, second = Cluster.objects.all()
    assert (first.name, first.bootstrap_servers, first.read_only) == ("one", "other:1", True)
    assert (first.security_protocol, first.properties, first.username) == ("SASL_SSL", {"client.id": "variable"}, "u")
    assert (second.bootstrap_servers, MetricsSettings.objects.get(cluster=second).port) == ("b:1", 7071)


@pytest.mark.django_db
@pytest.mark.usefixtures("configuration")
def test_another_cluster_stands_beside_the_files_and_gets_nothing_of_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_CLUSTERS_0_NAME", "three")
    monkeypatch.setenv("KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS", "c:1")
    declare_configured()
    protocols = dict(Cluster.objects.values_list("name", "security_protocol"))
    assert protocols == {"one": "SASL_SSL", "two": "PLAINTEXT", "three": "PLAINTEXT"}
