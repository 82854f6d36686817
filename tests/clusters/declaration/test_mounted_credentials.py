from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from clusters.declaration.configuration import declare_configured
from clusters.models import Cluster
from clusters.tasks import apply_changed_configuration

pytestmark = pytest.mark.django_db
DECLARED = """
kafka:
  clusters:
    - name: my-kafka
      bootstrapServers: "b:9092"
      properties: {security.protocol: SASL_PLAINTEXT, sasl.mechanism: SCRAM-SHA-512}
"""


@pytest.fixture
def mounted(settings: Any, tmp_path: Path) -> Path:
    (tmp_path / "clusters.yml").write_text(DECLARED)
    settings.KAFKAADMIN_CONFIG = str(tmp_path / "clusters.yml")
    settings.CREDENTIALS_DIR = str(tmp_path)
    folder = tmp_path / "my-kafka"
    folder.mkdir()
    return folder


def test_a_new_password_in_the_secret_is_taken_without_a_restart(mounted: Path) -> None:
    (mounted / "username").write_text("devops\n")
    (mounted / "password").write_text("first\n")
    assert declare_configured().sentences == []
    cluster = Cluster.objects.get()
    assert (cluster.username, cluster.secrets["password"]) == ("devops", "first")
    (mounted / "password").write_text("second")
    apply_changed_configuration()
    assert Cluster.objects.get().secrets["password"] == "second"


def test_strimzis_line_gives_name_and_password(mounted: Path) -> None:
    module = "org.apache.kafka.common.security.scram.ScramLoginModule"
    (mounted / "jaas").write_text(f'{module} required username="my-user" password="p";')
    declare_configured()
    cluster = Cluster.objects.get()
    assert (cluster.username, cluster.secrets["password"]) == ("my-user", "p")


def test_bitnamis_list_of_passwords_is_read_by_its_list_of_users(mounted: Path) -> None:
    for part, text in {"username": "user2", "users": "user1,user2", "password": "one,two"}.items():
        (mounted / part).write_text(text)
    declare_configured()
    assert Cluster.objects.get().secrets["password"] == "two"
    (mounted / "username").write_text("nobody")
    assert "no password for nobody" in declare_configured().failures[0]
    assert Cluster.objects.get().secrets["password"] == "two"


def test_a_probe_made_for_kafka_ui_is_answered(client: Client) -> None:
    assert client.get("/actuator/health").json() == {"status": "UP"}
