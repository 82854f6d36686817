"""A megabyte of kafka-ui's YAML with a hundred clusters, by each of the ways that a configuration comes in."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clusters.models import Cluster
from tests.migrated import prepare

pytestmark = [pytest.mark.services, pytest.mark.timeout(120)]
NUMBER = 100
ENTRY = """
    - name: cluster-{n:03}
      <<: *common
      bootstrapServers: {servers}
      ksqldbServer: http://ksql-{n:03}:8088
      properties:
        <<: *properties
        client.id: kafkaadmin-{n:03}
        sasl.jaas.config: >-
          org.apache.kafka.common.security.scram.ScramLoginModule required
          username="user-{n:03}" password="secret-{n:03}";
"""
HEAD = """
common: &common {readOnly: true}
properties: &properties {security.protocol: SASL_SSL, sasl.mechanism: SCRAM-SHA-512}
kafka:
  clusters:"""


def text() -> str:
    """Return the file. Real ones are as large for their comments and their lists of brokers."""
    entries = []
    for n in range(NUMBER):
        servers = ",".join(f"broker-{broker:03}.cluster-{n:03}.kafka.example.com:9092" for broker in range(40))
        comment = "".join(
            f"    # cluster {n:03} is looked after by a team that writes at length, line {i}\n" for i in range(110)
        )
        entries.append(comment + ENTRY.format(n=n, servers=servers))
    return HEAD + "\n" + "".join(entries)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "clusters.yml"
    path.write_text(text())
    assert 1_000_000 < path.stat().st_size < 1_500_000
    return path


def kafkaadmin(folder: Path, *arguments: str, status: int = 0, **environment: str) -> str:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KAFKA", "DJANGO", "DATABASE"))}
    ended = subprocess.run(
        [sys.executable, "-m", "kafkaadmin", *arguments],
        env={**own, "KAFKAADMIN_DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == status, ended.stderr
    return ended.stdout


def known(folder: Path) -> list[tuple[str, str, int, int]]:
    with sqlite3.connect(folder / "kafkaadmin.sqlite3") as database:
        query = "select name, username, read_only, length(bootstrap_servers) from clusters_cluster order by name"
        return list(database.execute(query))


LENGTH = 40 * len("broker-000.cluster-000.kafka.example.com:9092,") - 1
EXPECTED = [(f"cluster-{n:03}", f"user-{n:03}", 1, LENGTH) for n in range(NUMBER)]


def test_at_the_start_and_by_the_command(file: Path, tmp_path: Path) -> None:
    said = kafkaadmin(tmp_path / "a", "migrate", KAFKAADMIN_CONFIG=str(file))
    assert known(tmp_path / "a") == EXPECTED
    assert "kafka.clusters[99].ksqldbServer: not used by kafkaadmin" in said
    prepare(tmp_path / "b")
    for _ in range(2):
        assert "cluster cluster-099" in kafkaadmin(tmp_path / "b", "clusters", "apply", str(file))
        assert known(tmp_path / "b") == EXPECTED


@pytest.mark.django_db
def test_in_the_browser_as_a_file_and_as_a_text(file: Path, admin: Client) -> None:
    shown = admin.post(
        "/clusters/import/", {"file": SimpleUploadedFile("clusters.yml", file.read_bytes()), "action": "preview"}
    )
    assert "cluster-099" in shown.content.decode()
    assert not Cluster.objects.exists()
    pasted = admin.post("/clusters/import/", {"text": file.read_text(), "action": "preview"})
    assert "cluster-099" in pasted.content.decode()
    assert admin.post("/clusters/import/", {"action": "apply"}).status_code == 302
    assert Cluster.objects.count() == NUMBER
    last = Cluster.objects.get(name="cluster-099")
    assert (last.username, last.secrets["password"], last.read_only) == ("user-099", "secret-099", True)
    assert admin.get("/").status_code == 200


@pytest.mark.parametrize("way", ["start", "command"])
def test_what_would_hurt_changes_nothing_and_is_said(file: Path, tmp_path: Path, way: str) -> None:
    bomb = tmp_path / "bomb.yml"
    rows = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    bomb.write_text(f"a0: &a0 [x]\n{rows}kafka: {{clusters: [{{name: evil, bootstrapServers: 'e:1'}}]}}\n")
    prepare(tmp_path)
    kafkaadmin(tmp_path, "migrate", KAFKAADMIN_CONFIG=str(file))
    if way == "start":
        said = kafkaadmin(tmp_path, "migrate", status=1, KAFKAADMIN_CONFIG=str(bomb))
        assert said.startswith("The cluster configuration was not applied: ")
    else:
        with pytest.raises(AssertionError) as refused:
            kafkaadmin(tmp_path, "clusters", "apply", str(bomb))
        said = str(refused.value)
    assert f"{bomb}: line 8, column" in said
    assert "Write the values out." in said
    assert known(tmp_path) == EXPECTED
