"""Deleting a group's offsets of one topic, on a real Kafka: page, API and command."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry
from clusters.gateway.clients.connection import Connection
from clusters.gateway.groups import describing as kafka
from clusters.models import Cluster, Group, GroupTopic
from tests.api.conftest import LOCAL, Program, person, program_of
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_topic, mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, consumer, produce
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


@pytest.fixture
def reader(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> tuple[str, str, str]:
    """A group without members that has offsets in two partitions of one topic, and in one of another."""
    topic, other = known_topic(kafka, unique("old"), partitions=2), known_topic(kafka, unique("other"))
    group = unique("reader/of ü")
    produce(kafka, topic, list("abcde"))
    commit(kafka, group, {(topic, 0): 2, (topic, 1): 0, (other, 0): 0})
    mirror(cluster)
    return group, topic, other


def committed(connection: Connection, group: str) -> Mapping[tuple[str, int], int | None]:
    return eventually(lambda: kafka.committed(connection, [group]).items)[0].offsets


def address(group: str) -> str:
    return f"/clusters/local/groups/{group.replace('/', '%2F')}/delete-offsets/"


def test_the_page_shows_what_goes_and_does_just_that(
    cluster: Cluster, connection: Connection, admin: Client, reader: tuple[str, str, str]
) -> None:
    group, topic, other = reader
    fields = {"topic": topic, "partitions": ""}
    shown = admin.post(address(group), {**fields, "action": "preview"})
    assert [(step.subject, step.before, step.after) for step in shown.context["plan"].steps] == [
        (f"{topic}-0", "2", None), (f"{topic}-1", "0", None),
    ]  # fmt: skip
    digest = shown.context["plan"].digest
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    unnamed = admin.post(address(group), {**fields, "action": "apply", "plan": digest})
    assert "Production" in unnamed.content.decode()
    assert (
        admin.post(address(group), {**fields, "action": "apply", "plan": "other", "confirm": group}).status_code == 422
    )
    assert len(committed(connection, group)) == 3
    done = admin.post(address(group), {**fields, "action": "apply", "plan": digest, "confirm": group})
    assert done.status_code == 302
    assert committed(connection, group) == {(other, 0): 0}
    assert not GroupTopic.objects.filter(group=group, topic=topic).exists()
    assert Group.objects.get(name=group).lag == 0
    entry = AuditEntry.objects.get(outcome="done")
    assert (entry.action, entry.resource, entry.steps[0]["subject"]) == ("groups.reset", group, f"{topic}-0")


def test_the_api_deletes_one_partitions_offset_after_a_dry_run(
    connection: Connection, ada: Program, reader: tuple[str, str, str]
) -> None:
    group, topic, other = reader
    path = f"{LOCAL}/groups/{group.replace('/', '%2F')}/offsets?topic={topic}"
    trial = ada("DELETE", f"{path}&partitions=1&dry_run=true").json()
    assert [step["subject"] for step in trial["steps"]] == [f"{topic}-1"]
    assert len(committed(connection, group)) == 3
    assert ada("DELETE", f"{path}&plan={trial['plan']}").status_code == 409
    assert ada("DELETE", f"{path}&partitions=1&plan={trial['plan']}").json()["done"]
    assert committed(connection, group) == {(topic, 0): 2, (other, 0): 0}
    for query, field in (("&partitions=7", "partitions"), ("", "topic")):
        refused = ada("DELETE", f"{path if query else path + 'x'}{query}")
        assert (refused.status_code, list(refused.json()["errors"])) == (422, [field])
    everything = ada("DELETE", f"{path.replace(topic, other)}&dry_run=true").json()
    assert "auto.offset.reset" in everything["warnings"][0]


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_what_members_consume_stays_and_another_topic_goes(
    kafka: KafkaCluster, connection: Connection, ada: Program, reader: tuple[str, str, str], protocol: str
) -> None:
    group, topic, other = reader
    path = f"{LOCAL}/groups/{group.replace('/', '%2F')}/offsets?topic="
    with consumer(kafka, group, [other], protocol=protocol):
        refused = ada("DELETE", f"{path}{other}")
        assert refused.status_code == 409
        assert "Stop the group's members" in refused.json()["advice"]
        assert ada("DELETE", f"{path}{topic}").status_code == 200
    assert (topic, 0) not in committed(connection, group)
    assert (other, 0) in committed(connection, group)


def test_a_grant_on_the_group_is_needed(cluster: Cluster, reader: tuple[str, str, str]) -> None:
    group, topic, _ = reader
    path = f"{LOCAL}/groups/{group.replace('/', '%2F')}/offsets?topic={topic}"
    assert program_of(person("vi"))("DELETE", path).status_code == 403
    own: dict[str, Any] = {"resources": "reader*"}
    unseen = program_of(person("op", "operator", **own))("DELETE", path)
    assert (unseen.status_code, list(unseen.json()["errors"])) == (422, ["topic"])
