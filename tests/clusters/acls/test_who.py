"""Who may do what with a topic, page by page: also beyond what a page can show. No Kafka is asked."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from clusters.models import AclEntry, Cluster, Mirror
from tests.api.conftest import LOCAL, person, program_of
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/clusters/local/topics/orders/acls/"
NUMBER = 1_203


@pytest.fixture(autouse=True)
def many(db: None) -> None:
    """Have more principals than were ever shown, one with a hostile name."""
    cluster = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(cluster=cluster, super_users=["User:root"])
    names = [f"User:app-{number:05}" for number in range(NUMBER - 2)] + ["User:<b>zoë & co"]
    AclEntry.objects.bulk_create(
        AclEntry(
            cluster=cluster, principal=name, host="*", operation="READ", permission="ALLOW", resource_type="TOPIC",
            resource_name="orders", pattern_type="LITERAL",
        ) for name in names
    )  # fmt: skip


def principals_on(client: Client, **query: Any) -> tuple[list[str], str]:
    text = client.get(PAGE, query).content.decode()
    table = text.partition("Effective access</caption>")[2].partition("</table>")[0]
    return re.findall(r'<th scope="row"[^>]*>\s*<a [^>]*>([^<]*)</a>', table), text


def test_pages_have_all_principals_once(viewer: Client) -> None:
    first, text = principals_on(viewer)
    assert (len(first), "1–100 of 1,203 principals" in text) == (100, True)
    assert 'href="?principals=2"' in text
    assert "The first 200 of 1,202 ACLs." in text
    every = [name for number in range(1, 14) for name in principals_on(viewer, principals=number)[0]]
    assert (len(every), len(set(every)), every[-1]) == (NUMBER, NUMBER, "User:root")
    for odd in ("0", "99", "x", "-1", "9" * 30):
        assert principals_on(viewer, principals=odd)[0]


def test_a_principal_is_searched_for(viewer: Client) -> None:
    names, text = principals_on(viewer, principal="ZOË")
    assert names == ["User:&lt;b&gt;zoë &amp; co"]
    assert "(1 match)" in text
    names, text = principals_on(viewer, principal="app-0", principals="2")
    assert names[0] == "User:app-00100"
    assert "principal=app-0&amp;principals=3" in text
    assert "No principal matches." in principals_on(viewer, principal="nobody\0")[1]


def test_programs_list_them_by_cursor() -> None:
    program = program_of(person("vera"))
    path = f"{LOCAL}/acls/principals?resource_name=orders&limit=500"
    names, cursor = [], ""
    while cursor is not None:
        content = program.get(f"{path}&cursor={cursor}")
        names += [row["principal"] for row in content["items"]]
        cursor = content["next"]
    assert (len(names), len(set(names)), content["total"]) == (NUMBER, NUMBER, NUMBER)
    (root,) = program.get(f"{path}&q=root")["items"]
    assert (root["is_super_user"], root["allowed"]["DELETE"]) == (True, True)
    (app,) = program.get(f"{path}&q=app-00007")["items"]
    assert (app["allowed"]["READ"], app["allowed"]["DELETE"]) == (True, False)
    assert program("GET", f"{path}&cursor=forged").status_code == 422


def test_only_of_resources_that_one_may_see() -> None:
    otto: User = person("otto", resources="own-*")
    assert signed_in(otto).get(PAGE).status_code == 403
    assert program_of(otto)("GET", f"{LOCAL}/acls/principals?resource_name=orders").status_code in {403, 404}
