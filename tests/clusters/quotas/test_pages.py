"""Quotas on pages, through the API and from Kafka's own tools, on a real Kafka."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import AuditEntry
from clusters.gateway import quotas
from clusters.gateway.clients.connection import Connection
from clusters.gateway.quotas import DEFAULT, Entity
from clusters.models import ClientQuota, Cluster
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.users.test_pages import confirmed
from tests.conftest import mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.tools import CONFIGS, tool

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
QUOTAS = "/clusters/local/quotas/"


@pytest.fixture(autouse=True)
def no_defaults(connection: Connection) -> Iterator[None]:
    """Leave no default behind, which would limit other tests."""
    yield
    for entity, values in quotas.list_quotas(connection).items():
        if DEFAULT in entity.parts.values():
            quotas.alter(connection, entity, dict.fromkeys(values))


def test_quotas_are_set_changed_undone_and_removed(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, unique: Unique
) -> None:
    user, client_id = unique('u"s<b>'), unique("client")
    entity = Entity(user, client_id)
    fields = {"kind": "user-client-id", "user": user, "client_id": client_id}
    page = confirmed(admin, f"{QUOTAS}new/", {**fields, "producer_byte_rate": "2 MiB", "request_percentage": "12.5"})
    assert "<b>" not in page
    assert quotas.describe(connection, entity) == {"producer_byte_rate": 2097152.0, "request_percentage": 12.5}
    described = tool(
        kafka, CONFIGS, "--describe", "--entity-type", "users", "--entity-name", user, "--entity-type", "clients",
        "--entity-name", client_id,
    )  # fmt: skip
    assert "producer_byte_rate=2097152.0" in described
    assert "request_percentage=12.5" in described
    edit = f"{QUOTAS}edit/?{urlencode({'user': user, 'client_id': client_id})}"
    assert 'value="2097152"' in admin.get(edit).content.decode()
    page = confirmed(admin, edit, {"producer_byte_rate": "1 MiB", "consumer_byte_rate": "5 MiB"})
    assert quotas.describe(connection, entity) == {"producer_byte_rate": 1048576.0, "consumer_byte_rate": 5242880.0}
    (link,) = re.findall(r'<a href="([^"]+)">Undo…</a>', page)
    undo = admin.get(unescape(link))
    values = {name: undo.context["form"][name].value() or "" for name in undo.context["form"].fields}
    confirmed(admin, unescape(link), values)
    assert quotas.describe(connection, entity) == {"producer_byte_rate": 2097152.0, "request_percentage": 12.5}
    assert AuditEntry.objects.filter(action="quotas.manage", resource=user, outcome="done").count() == 3
    delete = f"{QUOTAS}delete/?{urlencode({'user': user, 'client_id': client_id})}"
    digest = admin.get(delete).context["plan"].digest
    assert admin.post(delete, {"plan": digest}).status_code == 302
    assert not quotas.describe(connection, entity)
    assert not ClientQuota.objects.filter(user=user).exists()
    assert admin.get(delete).status_code == 404


def test_every_kind_of_entity_is_listed_as_kafka_has_it(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, ada: Program, unique: Unique
) -> None:
    user = unique("u")
    entities = [
        Entity(user), Entity(user, DEFAULT), Entity(DEFAULT, user), Entity(client_id=user), Entity(client_id=DEFAULT),
    ]  # fmt: skip
    for entity in entities:
        quotas.alter(connection, entity, {"consumer_byte_rate": 1e9})
    quotas.alter(connection, Entity(ip="127.0.0.9"), {"connection_creation_rate": 100.0})
    mirror(cluster)
    stored = {Entity(row.user, row.client_id, row.ip) for row in ClientQuota.objects.all()}
    assert stored >= {*entities, Entity(ip="127.0.0.9")}
    assert stored == set(quotas.list_quotas(connection))
    assert "connection_creation_rate=100.0" in tool(kafka, CONFIGS, "--describe", "--entity-type", "ips")
    page = " ".join(admin.get(QUOTAS, {"q": user}).content.decode().split())
    assert page.count('<span class="quiet">default</span>') == 2
    applied = " ".join(admin.get(f"{QUOTAS}effective/", {"user": user, "client_id": "app"}).content.decode().split())
    assert f"user &quot;{user}&quot;, client-id default" in applied
    rows = {row["name"]: row for row in ada.get(f"{LOCAL}/quotas/effective?user={user}&client_id=app&ip=127.0.0.9")}
    assert rows["consumer_byte_rate"]["source"] == f'user "{user}", client-id default'
    assert rows["consumer_byte_rate"]["overrides"] == [f'user "{user}"', "client-id default"]
    assert rows["connection_creation_rate"]["value"] == 100.0
    assert rows["producer_byte_rate"]["value"] is None
    for entity in (*entities, Entity(ip="127.0.0.9")):
        quotas.alter(
            connection, entity, {"consumer_byte_rate": None} if not entity.ip else {"connection_creation_rate": None}
        )


def test_what_changed_in_the_meantime_is_not_applied(
    cluster: Cluster, connection: Connection, admin: Client, unique: Unique
) -> None:
    user = unique("moved")
    fields = {"kind": "user", "user": user, "producer_byte_rate": "1000000"}
    preview = admin.post(f"{QUOTAS}new/", fields)
    quotas.alter(connection, Entity(user), {"producer_byte_rate": 5.0})
    late = admin.post(f"{QUOTAS}new/", {**fields, "action": "apply", "plan": preview.context["plan"].digest})
    assert late.status_code == 422
    assert quotas.describe(connection, Entity(user)) == {"producer_byte_rate": 5.0}
    same = admin.post(f"{QUOTAS}new/", {**fields, "producer_byte_rate": "5"})
    assert "No change" in same.content.decode()
    quotas.alter(connection, Entity(user), {"producer_byte_rate": None})


def test_through_the_api_in_production(cluster: Cluster, connection: Connection, ada: Program, unique: Unique) -> None:
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    user = unique("api")
    body = {"kind": "user", "user": user, "producer_byte_rate": 1000000, "request_percentage": 10}
    dry = ada("PATCH", f"{LOCAL}/quotas?dry_run=true", body).json()
    assert [step["after"] for step in dry["steps"]] == ["1000000 B/s (976.6 KiB/s)", "10 %"]
    assert ada("PATCH", f"{LOCAL}/quotas", body).status_code == 422
    assert ada("PATCH", f"{LOCAL}/quotas?confirm=local&plan={dry['plan']}", body).status_code == 200
    less = {"kind": "user", "user": user, "request_percentage": None}
    assert ada("PATCH", f"{LOCAL}/quotas?confirm=local", less).status_code == 200
    assert quotas.describe(connection, Entity(user)) == {"producer_byte_rate": 1000000.0}
    assert ada.get(f"{LOCAL}/quotas?q={user}")["items"][0]["request_percentage"] is None
    assert ada("DELETE", f"{LOCAL}/quotas?kind=user&user={user}&confirm=local").status_code == 200
    assert not quotas.describe(connection, Entity(user))
    assert ada("DELETE", f"{LOCAL}/quotas?kind=user&user={user}&confirm=local").status_code == 404
