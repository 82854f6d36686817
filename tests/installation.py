"""An installation of its own, in a folder: its database, and processes that one may kill."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.kafka.cluster import KafkaCluster
from tests.kafka.properties import SCRAM, password
from tests.migrated import prepare


class Installation:
    """Knows one cluster, called ``killed``."""

    def __init__(self, folder: Path, kafka: KafkaCluster) -> None:
        jaas = f'{SCRAM} required username="admin" password="{password("admin")}";'
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("KAFKA", "DJANGO"))},
            "DJANGO_SETTINGS_MODULE": "kafkaadmin.settings",
            "KAFKAADMIN_DATA_DIR": str(folder),
            "KAFKA_CLUSTERS_0_NAME": "killed",
            "KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS": kafka.bootstrap_servers,
            "KAFKA_CLUSTERS_0_PROPERTIES_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "KAFKA_CLUSTERS_0_PROPERTIES_SASL_MECHANISM": "SCRAM-SHA-512",
            "KAFKA_CLUSTERS_0_PROPERTIES_SASL_JAAS_CONFIG": jaas,
        }
        prepare(folder)
        self.python("kafkaadmin", "migrate")

    def python(self, module: str, *arguments: str) -> None:
        """Run a module, to its end."""
        command = [sys.executable, "-m", module, *arguments]
        subprocess.run(command, env=self.environment, check=True, capture_output=True)

    def start(self, module: str, *arguments: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-m", module, *arguments], env=self.environment)

    def execute(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement, and return its rows."""
        with sqlite3.connect(self.folder / "kafkaadmin.sqlite3", timeout=20) as database:
            return database.execute(sql, values).fetchall()
