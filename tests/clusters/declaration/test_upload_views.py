import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry
from clusters.models import Cluster
from clusters.tasks import apply_changed_configuration

pytestmark = pytest.mark.django_db
AKHQ = """
akhq:
  connections:
    orders:
      properties:
        bootstrap.servers: "b1:9092"
        security.protocol: SASL_PLAINTEXT
        sasl.mechanism: SCRAM-SHA-512
        sasl.jaas.config: >-
          org.apache.kafka.common.security.scram.ScramLoginModule required username="devops" password="hidden-one";
      schema-registry: {url: "http://registry:8085"}
  ui-options: {topic: {}}
micronaut: {}
"""
METRICS = """
kafka:
  clusters:
    - {name: good, bootstrapServers: "a:1"}
    - {name: x, bootstrapServers: "a:1", metrics: {%s}}
"""
BURROW = "{cluster: {good: {servers: ['a:1']}}, storage: {default: {%s}}}"


def test_a_configuration_is_shown_before_anything_is_saved(admin: Client) -> None:
    file = SimpleUploadedFile("akhq.yml", AKHQ.encode())
    shown = admin.post("/clusters/import/", {"file": file, "action": "preview"}).content.decode()
    assert "b1:9092" in shown
    assert "http://registry:8085" in shown
    assert "akhq.ui-options: not used" in shown
    assert "hidden-one" not in shown
    assert not Cluster.objects.exists()
    assert admin.post("/clusters/import/", {"action": "apply"}).status_code == 302
    cluster = Cluster.objects.get()
    assert (cluster.name, cluster.username, cluster.declared) == ("orders", "devops", False)
    assert cluster.secrets["password"] == "hidden-one"
    assert cluster.registries.get().url == "http://registry:8085"
    again = admin.post("/clusters/import/", {"action": "apply"}, follow=True).content.decode()
    assert "select the file again" in again


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Select a file"),
        ("kafka: [", "Invalid configuration"),
        ("a: &a [*a]", "*a stands within its own value"),
        ("!!python/object/apply:os.system ['true']", "the tag !!python/object/apply:os.system is not accepted"),
        ("kafka: {clusters: [{name: x}]}", "no bootstrapServers"),
        ("[" * 5000, "Invalid configuration"),
        ("x" * 2_000_001, "larger than"),
        (BURROW % "intervals: abc", "Invalid lag settings for good"),
        (BURROW % "intervals: .inf", "Invalid lag settings for good"),
        (BURROW % "group-allowlist: '('", "Invalid lag settings for good"),
    ],
)
def test_what_cannot_be_used_says_why_and_saves_nothing(admin: Client, text: str, reason: str) -> None:
    response = admin.post("/clusters/import/", {"text": text, "action": "preview"})
    assert response.status_code == 422
    assert reason in response.content.decode()
    assert not Cluster.objects.exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (METRICS % "type: PROMETHEUS, port: abc", "Invalid metrics settings for x"),
        (METRICS % "type: PROMETHEUS, port: .inf", "Invalid metrics settings for x"),
        (METRICS % "store: {prometheus: {url: 'file:///etc/passwd'}}", "Invalid metrics settings for x"),
        (METRICS.replace("x,", "'" + "x" * 101 + "',") % "", "kafka.clusters[1].name: "),
    ],
)
def test_a_cluster_that_cannot_be_used_is_named_and_the_others_are_offered(
    admin: Client, text: str, reason: str
) -> None:
    shown = admin.post("/clusters/import/", {"text": text, "action": "preview"}).content.decode()
    assert reason in shown
    assert "Save 1 cluster" in " ".join(shown.split())
    admin.post("/clusters/import/", {"action": "apply"})
    assert list(Cluster.objects.values_list("name", flat=True)) == ["good"]


def test_a_key_of_toml_without_end_is_refused(admin: Client) -> None:
    for text in ("a." * 3000 + "a = 1", "a." * 60 + "a = 1\n[" + "a." * 99 + "a." * 60 + "a]\nb = 1"):
        file = SimpleUploadedFile("burrow.toml", text.encode())
        response = admin.post("/clusters/import/", {"file": file, "action": "preview"})
        assert response.status_code == 422
        assert "a key has more than 100 parts" in response.content.decode()


def test_what_cannot_be_stored_any_more_says_why_and_saves_nothing(admin: Client) -> None:
    text = "kafka: {clusters: [{name: a, bootstrapServers: 'a:1'}, {name: b, bootstrapServers: 'b:1'}]}"
    admin.post("/clusters/import/", {"text": text, "action": "preview"})
    Cluster.objects.create(slug="b", name="b", bootstrap_servers="x:1", declared=True)
    response = admin.post("/clusters/import/", {"action": "apply"}, follow=True)
    assert "b: managed by configuration; change it there." in response.content.decode()
    assert list(Cluster.objects.values_list("name", flat=True)) == ["b"]
    assert not AuditEntry.objects.filter(action="clusters.add").exists()


def test_an_upload_reads_nothing_of_ours(admin: Client, tmp_path: Path) -> None:
    os.environ["KAFKAADMIN_TEST_SECRET"] = "ours"
    text = 'kafka: {clusters: [{name: x, bootstrapServers: "${KAFKAADMIN_TEST_SECRET:none}:1"}]}'
    shown = admin.post("/clusters/import/", {"text": text, "action": "preview"}).content.decode()
    assert "ours" not in shown


def test_a_viewer_imports_nothing(viewer: Client) -> None:
    assert viewer.post("/clusters/import/", {"text": AKHQ, "action": "preview"}).status_code == 403


def test_a_changed_file_is_applied_without_a_restart(settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "clusters.yml"
    settings.KAFKAADMIN_CONFIG = str(file)
    file.write_text("kafka: {clusters: [{name: one, bootstrapServers: 'a:1'}]}")
    apply_changed_configuration()
    assert Cluster.objects.get().bootstrap_servers == "a:1"
    Cluster.objects.update(bootstrap_servers="edited:1")
    apply_changed_configuration()
    assert Cluster.objects.get().bootstrap_servers == "edited:1"
    file.write_text("kafka: {clusters: [{name: one, bootstrapServers: 'b:2'}, {name: two, bootstrapServers: 'c:3'}]}")
    apply_changed_configuration()
    assert dict(Cluster.objects.values_list("name", "bootstrap_servers")) == {"one": "b:2", "two": "c:3"}
    file.unlink()
    apply_changed_configuration()
    assert Cluster.objects.count() == 2
