"""Electing preferred leaders by page, API and Kafka's own tool, on a real Kafka."""

import shlex
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from kafka.protocol.admin import AlterPartitionReassignmentsRequest

from accounts.models import AuditEntry, Grant
from clusters.gateway import topics
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic_on
from tests.kafka.tools import ELECTIONS, tool
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
PAGE = "/clusters/local/elect-leaders/"


def leaders(connection: Connection, topic: str) -> list[int | None]:
    return [partition.leader for partition in topics.describe(connection, topic).partitions]


@pytest.fixture
def misled(kafka: KafkaCluster, connection: Connection, unique: Unique) -> str:
    """A topic of three partitions that broker 1 leads, while broker 2 is the preferred leader of each."""
    topic = create_topic_on(kafka, unique("misled"), [[1, 2]] * 3)
    topic_class = AlterPartitionReassignmentsRequest.ReassignableTopic
    partitions = [topic_class.ReassignablePartition(partition_index=number, replicas=[2, 1]) for number in range(3)]
    request = AlterPartitionReassignmentsRequest(
        timeout_ms=5000, topics=[topic_class(name=topic, partitions=partitions)]
    )
    eventually(lambda: len(topics.describe(connection, topic).partitions) == 3)
    assert not protocol.send(connection, request, timeout=10).error_code
    eventually(lambda: all(item.replicas == (2, 1) for item in topics.describe(connection, topic).partitions))
    assert leaders(connection, topic) == [1, 1, 1]
    return topic


def test_preferred_leaders_are_elected_by_page_api_and_tool(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, ada: Program, misled: str
) -> None:
    fields = {"topic": misled, "partitions": "0"}
    plan = admin.post(PAGE, {**fields, "action": "preview"}).context["plan"]
    assert [(step.before, step.after) for step in plan.steps] == [("broker 1", "broker 2")]
    assert admin.post(PAGE, {**fields, "action": "apply", "plan": plan.digest}).status_code == 302
    assert leaders(connection, misled) == [2, 1, 1]
    assert AuditEntry.objects.get(action="topics.elect").outcome == "done"
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    body = {"topic": misled, "partitions": [1]}
    dry = ada("POST", f"{LOCAL}/elect-leaders?dry_run=true", body).json()
    assert ada("POST", f"{LOCAL}/elect-leaders", body).status_code == 422
    assert ada("POST", f"{LOCAL}/elect-leaders?confirm=local&plan={dry['plan']}", body).status_code == 200
    assert leaders(connection, misled) == [2, 2, 1]
    assert ada("POST", f"{LOCAL}/elect-leaders?confirm=local", body).json()["steps"] == []
    (command,) = ada("POST", f"{LOCAL}/elect-leaders?dry_run=true", {"topic": misled}).json()["commands"]
    tool(kafka, ELECTIONS, *shlex.split(command)[5:])
    eventually(lambda: leaders(connection, misled) == [2, 2, 2])
    assert "No change" in admin.post(PAGE, {"topic": misled, "action": "preview"}).content.decode()


def test_of_all_topics_it_needs_access_to_all(cluster: Cluster, admin: Client, misled: str) -> None:
    planned = admin.post(PAGE, {"action": "preview"}).context["plan"]
    assert f"leader of {misled}-0" in {step.subject for step in planned.steps}
    pat = User.objects.create_user("pat")
    Grant.objects.create(user=pat, role="operator", resources="misled-*")
    client = signed_in(pat)
    assert client.post(PAGE, {"topic": misled, "action": "preview"}).status_code == 200
    assert "needs topics.elect" in client.post(PAGE, {"action": "preview"}).content.decode()
    assert "Elect preferred leaders" not in client.get("/clusters/local/brokers/").content.decode()
    assert admin.post(PAGE, {"topic": "a b", "action": "preview"}).status_code == 422
    assert admin.post(PAGE, {"partitions": "0", "action": "preview"}).status_code == 422
