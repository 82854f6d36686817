"""Clusters through the API: added, tested, edited, forgotten; secrets go in and never come out."""

from typing import Any

import pytest

from accounts.models import AuditEntry
from clusters.models import Cluster, Mirror
from tests.api.conftest import LOCAL, V1, Program, person, program_of
from tests.kafka.cluster import KafkaCluster
from tests.kafka.properties import password

pytestmark = pytest.mark.django_db


def reaching(kafka: KafkaCluster, **fields: Any) -> dict[str, Any]:
    return {
        "name": "Local one",
        "bootstrap_servers": kafka.bootstrap_servers,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "username": "admin",
        "password": password("admin"),
        **fields,
    }


def test_a_cluster_is_tested_added_edited_and_forgotten(kafka: KafkaCluster, ada: Program) -> None:
    verdict = ada("POST", f"{V1}/cluster-tests", reaching(kafka)).json()
    assert verdict["ok"], verdict
    assert ada("POST", f"{V1}/clusters?dry_run=true", reaching(kafka)).json()["done"] is False
    assert not Cluster.objects.exists()
    response = ada("POST", f"{V1}/clusters", reaching(kafka))
    assert response.status_code == 201, response.content
    assert password("admin") not in response.content.decode()
    path = f"{V1}/clusters/local-one"
    assert ada.get(path)["counts"]["brokers"] == 3
    assert ada("PATCH", path, {"environment": "production", "properties": {"client.id": "x"}}).status_code == 200
    stored = Cluster.objects.get()
    assert (stored.environment, stored.properties, stored.username) == ("production", {"client.id": "x"}, "admin")
    connection_settings = ada.get(f"{path}/connection")
    assert (connection_settings["secrets"], connection_settings["username"], connection_settings["properties"]) == (
        ["password"],
        "admin",
        {"client.id": "x"},
    )
    assert password("admin") not in str(connection_settings)
    assert ada("POST", f"{path}/test").json()["ok"]
    assert ada("POST", f"{path}/refresh").json() == {"done": True}
    assert ada("DELETE", path).status_code == 422
    assert ada("DELETE", f"{path}?confirm=Local+one&dry_run=true").json()["done"] is False
    headers = {"Idempotency_Key": "forget"}
    assert ada("DELETE", f"{path}?confirm=Local+one", **headers).status_code == 200
    assert not Cluster.objects.exists()
    again = ada("DELETE", f"{path}?confirm=Local+one", **headers)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    actions = ["clusters.delete", "clusters.edit", "clusters.add"]
    assert list(AuditEntry.objects.values_list("action", flat=True)) == actions
    assert password("admin") not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"bootstrap_servers": "nowhere"}, "bootstrap_servers"),
        ({"password": ""}, "password"),
        ({"properties": {"plugin.library.paths": "/x.so"}}, "properties"),
        ({"security_protocol": "NONE"}, "security_protocol"),
        ({"name": ""}, "name"),
    ],
)
def test_a_cluster_that_makes_no_sense_is_refused(
    kafka: KafkaCluster, ada: Program, fields: dict[str, Any], field: str
) -> None:
    for path in ("clusters", "clusters?dry_run=true", "cluster-tests"):
        response = ada("POST", f"{V1}/{path}", reaching(kafka, **fields))
        assert response.status_code == 422
        assert field in response.json()["errors"]
    assert not Cluster.objects.exists()


def test_a_wrong_password_is_a_verdict_and_is_not_told(kafka: KafkaCluster, ada: Program) -> None:
    response = ada("POST", f"{V1}/cluster-tests", reaching(kafka, password="hunter2-wrong"))
    assert (response.json()["ok"], response.json()["cause"]) == (False, "wrong-credentials")
    assert "hunter2-wrong" not in response.content.decode()


def test_a_declared_cluster_is_changed_where_it_is_declared(ada: Program) -> None:
    Cluster.objects.create(
        slug="local", name="local", bootstrap_servers="127.0.0.1:1", declared=True, declared_by=Cluster.CONFIGURATION
    )
    for method in ("PATCH", "DELETE"):
        response = ada(method, LOCAL, {})
        assert response.status_code == 403
        assert "managed by configuration" in response.json()["detail"]


def test_another_kafka_is_taken_for_the_known_one_on_request(cluster: Cluster, ada: Program) -> None:
    Mirror.objects.create(cluster=cluster, kafka_cluster_id="old", replaced=True)
    (step,) = ada("POST", f"{LOCAL}/start-anew?dry_run=true").json()["steps"]
    assert (step["before"], step["after"]) == ("old", None)
    assert Mirror.objects.get().kafka_cluster_id == "old"
    assert ada("POST", f"{LOCAL}/start-anew").json()["done"]
    assert Mirror.objects.get().kafka_cluster_id not in {"", "old"}


def test_lag_settings_are_changed_on_the_record(ada: Program) -> None:
    Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    path = f"{LOCAL}/lag-settings"
    body = {"intervals": 20, "allowed_lags": {"billing-*": 100}}
    trial = ada("PATCH", f"{path}?dry_run=true", body).json()
    assert {step["subject"]: step["after"] for step in trial["steps"]} == {
        "intervals": "20",
        "allowed_lags": "billing-* = 100",
    }
    assert ada.get(path)["intervals"] == 10
    assert ada("PATCH", f"{path}?plan={trial['plan']}", body).json()["done"]
    assert ada("PATCH", f"{path}?plan={trial['plan']}", body).status_code == 409
    connection_settings = ada.get(path)
    assert (connection_settings["intervals"], connection_settings["allowed_lags"], connection_settings["enabled"]) == (
        20,
        {"billing-*": 100},
        True,
    )
    assert AuditEntry.objects.get().steps == [
        {"subject": step["subject"], "before": step["before"], "after": step["after"]} for step in trial["steps"]
    ]
    for wrong in ({"intervals": 0}, {"group_allowlist": "("}, {"allowed_lags": {"a": -1}}):
        response = ada("PATCH", path, wrong)
        assert (response.status_code, list(response.json()["errors"])) == (422, list(wrong))


def test_clusters_come_from_another_tools_configuration(ada: Program) -> None:
    text = "kafka:\n  clusters:\n    - name: one\n      bootstrapServers: h:9092\n      ksqldbServer: http://x\n"
    trial = ada("POST", f"{V1}/cluster-imports?dry_run=true", {"text": text}).json()
    assert (trial["done"], trial["clusters"], len(trial["remarks"])) == (False, ["one"], 1)
    assert not Cluster.objects.exists()
    assert ada("POST", f"{V1}/cluster-imports", {"text": text}).json()["done"]
    assert Cluster.objects.get().bootstrap_servers == "h:9092"
    assert AuditEntry.objects.get().action == "clusters.add"
    assert ada("POST", f"{V1}/cluster-imports", {"text": "a: ["}).status_code == 422


def test_an_import_changes_no_cluster_that_one_may_not_edit(ada: Program) -> None:
    text = "kafka:\n  clusters:\n    - name: new\n      bootstrapServers: h:9092\n"
    text += "    - name: prod\n      bootstrapServers: evil:9092\n"
    Cluster.objects.create(slug="prod", name="prod", bootstrap_servers="good:9092")
    token = program_of(person("adder", role="custom", actions=["clusters.add", "clusters.list"]))
    for path in ("cluster-imports?dry_run=true", "cluster-imports"):
        assert token("POST", f"{V1}/{path}", {"text": text}).status_code == 403
    assert [cluster.bootstrap_servers for cluster in Cluster.objects.all()] == ["good:9092"]
    trial = ada("POST", f"{V1}/cluster-imports?dry_run=true", {"text": text}).json()
    assert ("prod: bootstrap servers", "good:9092", "evil:9092") in [
        (step["subject"], step["before"], step["after"]) for step in trial["steps"]
    ]
    assert ada("POST", f"{V1}/cluster-imports?plan=0123456789abcdef", {"text": text}).status_code == 409
    assert ada("POST", f"{V1}/cluster-imports?plan={trial['plan']}", {"text": text}).status_code == 200
    assert sorted(AuditEntry.objects.filter(outcome="done").values_list("action", "resource")) == [
        ("clusters.add", "new"), ("clusters.edit", "prod"),
    ]  # fmt: skip


def test_a_cluster_that_was_applied_may_be_forgotten(ada: Program) -> None:
    Cluster.objects.create(slug="a", name="a", bootstrap_servers="h:1", declared=True, declared_by=Cluster.COMMAND)
    assert ada("PATCH", f"{V1}/clusters/a", {"username": "u"}).status_code == 403
    assert ada("DELETE", f"{V1}/clusters/a").status_code == 200
    assert not Cluster.objects.exists()
