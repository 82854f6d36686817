"""An installation whose clusters have one registry each keeps it, with its secrets and what was read of it."""

import json
import os
import subprocess
import sys
from pathlib import Path


def test_the_registry_of_a_cluster_becomes_its_default_one(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "KAFKAADMIN_DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3",
    }
    module = "tests.clusters.schemas.upgrading"
    ran = subprocess.run([sys.executable, "-m", module], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == {
        "registry": ["a", "default", "https://r1,https://r2", "me", False, "s", "https://r1,https://r2"],
        "state": ["FULL", {"count": 1}],
        "secrets": [{"password": "of-kafka"}, {}],
        "registry_secrets": {"password": "of-registry", "token": "token"},
        "subjects": [["default", "orders-value", 3]],
        "uses": [["default", "orders", 7]],
    }
