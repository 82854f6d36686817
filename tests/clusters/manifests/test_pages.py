"""Manifests on a real Kafka: compared, applied, exported, and kept within a person's grants."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.acls.templates import allow
from clusters.gateway import configs, quotas, topics
from clusters.gateway.access import acls, users
from clusters.gateway.access.users import ScramCredential
from clusters.gateway.clients.connection import Connection
from clusters.gateway.quotas import Entity
from clusters.manifests.reading import read
from clusters.models import Cluster
from tests.conftest import mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
PAGE = "/clusters/local/manifest/"


def compared(client: Client, text: str, **fields: object) -> tuple[str, dict[str, str]]:
    """Have a file compared; return the page, and what its form sends to apply it."""
    response = client.post(PAGE, {"text": text, **fields})
    assert response.status_code == 200, response.content.decode()
    html = unescape(response.content.decode())
    digest = re.search(r'name="plan" value="([^"]*)"', html)
    return html, {"text": text, "action": "apply", "plan": digest[1] if digest else "", **fields}  # type: ignore[dict-item]


def test_a_file_becomes_topics_acls_and_quotas_and_a_second_time_changes_nothing(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    old, new, user = create_topic(kafka, unique("old"), config={"retention.ms": "60000"}), unique("new"), unique("app")
    mirror(cluster)
    text = f"""
topics:
  {old}: {{partitions: 2, configs: {{retention.ms: 120000, max.message.bytes: 2000}}}}
  {new}: {{partitions: 3, replication_factor: 1, configs: {{cleanup.policy: compact}}}}
acls: [{{principal: "User:{user}", resource_type: TOPIC, resource_name: {new}, operations: [READ, DESCRIBE]}}]
quotas: [{{user: {user}, producer_byte_rate: 2048}}]
"""
    file = SimpleUploadedFile("manifest.yaml", text.encode())
    html = unescape(admin.post(PAGE, {"file": file}).content.decode())
    for words in (
        f"topic {new}",
        "3 partitions, replication factor 1",
        "120000",
        f"ACLs of User:{user}",
        "Apply 5 changes",
    ):
        assert words in html
    html, form = compared(admin, text)
    assert "Keys are redistributed" in html
    done = admin.post(PAGE, form, follow=True)
    assert "5 changes applied." in done.content.decode()
    assert len(topics.describe(connection, new).partitions) == 3
    assert len(topics.describe(connection, old).partitions) == 2
    own = {entry.name: entry.value for entry in configs.describe_topic(connection, old)}
    assert (own["retention.ms"], own["max.message.bytes"]) == ("120000", "2000")
    granted = {allow(f"User:{user}", "*", operation, "TOPIC", new, "LITERAL") for operation in ("READ", "DESCRIBE")}
    assert granted <= set(acls.list_acls(connection))
    assert quotas.describe(connection, Entity(user)) == {"producer_byte_rate": 2048.0}
    assert "The cluster is as the file says." in compared(admin, text)[0]
    recorded = AuditEntry.objects.filter(outcome=AuditEntry.DONE, cluster="local")
    assert set(recorded.values_list("action", flat=True)) >= {"topics.create", "acls.create", "quotas.manage"}
    assert cluster.topics.filter(name=new, partitions=3).exists()
    exported = admin.get(f"{PAGE}export/")
    manifest = read(exported.content.decode())
    assert manifest.topics[new].configs == {"cleanup.policy": "compact"}
    assert granted <= manifest.acls
    assert manifest.quotas[Entity(user)] == {"producer_byte_rate": 2048.0}


def test_removing_needs_the_number_typed_and_stays_within_the_grants(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, unique: Unique
) -> None:
    mark = unique("team")
    kept, gone = (
        create_topic(kafka, f"{mark}-kept", config={"retention.ms": "60000"}),
        create_topic(kafka, f"{mark}-gone"),
    )
    hidden = create_topic(kafka, unique("other"))
    mirror(cluster)
    person = User.objects.create_user("team")
    Grant.objects.create(user=person, role="operator", clusters="local", resources=f"{mark}-*")
    client = signed_in(person)
    text = f"topics: {{{kept}: {{partitions: 1}}}}"
    assert "The cluster is as the file says." in compared(client, text)[0]
    html, form = compared(client, text, remove="on")
    assert hidden not in html
    assert f"topic {gone}" in html
    assert client.post(PAGE, form).status_code == 422
    assert client.post(PAGE, {**form, "confirm": "3"}).status_code == 422
    assert gone in topics.leaders(connection)[1]
    done = client.post(PAGE, {**form, "confirm": "2"}, follow=True)
    assert "2 changes applied." in done.content.decode()
    names = topics.leaders(connection)[1]
    assert gone not in names
    assert {kept, hidden} <= names.keys()
    values = {entry.name: entry.source for entry in configs.describe_topic(connection, kept)}
    assert values["retention.ms"] != "DYNAMIC_TOPIC_CONFIG"
    other = client.post(PAGE, {"text": f"topics: {{{unique('foreign')}: {{partitions: 1, replication_factor: 1}}}}"})
    assert "not applied" in other.content.decode()


def test_what_one_may_not_view_is_neither_compared_nor_exported(cluster: Cluster, kafka: KafkaCluster) -> None:
    person = User.objects.create_user("viewer")
    Grant.objects.create(user=person, role="viewer", clusters="local")
    client = signed_in(person)
    refused = client.post(PAGE, {"text": "users: {a: {mechanisms: [SCRAM-SHA-512]}}"})
    assert refused.status_code == 422
    assert "The file lists users, which you may not view on this cluster." in refused.content.decode()
    exported = client.get(f"{PAGE}export/").content.decode()
    assert "# users: left out; you may not view them on this cluster." in exported
    assert "users:\n" not in exported
    assert "topics:\n" in exported


def test_what_moved_meanwhile_is_not_applied(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("moved"))
    text = f"topics: {{{topic}: {{configs: {{retention.ms: 120000}}}}}}"
    _, form = compared(admin, text)
    configs.alter_topic(connection, topic, set={"retention.ms": "5000"})
    response = admin.post(PAGE, form)
    assert response.status_code == 422
    assert "changed in the meantime" in response.content.decode()
    assert text in unescape(response.content.decode())


def test_one_principals_acls_and_a_users_surplus_mechanism_are_removed_and_others_stay(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    name, other = unique("app"), unique("other")
    own, others = (allow(f"User:{user}", "*", "READ", "TOPIC", "x", "LITERAL") for user in (name, other))
    acls.create(connection, [own, others])
    users.write(connection, ScramCredential(name, "SCRAM-SHA-512", 4096), "secret")
    text = f"""
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata: {{name: {name}}}
spec: {{authentication: {{type: scram-sha-512}}}}
"""
    _, form = compared(admin, text, remove="on")
    assert "1 change applied." in admin.post(PAGE, {**form, "confirm": "1"}, follow=True).content.decode()
    assert {own, others} & set(acls.list_acls(connection)) == {others}
    acls.delete(connection, [others])


def test_a_read_only_cluster_stays_as_it_is(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    Cluster.objects.filter(pk=cluster.pk).update(read_only=True)
    name = unique("never")
    text = f"topics: {{{name}: {{partitions: 1, replication_factor: 1}}}}"
    html, form = compared(admin, text)
    assert "1 partition, replication factor 1" in html
    assert "Apply" not in html
    admin.post(PAGE, form)
    assert name not in topics.leaders(connection)[1]


def test_a_file_that_cannot_be_read_says_where_and_stays_in_the_form(cluster: Cluster, admin: Client) -> None:
    response = admin.post(PAGE, {"text": "topics: {a: {partitions: none}}"})
    assert response.status_code == 422
    html = unescape(response.content.decode())
    assert "topics.a.partitions: a positive whole number is expected." in html
    assert "topics: {a: {partitions: none}}" in html
