"""Deleting several topics, groups or ACLs at once, on a real Kafka."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.gateway import acls, groups, topics
from clusters.gateway.acls import Acl
from clusters.gateway.clients.connection import Connection
from clusters.models import Cluster
from tests.conftest import known_topic, mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, consumer

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
    assert 'name="selected"' not in admin.get("/clusters/local/topics/").content.decode()
