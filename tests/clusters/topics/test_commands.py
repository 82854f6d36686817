"""The commands that a plan for a topic shows do, by Kafka's own tools, what the plan does."""

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from clusters.gateway import configs, offsets
from clusters.gateway import topics as kafka_topics
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.topics import NewTopic
from clusters.models import Cluster
from clusters.topics import commands, plan
from tests.api.conftest import LOCAL, program_of
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of, produce
from tests.kafka.tools import CONFIGS, DELETE_RECORDS, TOPICS, tool
from tests.kafka.waiting import eventually

TOOLS = {"kafka-topics.sh": TOPICS, "kafka-configs.sh": CONFIGS, "kafka-delete-records.sh": DELETE_RECORDS}
REACHED = '--bootstrap-server "$BOOTSTRAP_SERVERS" --command-config client.properties'


@pytest.mark.django_db
def test_kafkas_tools_do_the_same(
    kafka: KafkaCluster, cluster: Cluster, unique: Callable[[str], str], tmp_path: Path
) -> None:
    connection, name = connection_of(kafka), unique("by-tool")
    ada = program_of(User.objects.create_superuser("ada"))

    def run(method: str, path: str, body: dict[str, Any]) -> None:
        trial = ada(method, f"{LOCAL}/topics{path}?dry_run=true", body).json()
        for command in trial["commands"]:
            words = shlex.split(command)
            if words[0] in TOOLS:
                file = str(tmp_path / commands.FILE)
                tool(kafka, TOOLS[words[0]], *(file if word == commands.FILE else word for word in words[5:]))
            else:
                subprocess.run(command, shell=True, cwd=tmp_path, check=True)
        assert trial["commands"]

    def own() -> dict[str, str | None]:
        entries = configs.describe_topic(connection, name)
        return {entry.name: entry.value for entry in entries if entry.source == plan.OWN_SOURCE}

    run("POST", "", {"name": name, "partitions": 2, "replication_factor": 1, "configs": {"retention.ms": "600000"}})
    assert eventually(lambda: len(kafka_topics.describe(connection, name).partitions) == 2)
    assert eventually(lambda: own() == {"retention.ms": "600000"})
    produce(kafka, name, list("abc"), partition=1)
    run("PATCH", f"/{name}/configs", {"set": {"cleanup.policy": "compact,delete"}, "reset": ["retention.ms"]})
    assert eventually(lambda: own() == {"cleanup.policy": "compact,delete"})
    run("POST", f"/{name}/messages/delete", {"before": "offset", "offset": 2})
    assert eventually(lambda: offsets.watermarks(connection, [(name, 1)])[0][name, 1].low == 2)


def test_commands_of_plans() -> None:
    entries = [ConfigEntry("retention.ms", "1", "2", plan.OWN_SOURCE, read_only=False, sensitive=False)]
    assert plan.create(NewTopic("t", 3, 2, {"retention.ms": "5"})).commands == (
        f"kafka-topics.sh {REACHED} --create --topic t --partitions 3 --replication-factor 2 --config retention.ms=5",
    )
    assert plan.configure("t", entries, {}, ["retention.ms"]).commands == (
        f"kafka-configs.sh {REACHED} --entity-type topics --entity-name t --alter --delete-config retention.ms",
    )
    assert plan.configure("t", entries, {"retention.ms": "1"}, []).commands == ()
    assert plan.add_partitions("t", 1, 4).commands == (f"kafka-topics.sh {REACHED} --alter --topic t --partitions 4",)
    assert plan.delete("t", 1, 0, ()).commands == (f"kafka-topics.sh {REACHED} --delete --topic t",)
    assert commands.delete_records("t", dict.fromkeys(range(101), 1)) == ()
