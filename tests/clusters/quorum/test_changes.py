"""Changing who votes and feature levels, on a cluster of its own: pages, API, commands and Kafka's own tools."""

import re
import shlex

import pytest
from django.test import Client

from accounts.models import AuditEntry
from clusters.gateway.clients.connection import Connection
from clusters.gateway.kraft import quorum
from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_cluster
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of
from tests.kafka.tools import FEATURES, QUORUM, tool
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
PLACE = "/clusters/local/brokers/"


@pytest.fixture
def cluster(mortal: KafkaCluster, db: None) -> Cluster:
    """A cluster whose controllers may be removed; each test leaves all three."""
    return known_cluster(mortal)


@pytest.fixture
def connection(mortal: KafkaCluster) -> Connection:
    return connection_of(mortal)


def voters(connection: Connection) -> list[int]:
    return [voter.node_id for voter in quorum.describe(connection).voters]


def test_a_controller_is_removed_and_added_again(
    mortal: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, ada: Program
) -> None:
    described = quorum.describe(connection)
    follower = next(voter for voter in described.voters if voter.node_id != described.leader)
    node, (host, port) = follower.node_id, follower.address.split(":")
    path = f"{PLACE}quorum/voters/{node}/remove/"
    plan = admin.get(path).context["plan"]
    assert plan.warnings[0] == "Of 2 remaining controllers, 0 may fail before nothing can be changed."
    assert plan.commands[0].endswith(
        f"remove-controller --controller-id {node} --controller-directory-id {follower.directory_id}"
    )
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    assert admin.post(path, {"plan": plan.digest}).status_code == 422
    assert voters(connection) == [1, 2, 3]
    assert admin.post(path, {"plan": plan.digest, "confirm": "local"}).status_code == 302
    eventually(lambda: node not in voters(connection))
    assert ada("DELETE", f"{LOCAL}/quorum/voters/{node}?confirm=local").status_code == 404

    body = {"node": node, "host": host, "port": int(port)}
    planned = eventually(lambda: ada("POST", f"{LOCAL}/quorum/voters?dry_run=true", body).json().get("plan"))
    form = admin.get(f"{PLACE}quorum/voters/add/").context["form"]
    assert (form.fields["node"].choices, form.initial["listener"]) == ([(node, f"node {node}")], "CONTROLLER")
    fields = {**body, "listener": "CONTROLLER", "action": "preview"}
    shown = admin.post(f"{PLACE}quorum/voters/add/", fields).context["plan"]
    assert (shown.digest, shown.warnings[0]) == (planned, "Of 3 controllers, 1 may then fail; now 0 of 2.")
    # Kafka adds it once it has caught up.
    path = f"{LOCAL}/quorum/voters?confirm=local&plan={planned}"
    eventually(lambda: ada("POST", path, body).status_code == 200)
    eventually(lambda: voters(connection) == [1, 2, 3])
    assert f"CONTROLLER://{host}:{port}" in tool(mortal, QUORUM, "describe", "--status")
    done = AuditEntry.objects.filter(action="quorum.voters", outcome=AuditEntry.DONE)
    assert [step["subject"] for entry in done for step in entry.steps] == [f"controller {node}"] * 2


def test_a_feature_is_raised_and_lowered_as_kafkas_tool_does_it(
    mortal: KafkaCluster, cluster: Cluster, admin: Client, ada: Program
) -> None:
    def level(name: str) -> int:
        lines = tool(mortal, FEATURES, "describe")
        return int(re.findall(rf"Feature: {name}\s.*FinalizedVersionLevel: (\d+)", lines)[0])

    path = f"{PLACE}features/share.version/"
    assert level("share.version") == 1
    plan = admin.post(path, {"level": "2", "action": "preview"}).context["plan"]
    assert [(step.before, step.after) for step in plan.steps] == [("1", "2")]
    assert admin.post(path, {"level": "2", "action": "apply", "plan": plan.digest}).status_code == 302
    eventually(lambda: level("share.version") == 2)
    down = admin.post(path, {"level": "1", "action": "preview"}).context["plan"]
    assert down.commands[0].endswith("downgrade --feature share.version=1")
    tool(mortal, FEATURES, *shlex.split(down.commands[0])[5:])
    eventually(lambda: level("share.version") == 1)
    refused = ada("PUT", f"{LOCAL}/features/metadata.version?dry_run=true", {"level": 7})
    assert (refused.status_code, "metadata.version" in refused.content.decode()) == (422, True)
    assert ada("PUT", f"{LOCAL}/features/share.version", {"level": 9}).status_code == 422
    assert ada("PUT", f"{LOCAL}/features/nothing", {"level": 1}).status_code == 404


def test_brokers_that_agree_are_said_to_and_all_versions_are_there_when_asked_for(
    cluster: Cluster, admin: Client, ada: Program
) -> None:
    assert "3 brokers that answered speak the same versions" in admin.get(f"{PLACE}api-versions/").content.decode()
    assert "<td>1 to 3</td>" in admin.get(f"{PLACE}api-versions/?all=1").content.decode()
    assert ada.get(f"{LOCAL}/brokers/api-versions") == []
    every = {row["api"]: row["versions"] for row in ada.get(f"{LOCAL}/brokers/api-versions?all=true")}
    assert every["DescribeDelegationToken"] == {key: [1, 3] for key in "123"}
