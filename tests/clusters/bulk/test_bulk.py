"""Changing, deleting and exporting several things at once, on a real Kafka."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.gateway import configs, topics
from clusters.gateway.access import acls
from clusters.gateway.access.acls import Acl
from clusters.gateway.clients.connection import Connection
from clusters.gateway.groups import describing as groups
from clusters.models import Cluster
from tests.conftest import known_topic, mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, consumer, produce

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
BULK = "/clusters/local/bulk"


def shown(client: Client, kind: str, selected: list[str]) -> dict[str, Any]:
    """Have the plans shown, and return the fields of the form that confirms them."""
    response = client.post(f"{BULK}/{kind}/delete/", {"selected": selected})
    assert response.status_code == 200
    page = response.content.decode()
    return {
        "selected": selected,
        "planned": re.findall(r'name="planned" value="([^"]*)"', page),
        "plan": re.findall(r'name="plan" value="([^"]*)"', page),
    }


def names_of(connection: Connection) -> set[str]:
    return set(topics.leaders(connection)[1])


def test_topics_are_deleted_once_their_number_is_typed(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    names = [known_topic(kafka, unique("bulk")) for _ in range(3)]
    mirror(cluster)
    fields = shown(admin, "topics", names)
    wrong = admin.post(f"{BULK}/topics/delete/", {**fields, "confirm": "2"})
    assert wrong.status_code == 422
    assert set(names) <= names_of(connection)
    done = admin.post(f"{BULK}/topics/delete/", {**fields, "confirm": "3"}, follow=True)
    assert "3 topics deleted." in done.content.decode()
    assert not set(names) & names_of(connection)
    assert not cluster.topics.filter(name__in=names).exists()
    recorded = AuditEntry.objects.filter(action="topics.delete", outcome=AuditEntry.DONE)
    assert set(recorded.values_list("resource", flat=True)) == set(names)


def test_what_is_not_granted_stays_and_says_why(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, unique: Unique
) -> None:
    own, other = known_topic(kafka, unique("own")), known_topic(kafka, unique("other"))
    user = User.objects.create_user("olga")
    Grant.objects.create(user=user, role="operator", resources="own-*")
    client = signed_in(user)
    page = client.post(f"{BULK}/topics/delete/", {"selected": [own, other]}).content.decode()
    assert "covers topics.delete" in page or "needs topics.delete" in page
    fields = shown(client, "topics", [own, other])
    response = client.post(f"{BULK}/topics/delete/", {**fields, "confirm": "1"})
    assert response.status_code == 409
    assert "not deleted" in response.content.decode()
    assert names_of(connection) & {own, other} == {other}


def test_a_group_with_members_stays_and_the_others_are_deleted(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    topic, idle, busy = known_topic(kafka, unique("work")), unique("idle"), unique("busy")
    commit(kafka, idle, {(topic, 0): 0})
    with consumer(kafka, busy, [topic]):
        fields = shown(admin, "groups", [idle, busy])
        response = admin.post(f"{BULK}/groups/delete/", {**fields, "confirm": "2"})
    assert response.status_code == 409
    assert "1 consumer group deleted." in response.content.decode()
    listed = {group.name for group in groups.list_groups(connection).items}
    assert listed & {idle, busy} == {busy}


def test_acls_are_deleted_by_their_seven_fields(
    connection: Connection, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    principal = f"User:{unique('p')}"
    entries = [
        Acl(principal, "*", operation, "ALLOW", "TOPIC", "a&b=c d", "LITERAL") for operation in ("READ", "WRITE")
    ]
    acls.create(connection, entries)
    selected = [
        urlencode({
            "principal": principal, "host": "*", "operation": entry.operation, "permission": "ALLOW",
            "resource_type": "TOPIC", "resource_name": "a&b=c d", "pattern_type": "LITERAL",
        })
        for entry in entries
    ]  # fmt: skip
    fields = shown(admin, "acls", selected)
    fields["planned"] = selected  # the page escapes the ampersands
    done = admin.post(f"{BULK}/acls/delete/", {**fields, "confirm": "2"}, follow=True)
    assert "2 ACLs deleted." in done.content.decode()
    assert not [acl for acl in acls.list_acls(connection) if acl.principal == principal]


def test_a_read_only_cluster_refuses_and_nothing_selected_is_nothing_to_do(cluster: Cluster, admin: Client) -> None:
    assert admin.post(f"{BULK}/topics/delete/").status_code == 302
    cluster.read_only = True
    cluster.save()
    assert admin.post(f"{BULK}/topics/delete/", {"selected": ["t"]}).status_code == 403
    assert "Delete selected" not in admin.get("/clusters/local/topics/").content.decode()


def confirmed(client: Client, path: str, fields: dict[str, Any], number: int) -> Any:
    """Have the plans shown, type the number, and apply them."""
    page = client.post(f"{BULK}/{path}/", {**fields, "action": "preview"}).content.decode()
    hidden = {
        name: [unescape(value) for value in re.findall(rf'name="{name}" value="([^"]*)"', page)]
        for name in ("planned", "plan", "pinned")
    }
    return client.post(f"{BULK}/{path}/", {**fields, **hidden, "action": "apply", "confirm": str(number)}, follow=True)


def test_configs_of_several_topics_change_and_a_refusal_is_said_for_its_own(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    first = known_topic(kafka, unique("bulk"), config={"segment.bytes": "20000000"})
    second = known_topic(kafka, unique("bulk"), config={"retention.ms": "172800000"})
    fields = {"selected": [first, second, "gone"], "configs": "retention.ms=2 d", "reset": "segment.bytes"}
    page = admin.post(f"{BULK}/topics/configs/", {"selected": [first, second]}).content.decode()
    assert "Set configs" in page
    page = admin.post(f"{BULK}/topics/configs/", {**fields, "action": "preview"}).content.decode()
    assert page.count("unchanged") == 2  # what is so already, and what is not there
    response = confirmed(admin, "topics/configs", fields, 1)
    assert "1 topic configured." in response.content.decode()

    def own(topic: str) -> dict[str, str | None]:
        entries = configs.describe_topic(connection, topic)
        return {entry.name: entry.value for entry in entries if entry.source == "DYNAMIC_TOPIC_CONFIG"}

    assert own(first) == own(second) == {"retention.ms": "172800000"}
    bad = admin.post(f"{BULK}/topics/configs/", {**fields, "configs": "retention.ms=soon", "action": "preview"})
    assert 'name="confirm"' not in bad.content.decode()
    assert "Invalid value soon" in bad.content.decode()
    assert admin.post(f"{BULK}/topics/configs/", {"selected": [first], "action": "preview"}).status_code == 422


def test_several_groups_are_reset_to_exactly_what_was_shown(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    topic = known_topic(kafka, unique("work"))
    produce(kafka, topic, list("abc"))
    idle, other, busy = unique("idle"), unique("other"), unique("busy")
    commit(kafka, idle, {(topic, 0): 1})
    commit(kafka, other, {(topic, 0): 2})
    fields = {"selected": [idle, other, busy], "to": "latest"}
    with consumer(kafka, busy, [topic]):
        page = admin.post(f"{BULK}/groups/reset/", {**fields, "action": "preview"}).content.decode()
        assert "has 1 member" in page
        hidden = {
            name: [unescape(value) for value in re.findall(rf'name="{name}" value="([^"]*)"', page)]
            for name in ("planned", "plan", "pinned")
        }
        # A preview with other values is of these, and applies nothing, even with the number typed.
        other_plan = admin.post(
            f"{BULK}/groups/reset/", {**fields, **hidden, "to": "earliest", "action": "preview", "confirm": "2"}
        )
        assert "<ins>0</ins>" in other_plan.content.decode()
        produce(kafka, topic, ["late"])  # the end has moved since
        done = admin.post(f"{BULK}/groups/reset/", {**fields, **hidden, "action": "apply", "confirm": "2"})
    assert done.status_code == 409
    offsets = {group.group: dict(group.offsets) for group in groups.committed(connection, [idle, other]).items}
    assert offsets == {idle: {(topic, 0): 3}, other: {(topic, 0): 3}}


def test_selected_rows_become_a_file_as_far_as_they_are_granted(
    kafka: KafkaCluster, cluster: Cluster, viewer: Client, unique: Unique
) -> None:
    names = [known_topic(kafka, unique("own")) for _ in range(2)]
    secret = known_topic(kafka, unique("secret"))
    mirror(cluster)
    user = User.objects.create_user("otto")
    Grant.objects.create(user=user, role="viewer", resources="own-*")
    body = {"selected": [*names, secret], "format": "json"}
    file = signed_in(user).post(f"{BULK}/topics/export/", body)
    assert [row["name"] for row in json.loads(file.getvalue())] == sorted(names)
    lines = viewer.post(f"{BULK}/topics/export/", {**body, "format": "csv"}).getvalue()
    assert len(lines.decode().splitlines()) == 4
    assert viewer.post(f"{BULK}/topics/export/", {"format": "csv"}).status_code == 302
    assert viewer.post(f"{BULK}/topics/configs/", body).status_code == 403
