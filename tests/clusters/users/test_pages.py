"""Users on pages, through the API and from Kafka's own tools, on a real Kafka."""

import re
import shlex
from collections.abc import Callable

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.gateway import quotas
from clusters.gateway.access import acls, users
from clusters.gateway.clients.connection import Connection
from clusters.gateway.quotas import Entity
from clusters.models import AclEntry, ClientQuota, Cluster, ScramUser
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.tools import ACLS, CONFIGS, tool
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
USERS = "/clusters/local/users/"
SHA_512 = {"mechanism": "SCRAM-SHA-512", "iterations": "4096"}


def confirmed(client: Client, path: str, fields: dict[str, str]) -> str:
    """Preview and apply what a form does; return the page after it."""
    preview = client.post(path, {**fields, "action": "preview"})
    assert preview.status_code == 200, preview.content.decode()
    digest = preview.context["plan"].digest
    response = client.post(path, {**fields, "action": "apply", "plan": digest}, follow=True)
    assert response.status_code in {200, 201}, response.content.decode()
    return response.content.decode()


def signs_in(kafka: KafkaCluster, user: str, password: str) -> bool:
    """Tell whether Kafka takes a user's password."""
    admin = AdminClient({**kafka.client_config(), "sasl.username": user, "sasl.password": password})
    try:
        return bool(admin.list_topics(timeout=3).brokers)
    except KafkaException:
        return False


def generated(page: str) -> str:
    (password,) = re.findall(r'id="password" value="([^"]+)"', page)
    return str(password)


def test_a_user_is_created_with_what_it_needs_and_its_password_is_shown_once(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, unique: Unique
) -> None:
    user = unique("o<b>' r")
    fields = {
        "name": user, **SHA_512, "access": "consumer", "topic": "orders-", "pattern_type": "PREFIXED", "group": "g",
        "consumer_byte_rate": "1 MiB",
    }  # fmt: skip
    page = confirmed(admin, f"{USERS}new/", fields)
    password = generated(page)
    assert eventually(lambda: signs_in(kafka, user, password))
    described = tool(kafka, CONFIGS, "--describe", "--entity-type", "users", "--entity-name", user)
    assert "SCRAM-SHA-512=iterations=4096" in described.replace("[", "")
    assert "consumer_byte_rate=1048576.0" in described
    own = [acl for acl in acls.list_acls(connection) if acl.principal == f"User:{user}"]
    assert {(acl.operation, acl.resource_type) for acl in own} == {
        ("DESCRIBE", "TOPIC"), ("READ", "TOPIC"), ("READ", "GROUP"),
    }  # fmt: skip
    # It is nowhere any more: not in the audit log, not in the database, and not on the pages.
    entries = AuditEntry.objects.filter(outcome="done")
    assert {entry.action for entry in entries} == {"users.manage", "acls.create", "quotas.manage"}
    assert password not in str([(entry.steps, entry.detail) for entry in entries])
    detail = admin.get(f"{USERS}{user.replace('<', '%3C').replace('>', '%3E')}/".replace(" ", "%20")).content.decode()
    assert password not in detail
    assert "<b>" not in detail
    assert "4,096" in detail
    assert "1048576 B/s (1.0 MiB/s)" in detail
    assert ScramUser.objects.get(name=user).sha_512 == 4096
    assert ClientQuota.objects.get(user=user).consumer_byte_rate == 1 << 20
    assert AclEntry.objects.filter(principal=f"User:{user}").count() == 3
    again = admin.post(f"{USERS}new/", {**fields, "action": "preview"})
    assert again.status_code == 422
    assert "already" in again.content.decode()
    acls.delete(connection, own)
    quotas.alter(connection, Entity(user), {"consumer_byte_rate": None})
    users.delete(connection, user, ["SCRAM-SHA-512"])


def test_a_password_is_set_and_credentials_are_deleted_one_by_one(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, unique: Unique
) -> None:
    user = unique("changed")
    confirmed(admin, f"{USERS}new/", {"name": user, **SHA_512, "password": "first secret:ä"})
    assert eventually(lambda: signs_in(kafka, user, "first secret:ä"))
    page = confirmed(admin, f"{USERS}{user}/password/", {**SHA_512, "iterations": "5000"})
    assert eventually(lambda: signs_in(kafka, user, generated(page)))
    assert not signs_in(kafka, user, "first secret:ä")
    confirmed(
        admin, f"{USERS}{user}/password/", {"mechanism": "SCRAM-SHA-256", "iterations": "4096", "password": "other"}
    )
    assert [credential.mechanism for credential in users.describe(connection, user)] == [
        "SCRAM-SHA-256", "SCRAM-SHA-512",
    ]  # fmt: skip
    path = f"{USERS}{user}/delete/"
    response = admin.get(path, {"mechanism": "SCRAM-SHA-512"})
    assert [step.subject for step in response.context["plan"].steps] == [f"{user} (SCRAM-SHA-512)"]
    form = {"confirm": user, "plan": response.context["plan"].digest}
    assert admin.post(f"{path}?mechanism=SCRAM-SHA-512", {**form, "confirm": "x"}).status_code == 422
    assert admin.post(f"{path}?mechanism=SCRAM-SHA-512", form).status_code == 302
    assert ScramUser.objects.get(name=user).sha_512 is None
    # What was confirmed for one mechanism does not apply to another.
    assert admin.post(path, form).status_code == 409
    assert admin.post(path, {"confirm": user, "plan": admin.get(path).context["plan"].digest}).status_code == 302
    assert not users.describe(connection, user)
    assert not ScramUser.objects.filter(name=user).exists()
    assert admin.get(f"{USERS}{user}/").status_code == 404


def test_users_made_elsewhere_are_listed_and_found(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    user = unique("else%20where")
    config = "SCRAM-SHA-256=[iterations=4096,password=secret]"
    tool(kafka, CONFIGS, "--alter", "--entity-type", "users", "--entity-name", user, "--add-config", config)

    def page() -> str:
        mirror(cluster)
        return " ".join(admin.get(USERS, {"q": user}).content.decode().split())

    eventually(lambda: user in page())  # whichever broker is asked hears of it a moment later
    assert "4,096 iterations" in page()
    listed = admin.get(USERS, {"q": user, "format": "csv"}).getvalue().decode()
    assert f"{user},4096," in listed
    assert "admin" in admin.get(USERS).content.decode()


def test_production_requires_the_name_and_kafkaadmins_own_user_is_warned_of(
    cluster: Cluster, admin: Client, connection: Connection
) -> None:
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    mirror(cluster)
    path = f"{USERS}admin/password/"
    preview = admin.post(path, {**SHA_512, "password": "new"})
    assert "kafkaadmin itself authenticates as this user" in preview.content.decode()
    form = {**SHA_512, "password": "new", "action": "apply", "plan": preview.context["plan"].digest}
    refused = admin.post(path, form)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["confirm"]
    assert "new" not in re.findall(r'value="([^"]*)"', refused.content.decode())
    assert users.describe(connection, "admin")[1].iterations == 4096


@pytest.mark.parametrize("name", ["*", "User:orders"])
def test_a_name_whose_principal_would_be_another_one_is_refused(admin: Client, name: str) -> None:
    Cluster.objects.create(slug="away", name="Away", bootstrap_servers="127.0.0.1:1")
    page = admin.post("/clusters/away/users/new/", {"name": name, **SHA_512, "access": "producer", "topic": "t"})
    assert page.status_code == 422
    assert "User:" in page.context["form"].errors["name"][0]


def test_who_may_create_users_but_not_acls_creates_nothing_with_acls(
    cluster: Cluster, connection: Connection, unique: Unique
) -> None:
    person, user = User.objects.create_user("uma"), unique("team")
    Grant.objects.create(user=person, role="custom", actions=["clusters.view", "users.view", "users.manage"],
                         resources="team-*")  # fmt: skip
    client = signed_in(person)
    assert "Access</h2>" not in client.get(f"{USERS}new/").content.decode()
    fields = {"name": user, **SHA_512, "access": "producer", "topic": "t"}
    assert "needs acls.create" in client.post(f"{USERS}new/", {**fields, "action": "preview"}).content.decode()
    refused = client.post(f"{USERS}new/", {**fields, "action": "apply", "plan": "x"})
    assert refused.status_code == 422
    assert AuditEntry.objects.get(outcome="refused").action == "acls.create"
    assert not users.describe(connection, user)
    other = client.post(f"{USERS}new/", {"name": "other", **SHA_512, "action": "preview"})
    assert "needs users.manage" in other.content.decode()
    assert client.get(f"{USERS}admin/").status_code == 403


def test_through_the_api(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, ada: Program, unique: Unique
) -> None:
    user = unique("api")
    body = {"name": user, "iterations": 4096, "access": "producer", "topic": "t", "producer_byte_rate": 1000}
    dry = ada("POST", f"{LOCAL}/users?dry_run=true", body).json()
    assert (dry["done"], dry["password"], len(dry["steps"]), len(dry["commands"])) == (False, None, 4, 4)
    assert not users.describe(connection, user)
    repeated = ada("POST", f"{LOCAL}/users", body, Idempotency_Key="k")
    assert (repeated.status_code, list(repeated.json()["errors"])) == (422, ["password"])
    made = ada("POST", f"{LOCAL}/users?plan={dry['plan']}", body)
    assert (made.status_code, made.json()["problems"]) == (201, [])
    assert eventually(lambda: signs_in(kafka, user, made.json()["password"]))
    assert ada.get(f"{LOCAL}/users/{user}")["credentials"] == [{"mechanism": "SCRAM-SHA-512", "iterations": 4096}]
    assert ada.get(f"{LOCAL}/users?q={user}")["items"] == [{"name": user, "sha_256": None, "sha_512": 4096}]
    changed = ada("PUT", f"{LOCAL}/users/{user}/password", {"password": "typed", "iterations": 4096})
    assert (changed.status_code, changed.json()["password"]) == (200, None)
    assert eventually(lambda: signs_in(kafka, user, "typed"))
    assert ada("DELETE", f"{LOCAL}/users/{user}?dry_run=true").json()["done"] is False
    assert ada("DELETE", f"{LOCAL}/users/{user}?mechanism=SCRAM-SHA-256").status_code == 404
    assert ada("DELETE", f"{LOCAL}/users/{user}").status_code == 200
    assert ada("GET", f"{LOCAL}/users/{user}").status_code == 404
    quotas.alter(connection, Entity(user), {"producer_byte_rate": None})


def test_the_commands_of_kafkas_tools_do_the_same(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, ada: Program, unique: Unique
) -> None:
    user = unique("by tool's")
    body = {"name": user, "access": "consumer", "topic": "or-", "pattern_type": "PREFIXED", "group": "g",
            "request_percentage": 12.5}  # fmt: skip
    for command in ada("POST", f"{LOCAL}/users?dry_run=true", body).json()["commands"]:
        name, *words = shlex.split(command.replace("password=…", "password=secret"))
        tool(kafka, ACLS if name == "kafka-acls.sh" else CONFIGS, *words[4:])
    entity = Entity(user)  # of all of it, whichever broker is asked hears a moment later
    eventually(lambda: users.describe(connection, user)[0].iterations == 8192)
    eventually(lambda: quotas.describe(connection, entity) == {"request_percentage": 12.5})

    def rights() -> list[acls.Acl]:
        return [acl for acl in acls.list_acls(connection) if acl.principal == f"User:{user}"]

    own = eventually(lambda: len(present := rights()) == 3 and present)
    assert own
    assert {(acl.operation, acl.pattern_type, acl.resource_name, acl.host) for acl in own} == {
        ("READ", "PREFIXED", "or-", "*"), ("DESCRIBE", "PREFIXED", "or-", "*"), ("READ", "LITERAL", "g", "*"),
    }  # fmt: skip
    acls.delete(connection, own)
    quotas.alter(connection, entity, {"request_percentage": None})
    users.delete(connection, user, ["SCRAM-SHA-512"])


def test_without_the_right_to_describe_the_cluster_pages_say_so(kafka: KafkaCluster, admin: Client) -> None:
    from tests.conftest import known_cluster

    poor = known_cluster(kafka, slug="poor", user="app")
    mirror(poor)
    assert "The users could not be read" in admin.get("/clusters/poor/users/").content.decode()
    assert "The quotas could not be read" in admin.get("/clusters/poor/quotas/").content.decode()
    page = admin.get("/clusters/poor/users/orders/")
    assert page.status_code == 200
    assert "Create an ACL for the principal" in page.content.decode()
