"""Who may do what: a topic's Access tab, and the page of a principal, from the inventory."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.models import Grant
from clusters.models import AclEntry, Broker, Cluster, Group, Mirror, Topic
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
Entry = Callable[..., AclEntry]
HOSTILE = "User:<script>alert(1)</script>'\"/%2F ä"


@pytest.fixture
def quiet(db: None) -> Cluster:
    """A cluster that is not asked: what is shown of it is in the inventory."""
    cluster = Cluster.objects.create(slug="quiet", name="quiet", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(
        cluster=cluster, current_as_of=timezone.now(), looked_at=timezone.now(), super_users=["User:root"],
        allow_everyone=False,
    )  # fmt: skip
    Broker.objects.create(cluster=cluster, broker_id=1, release="4.4")
    for name in ("orders", "orders-eu", "orders-secret", "payroll"):
        Topic.objects.create(cluster=cluster, name=name, partitions=1, replication=1)
    Group.objects.create(cluster=cluster, name="billing", state="Empty", type="classic")
    return cluster


@pytest.fixture
def entry(quiet: Cluster) -> Entry:
    def create(operation: str, permission: str = "ALLOW", **fields: str) -> AclEntry:
        values = {"principal": "User:a", "host": "*", "resource_type": "TOPIC", "resource_name": "orders",
                  "pattern_type": "LITERAL", **fields}  # fmt: skip
        return AclEntry.objects.create(cluster=quiet, operation=operation, permission=permission, **values)

    return create


def text(client: Client, path: str) -> str:
    response = client.get(f"/clusters/quiet/{path}")
    assert response.status_code == 200, response.content
    return " ".join(response.content.decode().split())


def marks(client: Client, path: str) -> dict[str, str]:
    """Return the marks of a resource's table, by principal."""
    access = client.get(f"/clusters/quiet/{path}").context["access"]
    return {row.principal: "".join(cell.mark for cell in row.cells) for row in access.rows}


def test_a_topics_tab_says_who_may_do_what_and_which_acl_decides(admin: Client, entry: Entry) -> None:
    entry("READ")
    entry("ALL", principal="User:b", resource_name="ord", pattern_type="PREFIXED")
    entry("DELETE", "DENY", principal="User:*", resource_name="*")
    entry("READ", "DENY", principal="User:b", host="10.0.0.0/8")
    assert marks(admin, "topics/orders/acls/") == {
        "User:*": "––––✗", "User:a": "✓–✓–✗", "User:b": "✓✓✓✓✗", "User:root": "✓✓✓✓✓",
    }  # fmt: skip
    page = text(admin, "topics/orders/acls/")
    assert "READ allowed: ALLOW ALL for User:b on TOPIC PREFIXED ord from any host" in page
    assert "(except from 10.0.0.0/8)" in page
    assert "READ from 10.0.0.0/8 not allowed: DENY READ for User:b" in page
    assert '<span class="visually-hidden">denied</span>' in page
    assert "/clusters/quiet/acls/principals/User:a/" in page


def test_what_is_not_known_is_said(admin: Client, quiet: Cluster, entry: Entry) -> None:
    Mirror.objects.update(super_users=None, allow_everyone=None)
    assert "unless the brokers allow everyone where no ACL is found" in text(admin, "topics/payroll/acls/")
    Mirror.objects.update(allow_everyone=True)
    page = text(admin, "topics/payroll/acls/")
    assert "Super users are not known" in page
    assert "No ACL found: everyone is allowed" in page
    entry("READ", resource_name="payroll")
    assert marks(admin, "topics/payroll/acls/") == {"User:a": "✓–✓––"}


def test_super_users_that_brokers_hide_are_entered(admin: Client, quiet: Cluster, entry: Entry) -> None:
    Mirror.objects.update(super_users=None, allow_everyone=False)
    entry("READ", resource_name="orders")
    assert "Enter them" in text(admin, "topics/orders/acls/")
    edit = f"/clusters/{quiet.slug}/edit/"
    fields = {
        "name": quiet.name,
        "bootstrap_servers": "127.0.0.1:1",
        "security_protocol": "PLAINTEXT",
        "action": "save",
    }
    wrong = admin.post(edit, fields | {"super_users": "admin"})
    assert "“admin” is not of the form User:name." in wrong.content.decode()
    assert admin.post(edit, fields | {"super_users": "User:admin; User:devops\r\nUser:admin"}).status_code == 302
    assert marks(admin, "topics/orders/acls/") == {"User:a": "✓–✓––", "User:admin": "✓✓✓✓✓", "User:devops": "✓✓✓✓✓"}
    assert "Entered in the cluster" in text(admin, "acls/principals/User:admin/")
    Mirror.objects.update(super_users=["User:root"])  # what brokers tell counts
    assert marks(admin, "topics/orders/acls/") == {"User:a": "✓–✓––", "User:root": "✓✓✓✓✓"}


def test_a_principals_page_says_what_it_may_do_on_what_is_there(admin: Client, entry: Entry) -> None:
    entry("READ", resource_name="orders", pattern_type="PREFIXED")
    entry("READ", "DENY", resource_name="orders-secret")
    entry("READ", resource_type="GROUP", resource_name="*", principal="User:*")
    entry("WRITE", principal="User:b")
    response = admin.get("/clusters/quiet/acls/principals/User:a/")
    shown = {
        (pattern.pattern_type, pattern.resource_name): (
            {cell.operation: cell.mark for cell in pattern.cells}, pattern.matches, list(pattern.names),
        )
        for pattern in response.context["patterns"]
    }  # fmt: skip
    assert shown == {
        ("PREFIXED", "orders"): (
            {"READ": "✓", "DESCRIBE": "✓"}, 3, ["orders", "orders-eu", "orders-secret"],
        ),
        ("LITERAL", "orders-secret"): ({"READ": "✗", "DESCRIBE": "✓"}, 1, ["orders-secret"]),
        ("LITERAL", "*"): ({"READ": "✓", "DESCRIBE": "✓"}, 1, ["billing"]),
    }  # fmt: skip
    page = " ".join(response.content.decode().split())
    assert "Except DENY READ for User:a on TOPIC LITERAL orders-secret from any host" in page
    assert "/clusters/quiet/topics/orders-eu/" in page
    assert "acls/new/?principal=User%3Aa" in page
    assert page.count("Delete…") == 3


def test_a_principals_page_shows_only_what_the_grant_names(quiet: Cluster, entry: Entry) -> None:
    user = User.objects.create_user("oda")
    Grant.objects.create(user=user, role="viewer", clusters="quiet", resources="orders*")
    oda = signed_in(user)
    entry("ALL", "DENY", resource_name="*")
    entry("READ")
    entry("READ", resource_name="payroll")
    entry("READ", resource_type="GROUP", resource_name="billing")
    response = oda.get("/clusters/quiet/acls/principals/User:a/")
    (pattern,) = response.context["patterns"]
    assert pattern.resource_name == "orders"
    assert {cell.mark for cell in pattern.cells} == {"✗"}  # Kafka decides by all ACLs
    page = response.content.decode()
    for hidden in ("payroll", "billing", "Create ACLs", "Delete…"):
        assert hidden not in page
    exported = json.loads(oda.get("/clusters/quiet/acls/principals/User:a/?format=json").getvalue())
    assert [acl["resource_name"] for acl in exported] == ["orders"]


def test_a_row_names_the_first_exceptions_and_counts_the_others(admin: Client, entry: Entry) -> None:
    entry("READ", resource_name="*")
    for number in range(7):
        entry("READ", "DENY", resource_name=f"t-{number}")
        entry("READ", "DENY", host=f"10.0.0.{number}", resource_name="ord", pattern_type="PREFIXED")
    page = text(admin, "acls/principals/User:a/")
    assert page.count("Except DENY READ") == 5
    assert "and 9 more" in page
    assert "(except from 10.0.0.0, 10.0.0.1, 10.0.0.2 and 4 more)" in text(admin, "topics/orders/acls/")


def test_super_users_and_principals_without_acls_have_a_page(admin: Client, quiet: Cluster) -> None:
    assert "Super user: everything is allowed" in text(admin, "acls/principals/User:root/")
    assert "No ACL names this principal" in text(admin, "acls/principals/User:nobody/")
    Mirror.objects.update(super_users=None)
    assert "Super users are not known" in text(admin, "acls/principals/User:root/")


def test_a_hostile_name_is_shown_and_linked_as_it_is(admin: Client, entry: Entry) -> None:
    entry("READ", principal=HOSTILE)
    path = f"acls/principals/{quote(HOSTILE, safe=':')}/"
    response = admin.get(f"/clusters/quiet/{path}")
    assert response.context["principal"] == HOSTILE
    for page in (text(admin, path), text(admin, "topics/orders/acls/"), text(admin, "acls/")):
        assert "<script>alert" not in page
        assert "User:&lt;script&gt;" in page
    linked = f"/clusters/quiet/acls/new/?principal={quote(HOSTILE, safe='')}"
    assert linked in text(admin, path).replace("&#x27;", "'")
    form = admin.get(linked).context["form"]
    assert form.initial["principal"] == HOSTILE


def test_ten_thousand_acls_are_not_evaluated_for_one_resource(
    admin: Client, quiet: Cluster, entry: Entry, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    AclEntry.objects.bulk_create([
        AclEntry(
            cluster=quiet, principal=f"User:{number % 100}", host="*", operation="READ", permission="ALLOW",
            resource_type="TOPIC", resource_name=f"t-{number}", pattern_type="LITERAL",
        )
        for number in range(10_000)
    ])  # fmt: skip
    entry("READ")
    assert set(marks(admin, "topics/orders/acls/")) == {"User:a", "User:root"}
    with django_assert_max_num_queries(30):  # type: ignore[attr-defined]
        response = admin.get("/clusters/quiet/acls/principals/User:7/")
    assert len(response.context["patterns"]) == 50
