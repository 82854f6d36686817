"""Forty clusters of which twelve never answer: the others stay current."""

import json
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.server import Server
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic
from tests.kafka.properties import SCRAM, password
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.services

ALL, SILENT = 40, 12


@pytest.fixture
def small() -> Iterator[KafkaCluster]:
    """A Kafka of its own: twenty-eight times the topics that all other tests made would be another question."""
    with KafkaCluster(1) as cluster:
        create_topic(cluster, "orders", partitions=3)
        yield cluster


@pytest.fixture
def deaf() -> Iterator[str]:
    """An address that accepts connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(512)
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def declared(servers: str, deaf: str) -> str:
    """Return the configuration, one in three silent, so that they come between the others."""
    line = f'{SCRAM} required username="admin" password="{password("admin")}";'
    properties = {
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.jaas.config": line,
    }
    silent = {number for number in range(ALL) if number % 3 == 0 and number < 3 * SILENT}
    clusters = [
        {"name": f"c{n:03}", "bootstrapServers": deaf if n in silent else servers, "properties": properties}
        for n in range(ALL)
    ]
    return json.dumps({"kafka": {"clusters": clusters}})


def looks(folder: Path) -> dict[str, str]:
    """Return when each cluster was last read, of those that were."""
    with sqlite3.connect(f"file:{folder}/kafkaadmin.sqlite3?mode=ro", uri=True) as database:
        return dict(
            database.execute(
                "select slug, current_as_of from clusters_mirror join clusters_cluster on id = cluster_id"
                " where current_as_of is not null"
            )
        )


@pytest.mark.timeout(700)
def test_twelve_silent_clusters_do_not_hold_up_the_others(small: KafkaCluster, deaf: str, tmp_path: Path) -> None:
    config = tmp_path / "clusters.json"
    config.write_text(declared(small.bootstrap_servers, deaf))
    with Server(KAFKAADMIN_CONFIG=str(config), KAFKAADMIN_INVENTORY_SECONDS="5") as up:
        first = eventually(
            lambda: looked_at if len(looked_at := looks(up.folder)) == ALL - SILENT else None, timeout=300
        )
        assert first

        def all_again() -> bool:
            now = looks(up.folder)
            return all(now[slug] > at for slug, at in first.items())

        eventually(all_again, timeout=200)
