"""docker-compose.yml is whole, asks for its secrets, and Kafka's start script starts a real Kafka."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from confluent_kafka.admin import AdminClient

from clusters.declaration.declared import read_file
from clusters.importers import kafka_ui
from tests.kafka import jars
from tests.kafka.ports import free_ports
from tests.kafka.processes import die_with_parent, java
from tests.kafka.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SCHEMA = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kafkaadmin/tools/compose-spec.json"
SECRETS = {"KAFKA_PASSWORD", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "GRAFANA_PASSWORD", "KAFKAADMIN_SECRET_KEY",
           "KAFKAADMIN_ADMIN_PASSWORD"}  # fmt: skip


@pytest.mark.skipif(not SCHEMA.exists(), reason="no schema of compose files: scripts/install-validators.sh says why")
def test_it_is_valid_by_the_schema_of_compose_files() -> None:
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))
    assert [str(error) for error in validator.iter_errors(COMPOSE)] == []
    assert not validator.is_valid({"services": {"kafka": {"image": "kafka", "port": ["9092"]}}})


def test_what_services_wait_for_is_there_and_has_a_health_check() -> None:
    services = COMPOSE["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in services, name
            if how["condition"] == "service_healthy":
                assert services[other]["healthcheck"]["test"], other


def test_every_service_that_stays_is_watched() -> None:
    for name, service in COMPOSE["services"].items():
        own = service["image"].startswith("kafkaadmin:")
        if service.get("restart") != "no" and not (own and name == "web"):  # the image's own asks for /healthz
            assert service["healthcheck"]["test"], name
    for name in ("worker", "beat"):
        assert COMPOSE["services"][name]["healthcheck"]["test"] == ["CMD", "kafkaadmin", "alive", name]


def test_mounted_files_are_there_and_volumes_are_declared() -> None:
    for service in COMPOSE["services"].values():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).exists(), source
            else:
                assert source in COMPOSE["volumes"], source


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    required = set(re.findall(r"\$\{(\w+):\?", text))
    assert required == SECRETS
    assert not re.findall(r"(?<!\$)\$\{\w+(?::?-)[^}]*\}", text)
    example = (ROOT / "deploy/compose/example.env").read_text()
    assert set(re.findall(r"(?m)^(\w+)=$", example)) == SECRETS


def test_only_loopback_is_published_and_our_processes_run_confined() -> None:
    for name, service in COMPOSE["services"].items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        if service["image"].startswith("kafkaadmin:"):
            assert service["read_only"], name
            assert service["cap_drop"] == ["ALL"], name


def test_the_declared_cluster_is_understood() -> None:
    imported = kafka_ui.read(read_file(ROOT / "deploy/compose/clusters.yml"), {"KAFKA_PASSWORD": "p"})
    assert imported.remarks == ()
    (cluster,) = imported.clusters
    assert cluster.secrets["password"] == "p"
    assert cluster.metrics["source"] == "prometheus"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Kafka's start script with this machine's places and Java's commands in place of the image's."""
    home = jars.home()
    client, controller = free_ports(2)
    text = (ROOT / "deploy/compose/start-kafka.sh").read_text()
    for image, here in {
        "/opt/kafka/bin/kafka-storage.sh": " ".join(
            java(jars.class_path(home), "kafka.tools.StorageTool", [], heap="128m")
        ),
        "/opt/kafka/bin/kafka-server-start.sh": " ".join(java(jars.class_path(home), "kafka.Kafka", [], heap="256m")),
        "/var/lib/kafka/data": f"{tmp_path}/data",
        "/tmp/server.properties": f"{tmp_path}/server.properties",
        "CLIENT://:9092,CONTROLLER://:9093": f"CLIENT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}",
        "CLIENT://kafka:9092,CONTROLLER://kafka:9093": f"CLIENT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}",
        "kafka:9093": f"127.0.0.1:{controller}",
    }.items():
        assert image in text, image
        text = text.replace(image, here)
    path = tmp_path / "start.sh"
    path.write_text(text)
    (tmp_path / "port").write_text(str(client))
    return path


@pytest.mark.services
@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash on this machine")
def test_kafkas_start_script_starts_a_secured_kafka(script: Path) -> None:
    port = (script.parent / "port").read_text()
    environment = {**os.environ, "KAFKA_PASSWORD": "a-password"}
    with (script.parent / "log").open("wb") as output:
        process = subprocess.Popen(
            ["bash", str(script)], env=environment, stdout=output, stderr=output, preexec_fn=die_with_parent
        )
    config: dict[str, str | int | float | bool] = {
        "bootstrap.servers": f"127.0.0.1:{port}",
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "admin",
        "sasl.password": "a-password",
        "log_level": 0,
    }
    try:
        eventually(lambda: len(AdminClient(config).list_topics(timeout=2).brokers) == 1, timeout=60)
    finally:
        process.terminate()
        process.wait(30)
