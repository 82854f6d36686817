"""What ``clusters export`` writes declares the same clusters anew, without having told a secret."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from django.forms.models import model_to_dict

from clusters.models import Cluster, ConnectCluster, SchemaRegistry
from kafkaadmin.cli.local.clusters import clusters
from metrics.models import MetricsSettings
from tests.clusters.importers.test_stores import pems as pems  # a fixture
from tests.registries import set_registry
from tests.secret_values import secret_values

pytestmark = pytest.mark.django_db
OF_OTHERS = {"id", "cluster", "declared", "declared_by", "secrets"}
SIGN_INS: dict[str, dict[str, Any]] = {
    "plaintext": {"security_protocol": "PLAINTEXT"},
    "scram": {
        "security_protocol": "SASL_SSL", "sasl_mechanism": "SCRAM-SHA-512", "username": 'a "quoted\\name"; b=c',
        "secrets": {"password": "s3cret-kafka"},
    },
    "plain": {
        "security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", "username": "admin",
        "secrets": {"password": "s3cret-kafka"},
    },
    "oauth": {
        "security_protocol": "SASL_SSL", "sasl_mechanism": "OAUTHBEARER", "oauth_client_id": "kafkaadmin",
        "oauth_token_url": "https://login.example.com/token", "oauth_scope": "kafka admin",
        "secrets": {"oauth_client_secret": "s3cret-oauth"},
    },
    "kerberos": {
        "security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "GSSAPI", "kerberos_principal": "admin@EXAMPLE.COM",
        "kerberos_service_name": "broker",
    },
    "own certificate": {"security_protocol": "SSL", "certificate_pem": "own", "secrets": {"key_pem": "own"}},
}  # fmt: skip


@pytest.mark.parametrize("sign_in", SIGN_INS)
def test_a_cluster_is_declared_again_as_it_was(
    sign_in: str, pems: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = (pems / "cert.pem").read_text(), (pems / "key.pem").read_text()
    made = dict(SIGN_INS[sign_in])
    secrets = made.pop("secrets", {})
    if "certificate_pem" in made:
        made["certificate_pem"], secrets["key_pem"] = certificate, key
    cluster = Cluster.objects.create(
        name="Prod EU", slug="prod-eu", bootstrap_servers="a:1,b:2", read_only=True, environment="production",
        needs_approval=True,
        verify_hostname=False, ca_pem=certificate, properties={"client.id": "me"}, super_users="User:admin\nUser:ops",
        formats="orders* value=msgpack", secrets=secret_values(**secrets),
        masking=[{"type": "REMOVE", "fields": ["card"], "topicValuesPattern": "orders.*"}], **made,
    )  # fmt: skip
    set_registry(
        cluster, "https://r1:8081,https://r2:8081", username="reader", ca_pem=certificate, verify=False,
        secrets=secret_values(password="s3cret-registry"),
    )  # fmt: skip
    set_registry(
        cluster, "https://new:8081", "new", oauth_token_url="https://login.example.com/t", oauth_client_id="k",
        oauth_scope="a b", certificate_pem=certificate,
        secrets=secret_values(oauth_client_secret="s3cret-new", token="s3cret-token", key_pem=key),
    )  # fmt: skip
    ConnectCluster.objects.create(
        cluster=cluster, name="files", url="http://c:8083", username="worker", group_pattern="sink-%s",
        restart_minutes=5, restart_most=7, verify=False, oauth_token_url="https://login.example.com/token",
        oauth_client_id="kafkaadmin", oauth_scope="connect read",
        secrets=secret_values(password="s3cret-connect", oauth_client_secret="s3cret-token"),
    )  # fmt: skip
    MetricsSettings.objects.create(
        cluster=cluster, source="exporters", scheme="https", port=9404, path="/jmx", username="prom", interval=30,
        exporters="1=a:5556\n2=b:5556", secrets=secret_values(password="s3cret-metrics"),
    )  # fmt: skip
    before = told()
    text = CliRunner().invoke(clusters, ["export"]).output
    assert not [secret for secret in (*secrets.values(), "s3cret") if secret in text]

    Cluster.objects.all().delete()
    file = tmp_path / "clusters.yml"
    file.write_text(text)
    for name, secret in {
        "PASSWORD": secrets.get("password", ""), "OAUTH_CLIENT_SECRET": "s3cret-oauth", "KEY": key,
        "REGISTRY_PASSWORD": "s3cret-registry", "REGISTRY_NEW_OAUTH_CLIENT_SECRET": "s3cret-new",
        "REGISTRY_NEW_TOKEN": "s3cret-token", "REGISTRY_NEW_KEY": key, "FILES_PASSWORD": "s3cret-connect",
        "FILES_OAUTH_CLIENT_SECRET": "s3cret-token",
        "METRICS_PASSWORD": "s3cret-metrics",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"KAFKA_PROD_EU_{name}", secret)
    applied = CliRunner().invoke(clusters, ["apply", str(file)])
    assert applied.output == "cluster prod-eu\n"
    for row, row_before in zip(told(), before, strict=True):
        assert {name: value for name, value in row.items() if value != row_before[name]} == {}


def told() -> list[dict[str, Any]]:
    """Return all that is stored of the cluster, secrets too."""
    registries = SchemaRegistry.objects.all()
    rows: tuple[Any, ...] = (
        Cluster.objects.get(),
        ConnectCluster.objects.get(),
        MetricsSettings.objects.get(),
        *registries,
    )
    return [
        {
            **{name: value for name, value in model_to_dict(row).items() if name not in OF_OTHERS},
            "secrets": {name: secret for name, secret in row.secrets.items() if secret},
        }
        for row in rows
    ]


def test_a_cluster_of_which_little_is_known_is_written_in_few_lines() -> None:
    Cluster.objects.create(name="Entwicklung", slug="dev", bootstrap_servers="a:1")
    assert yaml.safe_load(CliRunner().invoke(clusters, ["export"]).output) == {
        "kafka": {
            "clusters": [
                {
                    "name": "Entwicklung", "bootstrapServers": "a:1", "readOnly": False,
                    "properties": {"security.protocol": "PLAINTEXT"},
                }
            ]
        }
    }  # fmt: skip
