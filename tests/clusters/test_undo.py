"""Taking back what was done, by the link in the corner of the page after it, on a real Kafka."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from accounts.models import AuditEntry
from clusters.acl_words import read_words
from clusters.acls.plan import delete
from clusters.gateway import configs
from clusters.gateway.access.acls import Acl
from clusters.gateway.clients.connection import Connection
from clusters.gateway.groups import describing as groups
from clusters.models import AclEntry, Cluster
from tests.conftest import known_topic
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, produce
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


def undo(client: Client, page: str) -> str:
    """Follow the page's link that takes back, and confirm the plan that it shows; return the page after it."""
    (link,) = re.findall(r'<a (?:class="undo" )?href="([^"]+)">Undo…</a>', page)
    preview = client.get(unescape(link))
    content = preview.content.decode()
    form = {name: unescape(value) for name, value in re.findall(r'name="(plan|pinned)" value="([^"]*)"', content)}
    for name, value in re.findall(r'<input[^>]*name="((?:initial-)?value[.][^"]+)"[^>]*?value="([^"]*)"', content):
        form[name] = unescape(value)
    form |= {name: unescape(value) for name, value in re.findall(r'name="(reset)" value="([^"]*)" checked', content)}
    if "/reset/" in link:
        form["to"] = "earliest"
    response = client.post(unescape(link).partition("?")[0], {**form, "action": "apply"}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_changed_configs_go_back_all_at_once(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, viewer: Client, connection: Connection, unique: Unique
) -> None:
    topic = known_topic(kafka, unique("undone"), config={"retention.ms": "600000"})

    def own() -> dict[str, str | None]:
        entries = configs.describe_topic(connection, topic)
        return {entry.name: entry.value for entry in entries if entry.source == "DYNAMIC_TOPIC_CONFIG"}

    eventually(lambda: own() == {"retention.ms": "600000"})
    path = f"/clusters/local/topics/{topic}/configs/"
    change = {"value.retention.ms": "2 d", "value.segment.bytes": "20 MiB", "action": "apply"}
    page = admin.post(path, change, follow=True).content.decode()
    assert eventually(lambda: "segment.bytes" in own())
    page = undo(admin, page)
    assert eventually(lambda: own() == {"retention.ms": "600000"})
    # Taking back can be taken back, also later from the audit log; who may not change anything is told so.
    assert "Undo…" in page
    log = admin.get("/clusters/local/audit/", {"q": topic}).content.decode()
    links = re.findall(r'<a (?:class="undo" )?href="([^"]+)">Undo…</a>', log)
    assert len(links) == 2
    assert viewer.get(unescape(links[0])).status_code == 403
    assert admin.get(path, {"undo": "9" * 30}).context["plan"] is None


def test_offsets_that_were_reset_go_back(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, connection: Connection, unique: Unique
) -> None:
    topic, group = known_topic(kafka, unique("with-dash"), partitions=2), unique("reader")
    for partition in (0, 1):
        produce(kafka, topic, list("abc"), partition=partition)
    commit(kafka, group, {(topic, 0): 2, (topic, 1): 1})
    path = f"/clusters/local/groups/{group}/reset/"
    fields = {"topic": topic, "to": "latest"}
    hidden = re.findall(r'name="(plan|pinned)" value="([^"]*)"', admin.post(path, fields).content.decode())
    confirmed = fields | {name: unescape(value) for name, value in hidden} | {"action": "apply"}
    undo(admin, admin.post(path, confirmed, follow=True).content.decode())
    offsets = eventually(lambda: groups.committed(connection, [group]).items)[0].offsets
    assert offsets == {(topic, 0): 2, (topic, 1): 1}
    assert AuditEntry.objects.filter(action="groups.reset", outcome="done").count() == 2
    # What another group had is not brought to this one.
    entry = AuditEntry.objects.filter(action="groups.reset")[0]
    other = unique("other")
    commit(kafka, other, {(topic, 0): 1})
    assert admin.get(f"/clusters/local/groups/{other}/reset/", {"undo": entry.pk}).context["plan"] is None


def test_an_acl_that_was_created_is_deleted_and_one_deleted_created(
    cluster: Cluster, admin: Client, unique: Unique
) -> None:
    entry = {"principal": f"User:{unique('u')}", "resource_name": "orders-", "pattern_type": "PREFIXED"}
    page = admin.post("/clusters/local/acls/new/", {**entry, "operation": "READ", "action": "create"}, follow=True)
    (link,) = re.findall(r'<a (?:class="undo" )?href="([^"]+)">Undo…</a>', page.content.decode())
    preview = admin.get(unescape(link))
    fields = {**preview.context["fields"], "plan": preview.context["plan"].digest}
    page = admin.post("/clusters/local/acls/delete/", fields, follow=True)
    assert not AclEntry.objects.filter(principal=entry["principal"]).exists()
    (link,) = re.findall(r'<a (?:class="undo" )?href="([^"]+)">Undo…</a>', page.content.decode())
    form = admin.get(unescape(link)).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    assert admin.post("/clusters/local/acls/new/", {**values, "action": "create"}).status_code == 302
    (row,) = AclEntry.objects.filter(principal=entry["principal"])
    log = admin.get("/clusters/local/audit/", {"q": entry["principal"]}).content.decode()
    assert {link, unescape(link).replace("new/", "delete/").replace("&", "&amp;")} <= set(
        re.findall(r'<a class="undo" href="([^"]+)">Undo…</a>', log)
    )
    assert (row.resource_name, row.pattern_type, row.operation) == ("orders-", "PREFIXED", "READ")


@pytest.mark.parametrize(
    "acl",
    [
        Acl("User:a b", "*", "READ", "ALLOW", "GROUP", "x from any host", "LITERAL"),
        Acl("User:a", "10.0.0.0/8", "ALL", "DENY", "TOPIC", "orders-", "PREFIXED"),
        Acl("User:*", "*", "ALTER_CONFIGS", "ALLOW", "GROUP", "x…", "LITERAL"),
        Acl("User:a", "*", "CREATE", "ALLOW", "CLUSTER", "kafka-cluster", "LITERAL"),
        Acl("User:a", "*", "READ", "ALLOW", "GROUP", "line\nend…", "PREFIXED"),
    ],
)  # fmt: skip
def test_an_acl_is_read_back_from_what_the_audit_log_says(acl: Acl) -> None:
    planned = delete(acl, [acl])
    (step,) = planned.steps
    assert read_words(step.subject, step.before or "", planned.resource) == acl
