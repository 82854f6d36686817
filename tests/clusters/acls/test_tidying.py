"""ACLs that nobody needs are pointed out and deleted; a principal gets another's rights."""

from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.acls.templates import allow
from clusters.acls.unused import Names, unused_reason
from clusters.gateway.access import acls as kafka
from clusters.gateway.access.acls import Acl
from clusters.gateway.clients.connection import Connection
from clusters.models import AclEntry, Cluster
from tests.api.commands import Run, done
from tests.api.commands import run as run  # a fixture
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic

pytestmark = pytest.mark.django_db(transaction=True)
Unique = Callable[[str], str]
ACLS = "/clusters/local/acls/"
NAMES = Names({"TOPIC": ["orders", "orders-old", "x"], "GROUP": []}, {"app"})


@pytest.mark.parametrize(
    ("acl", "words"),
    [
        (allow("User:app", "*", "READ", "TOPIC", "orders", "LITERAL"), ""),
        (allow("User:app", "*", "READ", "TOPIC", "orders-", "PREFIXED"), ""),
        (allow("User:app", "*", "READ", "TOPIC", "gone", "LITERAL"), "no topic of this name now"),
        (allow("User:app", "*", "READ", "TOPIC", "order-", "PREFIXED"), "no topic begins with this now"),
        (allow("User:app", "*", "READ", "GROUP", "g", "LITERAL"), "no group of this name now"),
        (allow("User:app", "*", "CREATE", "TOPIC", "gone", "LITERAL"), ""),
        (allow("User:app", "*", "READ", "GROUP", "*", "LITERAL"), ""),
        (allow("User:app", "*", "WRITE", "TRANSACTIONAL_ID", "t", "LITERAL"), ""),
        (allow("User:ghost", "*", "READ", "TOPIC", "x", "LITERAL"), "no SCRAM user of this name"),
        (allow("User:CN=ghost", "*", "READ", "TOPIC", "x", "LITERAL"), ""),
        (allow("User:*", "*", "READ", "TOPIC", "x", "LITERAL"), ""),
        (Acl("User:ghost", "*", "READ", "DENY", "TOPIC", "gone", "LITERAL"), ""),
    ],
)
def test_what_names_nothing_that_is_there_is_said_carefully(acl: Acl, words: str) -> None:
    reason = unused_reason(acl, NAMES)
    assert reason.startswith(words)
    assert bool(reason) == bool(words)
    assert unused_reason(acl, Names()) == ""


def test_acls_are_tidied_up(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, run: Run, unique: Unique
) -> None:
    topic, user = create_topic(kafka, unique("tidy")), unique("app")
    shadowed = allow(f"User:{user}", "*", "READ", "TOPIC", topic, "LITERAL")
    broad = allow(f"User:{user}", "*", "READ", "TOPIC", "tidy-", "PREFIXED")
    unused = allow(f"User:{user}", "*", "READ", "TOPIC", unique("gone"), "LITERAL")
    create(connection, shadowed, broad, unused)
    mirror(cluster)
    html = unescape(admin.get(f"{ACLS}tidy-up/").content.decode())
    assert f"Covered by ALLOW READ for User:{user} on TOPIC PREFIXED tidy- from any host" in html
    assert "No topic of this name now" in html
    listed = run("acls", "tidy-up")
    assert "shadowed" in done(listed)
    assert unused.resource_name in listed.output
    entry = AclEntry.objects.get(principal=f"User:{user}", resource_name=topic)
    query = "&".join(f"{name}={getattr(entry, name)}" for name in AclEntry.KEY)
    shown = admin.post("/clusters/local/bulk/acls/delete/", {"selected": query})
    assert "confirm" in shown.content.decode()
    digest = shown.context["items"][0].change.plan.digest
    form = {"selected": query, "planned": query, "plan": digest, "pinned": "", "action": "apply", "confirm": "1"}
    assert admin.post("/clusters/local/bulk/acls/delete/", form).status_code == 302
    assert {acl for acl in present(connection) if acl.principal == f"User:{user}"} == {broad, unused}
    person = User.objects.create_user("team")
    Grant.objects.create(user=person, role="viewer", clusters="local", resources="other-*")
    assert user not in signed_in(person).get(f"{ACLS}tidy-up/").content.decode()
    delete(connection, broad, unused)


def test_rights_are_copied_as_far_as_they_are_lacking(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, run: Run, unique: Unique
) -> None:
    topic, old, new = unique("copied"), f"User:{unique('old')}", f"User:{unique('new')}"
    read, write = (allow(old, "*", operation, "TOPIC", topic, "LITERAL") for operation in ("READ", "WRITE"))
    deny = Acl(old, "10.0.0.1", "READ", "DENY", "GROUP", topic, "PREFIXED")
    has = allow(new, "*", "WRITE", "TOPIC", topic, "PREFIXED")
    create(connection, read, write, deny, has)
    mirror(cluster)
    form = {"source": old, "target": new, "action": "preview"}
    shown = admin.post(f"{ACLS}copy/", form)
    html = unescape(shown.content.decode())
    assert "kafka-acls.sh --bootstrap-server" in html
    assert f"1 ACL of {old} left out: {new} has as much already." in html
    planned = run("acls", "copy", "--from", old, "--to", new, "--dry-run")
    assert done(planned).count("planned:") == 2
    applied = admin.post(f"{ACLS}copy/", {**form, "action": "apply", "plan": shown.context["plan"].digest})
    assert applied.status_code == 302
    copied = {
        allow(new, "*", "READ", "TOPIC", topic, "LITERAL"),
        Acl(new, "10.0.0.1", "READ", "DENY", "GROUP", topic, "PREFIXED"),
    }
    assert {acl for acl in present(connection) if acl.principal == new} == {has, *copied}
    assert AuditEntry.objects.get(action="acls.create", outcome="done").username == "ada"
    assert "has these rights already" in run("acls", "copy", "--from", old, "--to", new).output
    assert "No ACL that you may view names" in run("acls", "copy", "--from", "User:nobody", "--to", new).output
    assert admin.post(f"{ACLS}copy/", {**form, "source": "nonsense"}).status_code == 422
    Cluster.objects.update(read_only=True)
    assert admin.post(f"{ACLS}copy/", form).status_code == 403
    delete(connection, read, write, deny, has, *copied)


def create(connection: Connection, *acls: Acl) -> None:
    kafka.create(connection, acls)


def delete(connection: Connection, *acls: Acl) -> None:
    kafka.delete(connection, acls)


def present(connection: Connection) -> list[Acl]:
    return list(kafka.list_acls(connection))
