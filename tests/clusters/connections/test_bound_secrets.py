"""A stored secret goes where it went before, and nowhere else: it is asked for again where that changes."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client

from api.kit import tokens
from api.models import Token
from clusters.connections.forms import ClusterForm
from clusters.declaration.declared import store
from clusters.importers.types import DeclaredCluster
from clusters.models import Cluster
from core.encryption import SecretValues
from core.secret_binding import ENTER_AGAIN
from metrics.alerts.forms import ChannelForm
from metrics.forms import MetricsForm
from metrics.models import Channel, MetricsSettings
from tests.registries import set_registry
from tests.secret_values import secret_values

pytestmark = pytest.mark.django_db
SECRET = "the-password-of-kafka"
CONNECTION: dict[str, Any] = {
    "name": "prod", "bootstrap_servers": "kafka-1:9092,kafka-2:9092", "security_protocol": "SASL_SSL",
    "sasl_mechanism": "PLAIN", "username": "admin", "verify_hostname": True, "ca_pem": "-----BEGIN CERTIFICATE-----",
}  # fmt: skip


@pytest.fixture
def prod() -> Cluster:
    return Cluster.objects.create(slug="prod", secrets=secret_values(password=SECRET), **CONNECTION)


class Listener:
    """A foreign server that remembers what it is sent."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.received = b""
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            connection.settimeout(2)
            with suppress(OSError):
                self.received += connection.recv(65_536)
            connection.close()


@pytest.fixture
def foreign() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.socket.close()


@pytest.mark.parametrize(
    "change",
    [
        {"bootstrap_servers": "kafka-1:9092,evil:9092"},
        {"security_protocol": "SASL_PLAINTEXT"},
        {"verify_hostname": False},
        {"ca_pem": "-----BEGIN CERTIFICATE----- mine"},
        {"sasl_mechanism": "SCRAM-SHA-512"},
        {"properties": "ssl.endpoint.identification.algorithm=none"},
    ],
)
def test_a_password_is_asked_for_again_where_it_would_go_elsewhere(prod: Cluster, change: dict[str, Any]) -> None:
    form = ClusterForm({**CONNECTION, **change}, instance=prod)
    assert not form.is_valid()
    assert ENTER_AGAIN in form.errors["password"]
    typed = ClusterForm({**CONNECTION, **change, "password": "typed-again"}, instance=Cluster.objects.get())
    assert typed.is_valid(), typed.errors
    assert typed.unsaved().secrets == {"password": "typed-again"}


REGISTRY = {
    "registry_url": "https://registry", "registry_verify": True, "registry_oauth_token_url": "https://login/token"
}  # fmt: skip


@pytest.mark.parametrize("secret", ["registry_password", "registry_token", "registry_oauth_client_secret"])
@pytest.mark.parametrize(
    "change",
    [
        {"registry_url": "https://evil"}, {"registry_verify": False},
        {"registry_ca_pem": "-----BEGIN CERTIFICATE-----"}, {"registry_oauth_token_url": "https://evil/token"},
    ],
)  # fmt: skip
def test_secrets_of_a_registry_are_bound_to_it_alone(prod: Cluster, secret: str, change: dict[str, Any]) -> None:
    own = secret_values(**{secret.removeprefix("registry_"): "hidden"})
    row = set_registry(prod, "https://registry", oauth_token_url="https://login/token", secrets=own)
    form = ClusterForm({**CONNECTION, **REGISTRY, **change}, instance=Cluster.objects.get())
    assert not form.is_valid()
    assert form.errors == {secret: [ENTER_AGAIN]}
    elsewhere = {**CONNECTION, **REGISTRY, "bootstrap_servers": "new:9092", "password": "typed"}
    moved = ClusterForm(elsewhere, instance=Cluster.objects.get())
    assert moved.is_valid(), moved.errors
    assert moved.save().secrets == {"password": "typed"}
    row.refresh_from_db()
    assert row.secrets == own


HARMLESS: list[dict[str, Any]] = [{}, {"name": "other"}, {"bootstrap_servers": "kafka-2:9092"}, {"read_only": True}]


@pytest.mark.parametrize("change", HARMLESS)
def test_a_password_stays_where_it_goes_where_it_went(prod: Cluster, change: dict[str, Any]) -> None:
    form = ClusterForm({**CONNECTION, **change}, instance=prod)
    assert form.is_valid(), form.errors
    assert form.save().secrets == {"password": SECRET}


def test_nothing_arrives_at_a_foreign_server(prod: Cluster, admin: Client, foreign: Listener) -> None:
    elsewhere = {**CONNECTION, "bootstrap_servers": foreign.address, "security_protocol": "SASL_PLAINTEXT"}
    response = admin.post("/clusters/prod/edit/", {**elsewhere, "action": "test"})
    assert response.status_code == 422
    ada = Token(user_id=int(admin.session["_auth_user_id"]), name="t", scope=Token.ALL)
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {tokens.issue(ada)}"}
    body = {"bootstrap_servers": foreign.address, "security_protocol": "SASL_PLAINTEXT"}
    for query in ("?dry_run=true", ""):
        response = admin.patch(f"/api/v1/clusters/prod{query}", body, "application/json", **bearer)  # type: ignore[arg-type]
        assert response.status_code == 422, response.content
    assert foreign.received == b""
    assert Cluster.objects.get().bootstrap_servers == CONNECTION["bootstrap_servers"]


def test_an_upload_takes_no_stored_key_elsewhere(prod: Cluster) -> None:
    prod.secrets = SecretValues(password=SECRET, key_pem="-----BEGIN PRIVATE KEY-----")
    prod.save()
    fields = {**CONNECTION, "bootstrap_servers": "evil:9092"}
    del fields["name"]
    stored = store(DeclaredCluster("prod", fields, path="clusters[0]"), declared_by_file=False)
    assert stored.secrets == {}


SOURCE: dict[str, Any] = {
    "source": "prometheus", "url": "http://prometheus", "interval": 15, "scheme": "http", "port": 5556,
    "path": "/metrics", "verify": True, "slow_produce_warning": 500, "slow_produce_critical": 1000,
}  # fmt: skip


@pytest.mark.parametrize("secret", ["password", "token", "headers"])
@pytest.mark.parametrize("change", [{"url": "http://evil"}, {"verify": False}, {"source": "exporters"}])
def test_secrets_of_metrics_are_bound_too(prod: Cluster, secret: str, change: dict[str, Any]) -> None:
    present = MetricsSettings(cluster=prod, secrets=secret_values(**{secret: "X-Key: v"}), **SOURCE)
    present.save()
    assert MetricsForm(SOURCE, instance=present).is_valid()
    form = MetricsForm({**SOURCE, **change}, instance=MetricsSettings.objects.get())
    assert not form.is_valid()
    assert form.errors == {secret: [ENTER_AGAIN]}
    forgotten = MetricsForm({**SOURCE, **change, "forget": [secret]}, instance=MetricsSettings.objects.get())
    assert forgotten.is_valid(), forgotten.errors
    assert forgotten.unsaved().secrets == {}


def test_exporters_of_other_brokers_get_no_secret(prod: Cluster) -> None:
    exporters = {**SOURCE, "source": "exporters"}
    MetricsSettings.objects.create(cluster=prod, secrets=secret_values(token="t"), **exporters)
    prod.bootstrap_servers = "evil:9092"
    prod.save()
    assert MetricsSettings.objects.get().secrets == {}


def test_headers_are_encrypted_and_not_shown(prod: Cluster, admin: Client) -> None:
    form = {**SOURCE, "headers": "X-Key: hidden-key"}
    assert admin.post("/clusters/prod/metrics/settings/", form).status_code == 302
    row = MetricsSettings.objects.filter(cluster=prod)
    assert row.get().secrets["headers"] == "X-Key: hidden-key"
    assert "hidden-key" not in str(list(row.extra(select={"raw": "secrets"}).values("raw", "headers")))
    assert "hidden-key" not in admin.get("/clusters/prod/metrics/settings/").content.decode()


def test_a_channel_of_another_kind_wants_its_address_again() -> None:
    channel = Channel.objects.create(name="c", kind="apprise", secrets=secret_values(url="json://host/secret"))
    values = {"name": "c", "kind": "alertmanager", "severity": "warning", "cluster_glob": "*", "rule_glob": "*",
              "subject_glob": "*", "repeat_hours": 4}  # fmt: skip
    assert ENTER_AGAIN in ChannelForm(values, instance=channel).errors["address"]
