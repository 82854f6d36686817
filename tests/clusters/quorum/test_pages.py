"""The quorum of a real cluster, and a broker that is taken away for good."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.gateway.kraft import quorum
from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_cluster, mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of
from tests.kafka.tools import FEATURES, QUORUM, tool
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db


def test_it_says_what_kafkas_tools_say(kafka: KafkaCluster, cluster: Cluster, admin: Client, ada: Program) -> None:
    quorum = ada.get(f"{LOCAL}/quorum")
    status = dict(re.findall(r"(\w+): *(.*)", tool(kafka, QUORUM, "describe", "--status")))
    assert (quorum["leader"], quorum["epoch"]) == (int(status["LeaderId"]), int(status["LeaderEpoch"]))
    rows = [line.split() for line in tool(kafka, QUORUM, "describe", "--replication").splitlines()[1:]]
    assert {(node["node"], node["directory_id"]) for node in quorum["voters"]} == {
        (int(row[0]), row[1]) for row in rows
    }
    assert [node["node"] for node in quorum["voters"] if node["leader"]] == [quorum["leader"]]
    features = tool(kafka, FEATURES, "describe")
    levels = dict(re.findall(r"Feature: (\S+).*FinalizedVersionLevel: (\S+)", features))
    assert {each["name"]: each["level"] for each in quorum["features"]}.items() >= {
        name: int(level) for name, level in levels.items() if level.isdecimal()
    }.items()
    assert (quorum["brokers_away"], quorum["problems"]) == ([], [])
    page = unescape(admin.get("/clusters/local/brokers/quorum/").content.decode())
    for text in (f"node {quorum['leader']}", "Feature levels", "metadata.version", quorum["voters"][0]["directory_id"]):
        assert text in page


def test_a_broker_that_was_taken_away_is_unregistered(mortal: KafkaCluster, admin: Client) -> None:
    cluster = known_cluster(mortal, slug="doomed", environment="production")
    mirror(cluster)
    viewer = User.objects.create_user("viewer")
    Grant.objects.create(user=viewer, role="operator", clusters="*")
    path = "/clusters/doomed/brokers/3/unregister/"
    assert signed_in(viewer).get(path).status_code == 403
    assert "It is running" in admin.get(path).content.decode()
    connection = connection_of(mortal)
    mortal.stop_broker(3, kill=True)
    try:
        eventually(lambda: quorum.fenced_brokers(connection) == (3,), timeout=60)
        assert "Unregister…" in admin.get("/clusters/doomed/brokers/quorum/").content.decode()
        shown = admin.get(path).content.decode()
        digest = re.search(r'name="plan" value="(\w+)"', shown)
        assert digest
        assert "It is running" not in shown
        assert admin.post(path, {"plan": digest[1]}).status_code == 422
        done = admin.post(path, {"plan": digest[1], "confirm": "doomed"}, follow=True)
        assert "Broker 3 unregistered." in done.content.decode()
        assert quorum.fenced_brokers(connection) == ()
        again = admin.post(path, {"plan": digest[1], "confirm": "doomed"})
        assert again.status_code == 422
        outcomes = AuditEntry.objects.filter(action="brokers.unregister").values_list("outcome", flat=True)
        assert set(outcomes) >= {AuditEntry.DONE, AuditEntry.REFUSED}
    finally:
        mortal.start_broker(3)
    eventually(lambda: quorum.describe(connection).leader is not None, timeout=60)
