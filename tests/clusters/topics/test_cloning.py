"""A topic like another one, on a real Kafka."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import Grant
from clusters.gateway import configs, topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.topics import Partition, TopicDescription
from clusters.models import Cluster
from clusters.topics.cloning import clone
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_topic, signed_in
from tests.kafka.cluster import KafkaCluster

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
NEW = "/clusters/local/topics/new/"
CONFIG = {"retention.ms": "600000", "compression.type": "lz4", "cleanup.policy": "compact"}


def entry(name: str, source: str) -> ConfigEntry:
    return ConfigEntry(name, "1", "2", source, read_only=False, sensitive=False)


def test_only_what_is_the_topics_own_is_taken() -> None:
    source = TopicDescription("t", False, (Partition(0, 1, (1, 2), (1,)), Partition(1, 1, (1, 2, 3), (1,))))
    entries = [
        entry("retention.ms", "DYNAMIC_TOPIC_CONFIG"), entry("segment.ms", "DEFAULT_CONFIG"),
        entry("min.insync.replicas", "STATIC_BROKER_CONFIG"),
        entry("leader.replication.throttled.replicas", "DYNAMIC_TOPIC_CONFIG"),
    ]  # fmt: skip
    new = clone(source, entries, "copy")
    assert (new.name, new.partitions, new.replication_factor, dict(new.configs)) == (
        "copy",
        2,
        3,
        {"retention.ms": "1"},
    )


def own(connection: Connection, topic: str) -> dict[str, str | None]:
    entries = configs.describe_topic(connection, topic)
    return {entry.name: entry.value for entry in entries if entry.source == "DYNAMIC_TOPIC_CONFIG"}


def test_a_topic_is_cloned_by_page_and_api(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, ada: Program, unique: Unique
) -> None:
    source = known_topic(kafka, unique("like"), partitions=4, config=CONFIG)
    form = admin.get(NEW, {"clone": source}).context["form"]
    values = {name: form[name].value() for name in form.fields}
    assert values["name"] == f"{source}-copy"
    assert admin.post(NEW, {**values, "action": "create"}).status_code == 302
    assert own(connection, f"{source}-copy") == CONFIG
    assert len(topics.describe(connection, f"{source}-copy").partitions) == 4
    name = unique("api")
    body = {"name": name, "like": source, "partitions": 2, "configs": {"compression.type": "zstd"}}
    assert ada("POST", f"{LOCAL}/topics", body).status_code == 201
    assert own(connection, name) == {**CONFIG, "compression.type": "zstd"}
    assert len(topics.describe(connection, name).partitions) == 2
    assert ada("POST", f"{LOCAL}/topics", {"name": "x"}).status_code == 422
    assert admin.get(NEW, {"clone": unique("nothing")}).status_code == 404
    pat = User.objects.create_user("pat")
    Grant.objects.create(user=pat, role="operator", resources="team-*")
    assert signed_in(pat).get(NEW, {"clone": source}).status_code == 403
