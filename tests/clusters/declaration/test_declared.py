"""Who declared a cluster, what becomes of it when the declaration changes, and of a configuration that fails."""

import html
import logging
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from clusters.declaration.configuration import declare_configured, examine_configured
from clusters.models import Cluster
from clusters.tasks import apply_changed_configuration
from kafkaadmin.cli.local.clusters import clusters
from tests.clusters.importers.test_key_stores import keytool

pytestmark = pytest.mark.django_db
ONE = "kafka: {clusters: [{name: one, bootstrapServers: 'a:1'}]}"
TWO = "kafka: {clusters: [{name: two, bootstrapServers: 'b:2'}]}"
SECURED = """
kafka:
  clusters:
    - name: one
      bootstrapServers: a:1
      readOnly: true
      environment: production
      ssl: {verifySsl: false}
      properties:
        security.protocol: SASL_SSL
        sasl.mechanism: PLAIN
        client.id: me
        sasl.jaas.config: a.PlainLoginModule required username="u" password="p";
"""


@pytest.fixture
def configuration(settings: Any, tmp_path: Path) -> Path:
    settings.KAFKAADMIN_CONFIG = str(tmp_path / "configuration.yml")
    (tmp_path / "configuration.yml").write_text(ONE)
    return tmp_path / "configuration.yml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(clusters, arguments)


def names() -> list[str]:
    return list(Cluster.objects.values_list("name", flat=True))


def test_what_was_applied_outlives_starts_and_changes_of_the_configuration(configuration: Path) -> None:
    applied = configuration.with_name("applied.yml")
    applied.write_text(TWO)
    for _ in range(2):
        assert run("apply", str(applied)).output == "cluster two\n"
    declare_configured()
    assert names() == ["one", "two"]
    assert list(Cluster.objects.values_list("declared", flat=True)) == [True, True]
    configuration.write_text(ONE.replace("one", "three"))
    apply_changed_configuration()
    assert names() == ["three", "two"]
    applied.write_text(TWO.replace("two", "four"))
    run("apply", str(applied))
    assert names() == ["four", "three", "two"]


def test_an_applied_cluster_is_forgotten_by_the_command_and_a_configured_one_is_not(configuration: Path) -> None:
    (configuration.with_name("applied.yml")).write_text(TWO)
    run("apply", str(configuration.with_name("applied.yml")))
    declare_configured()
    assert run("forget", "two").output == "two removed from kafkaadmin.\n"
    assert "remove it there" in run("forget", "one").output
    assert "no cluster two" in run("forget", "two").output
    assert names() == ["one"]


def test_the_command_leaves_what_the_configuration_declares(configuration: Path) -> None:
    declare_configured()
    configuration.with_name("applied.yml").write_text(ONE.replace("a:1", "other:1"))
    refused = run("apply", str(configuration.with_name("applied.yml")))
    assert refused.exit_code == 2
    assert "one: managed by configuration; change it there." in refused.output
    assert Cluster.objects.get().bootstrap_servers == "a:1"


def test_the_command_makes_the_clusters_that_can_be_used_and_names_the_others(configuration: Path) -> None:
    metrics = "{type: PROMETHEUS, port: abc}"
    configuration.write_text(ONE[:-2] + ", {name: bad, bootstrapServers: 'b:1', metrics: " + metrics + "}]}")
    refused = run("apply", str(configuration))
    assert refused.exit_code == 2
    assert "The cluster bad was not applied: kafka.clusters[1]: Invalid metrics settings for bad" in refused.output
    assert names() == ["one"]


MSK = """
kafka:
  clusters:
    - name: one
      bootstrapServers: a:1
    - name: msk
      bootstrapServers: b-1.msk:9098
      properties: {sasl.jaas.config: software.amazon.msk.auth.iam.IAMLoginModule required;}
"""
REASON = (
    "The cluster msk was not applied: kafka.clusters[1].properties.sasl.jaas.config names "
    "software.amazon.msk.auth.iam.IAMLoginModule; only Krb5LoginModule,"
)


def test_a_refused_cluster_is_named_and_the_others_are_there(configuration: Path, admin: Client) -> None:
    configuration.write_text(MSK)
    (failure,) = declare_configured().failures
    assert failure.startswith(REASON)
    assert names() == ["one"]
    assert REASON in html.unescape(admin.get("/").content.decode())
    assert examine_configured().failures == (failure,)
    configuration.write_text(MSK.replace("software.amazon.msk.auth.iam.IAM", "a.Scram"))
    apply_changed_configuration()
    assert names() == ["msk", "one"]
    assert "was not applied" not in admin.get("/").content.decode()
    configuration.write_text(MSK.replace("name: one", "name: three"))
    apply_changed_configuration()
    assert names() == ["msk", "three"], "a cluster whose declaration fails stays as it was"


def test_a_declared_format_that_names_no_registry_of_its_cluster_is_refused(configuration: Path) -> None:
    registry = "schemaRegistries: [{name: new, address: 'http://r:8081'}]"
    rule = "formats: ['orders value=schema:new']"
    configuration.write_text(ONE[:-2].rstrip("}") + f", {registry}, {rule}" + "}]}")
    assert declare_configured().failures == ()
    configuration.write_text(ONE[:-2].rstrip("}") + f", {rule}" + "}]}")
    (failure,) = declare_configured().failures
    assert "kafka.clusters[0].formats: “orders value=schema:new”: the cluster has no schema registry new." in failure
    assert Cluster.objects.get().registries.get().name == "new", "it stays as it was"


def test_who_may_not_add_clusters_reads_nothing_of_the_configuration(configuration: Path, viewer: Client) -> None:
    configuration.write_text(MSK)
    declare_configured()
    assert "msk" not in viewer.get("/").content.decode()


def test_variables_are_reported_by_their_own_number(monkeypatch: pytest.MonkeyPatch, configuration: Path) -> None:
    monkeypatch.setenv("KAFKA_CLUSTERS_4_NAME", "four")
    monkeypatch.setenv("KAFKA_CLUSTERS_4_READONLY", "perhaps")
    monkeypatch.setenv("KAFKA_CLUSTERS_4_BOOTSTRAPSERVERS", "a:1")
    monkeypatch.setenv("KAFKA_CLUSTERS_7_BOOTSTRAPSERVERS", "a:1")
    monkeypatch.setenv("KAFKA_CLUSTERS_7_PROPERTIES_CLIENT_ID", "${GONE}")
    application = declare_configured()
    assert application.failures == (
        "The cluster four was not applied: kafka.clusters[4].readOnly: “perhaps” is neither true nor false.",
    )
    assert application.remarks == ("kafka.clusters[7].properties.client.id: ${GONE} has no value and no default",)
    assert names() == ["Default", "one"]


def test_a_declaration_that_says_less_leaves_nothing_of_what_it_said(configuration: Path) -> None:
    configuration.write_text(SECURED)
    declare_configured()
    before = Cluster.objects.get()
    assert (before.read_only, before.verify_hostname, before.secrets["password"]) == (True, False, "p")
    Cluster.objects.update(ca_pem="CERT")
    configuration.write_text(ONE)
    apply_changed_configuration()
    stored = Cluster.objects.get()
    new = Cluster(slug="one", name="one", bootstrap_servers="a:1")
    assert stored.connection() == new.connection()
    assert (stored.read_only, stored.environment, dict(stored.secrets)) == (False, "", {})


def test_an_upload_keeps_what_it_cannot_say(admin: Client) -> None:
    Cluster.objects.create(
        slug="one", name="one", bootstrap_servers="old:1", security_protocol="SASL_SSL", ca_pem="CERT", read_only=True
    )
    admin.post("/clusters/import/", {"text": ONE, "action": "preview"})
    admin.post("/clusters/import/", {"action": "apply"})
    stored = Cluster.objects.get()
    assert (stored.bootstrap_servers, stored.security_protocol) == ("a:1", "PLAINTEXT")
    assert (stored.ca_pem, stored.read_only) == ("CERT", True)


def test_a_failure_is_said_once_and_tried_again_until_it_is_mended(
    configuration: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = configuration.with_name("trust.jks")
    tls = f"{{truststoreLocation: {store}, truststorePassword: changeit}}"
    configuration.write_text(ONE.replace("'a:1'", f"'a:1', ssl: {tls}"))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            apply_changed_configuration()
    assert [record.getMessage() for record in caplog.records if "not applied" in record.getMessage()] == [
        f"The cluster one was not applied: kafka.clusters[0].properties.ssl.truststore.location: {store} "
        f"cannot be read: [Errno 2] No such file or directory: '{store}'."
    ]
    trusting(store, "first")
    apply_changed_configuration()
    first = Cluster.objects.get().ca_pem
    assert "BEGIN CERTIFICATE" in first
    store.unlink()
    trusting(store, "second")
    apply_changed_configuration()
    assert Cluster.objects.get().ca_pem != first


def test_springs_profiles_choose_documents_of_the_file(configuration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration.write_text(f"{ONE}\n---\nspring: {{profiles: prod}}\n{TWO}")
    declare_configured()
    assert names() == ["one"]
    monkeypatch.setenv("SPRING_PROFILES_ACTIVE", "prod,eu")
    declare_configured()
    assert names() == ["two"]


def trusting(store: Path, alias: str) -> None:
    """Make a store that trusts a new certificate."""
    key, der = store.with_name(f"{alias}.p12"), store.with_name(f"{alias}.der")
    keytool("-genkeypair", "-alias", alias, "-keyalg", "EC", "-dname", f"CN={alias}", "-keystore", str(key))
    keytool("-exportcert", "-alias", alias, "-keystore", str(key), "-file", str(der))
    keytool("-importcert", "-alias", alias, "-file", str(der), "-keystore", str(store), "-storetype", "jks")


def test_a_failure_is_said_again_after_it_was_mended(configuration: Path, caplog: pytest.LogCaptureFixture) -> None:
    declare_configured()
    with caplog.at_level(logging.WARNING):
        for text in ("kafka: {}", ONE, "kafka: {}"):
            configuration.write_text(text)
            apply_changed_configuration()
    assert sum("was not applied" in record.getMessage() for record in caplog.records) == 2
    assert names() == ["one"]
