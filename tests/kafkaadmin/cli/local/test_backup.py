"""Backup, restore and new keys, by the commands that an operator runs."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.migrated import prepare

pytestmark = pytest.mark.services

CLUSTERS = """
kafka:
  clusters:
    - name: orders
      bootstrapServers: "b:9092"
      properties:
        security.protocol: SASL_PLAINTEXT
        sasl.mechanism: SCRAM-SHA-512
        sasl.jaas.config: 'a.ScramLoginModule required username="devops" password="very-hidden";'
"""


def environment(folder: Path, key: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("KAFKAADMIN_", "DJANGO_"))}
    ours |= {"KAFKAADMIN_DATA_DIR": str(folder), "KAFKAADMIN_ADMIN_PASSWORD": "a-long-password"}
    return ours | ({"KAFKAADMIN_SECRET_KEY": key} if key else {})


def run(folder: Path, *command: str, key: str = "", status: int = 0) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "kafkaadmin", *command],
        env=environment(folder, key),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == status, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def password(folder: Path, key: str = "") -> str:
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'kafkaadmin.settings'; import django; django.setup();"
        "from clusters.models import Cluster; print('is', Cluster.objects.get().secrets.get('password'))"
    )
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment(folder, key), capture_output=True, text=True).stdout.strip()


def filled(folder: Path, key: str = "") -> Path:
    folder.mkdir()
    (folder / "clusters.yml").write_text(CLUSTERS)
    prepare(folder)
    run(folder, "migrate", key=key)
    run(folder, "clusters", "apply", str(folder / "clusters.yml"), key=key)
    return folder


def test_a_backup_brings_everything_back_with_its_key_and_shows_no_secret(tmp_path: Path) -> None:
    old, new, file = filled(tmp_path / "old", "first"), tmp_path / "new", tmp_path / "backup.gz"
    assert "objects written to" in run(old, "backup", str(file), key="first")
    assert "very-hidden" not in gzip.decompress(file.read_bytes()).decode()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "objects restored" in run(new, "restore", str(file), key="first")
    assert password(new, "first") == "is very-hidden"
    assert "in use" in run(new, "restore", str(file), key="first", status=2)


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    folder = filled(tmp_path / "one")
    (tmp_path / "no.gz").write_bytes(b"nonsense")
    assert "in use" in run(folder, "restore", str(tmp_path / "no.gz"), status=2)


def test_keys_are_rotated_in_the_data_folder(tmp_path: Path) -> None:
    folder = filled(tmp_path / "one")
    before = (folder / "secret.key").read_text()
    assert "previous keys were removed" in run(folder, "rotate-keys", "--new-key", "--drop-old")
    after = (folder / "secret.key").read_text()
    assert before not in after
    assert password(folder) == "is very-hidden"


def test_keys_are_rotated_in_the_environment(tmp_path: Path) -> None:
    folder = filled(tmp_path / "one", "first")
    run(folder, "rotate-keys", key="second,first")
    assert password(folder, "second") == "is very-hidden"
    assert password(folder, "first") == "is None"
    assert "no configured key decrypts" in run(folder, "rotate-keys", key="third", status=1)
