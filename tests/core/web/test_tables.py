"""Which columns a list shows: the choice is kept, and hides nothing else."""

import re

import pytest
from django.test import Client

from clusters.models import Cluster, Topic

pytestmark = pytest.mark.django_db
PATH = "/clusters/local/topics/"


@pytest.fixture
def topics() -> None:
    cluster = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    Topic.objects.create(cluster=cluster, name="orders", partitions=3, replication=2, messages=12_345)


def heads(client: Client) -> list[str]:
    page = client.get(PATH).content.decode()
    table = page.partition("<thead>")[2].partition("</thead>")[0]
    return [re.sub(r"<[^>]+>| [▲▼]", "", head).strip() for head in re.findall(r"<th.*?</th>", table, re.DOTALL)][1:]


def offered(client: Client) -> list[str]:
    return re.findall(r'name="offered" value="(\w+)"', client.get(PATH).content.decode())


@pytest.mark.usefixtures("topics")
def test_a_hidden_column_stays_hidden_in_that_list_until_it_is_chosen_again(admin: Client) -> None:
    before, names = heads(admin), offered(admin)
    assert "12,345" in admin.get(PATH).content.decode()
    chosen = [name for name in names if name not in {"messages", "retention_ms"}]
    data = {"offered": names, "column": chosen, "next": f"{PATH}?q=ord"}
    response = admin.post("/columns/topics/", data)
    assert (response.status_code, response.headers["Location"]) == (302, f"{PATH}?q=ord")
    assert heads(admin) == [head for head in before if head not in {"Records", "Retention"}]
    page = admin.get(PATH).content.decode()
    assert "12,345" not in page
    assert ">orders<" in page
    assert "2 hidden" in page
    assert len(re.findall(r"<t[dh]", page.partition("<tbody>")[2].partition("</tbody>")[0])) == len(heads(admin)) + 1
    assert "hidden" not in admin.get("/clusters/local/groups/").content.decode().partition("columns-menu")[2][:120]
    admin.post("/columns/topics/", {"offered": names, "column": names})
    assert heads(admin) == before


@pytest.mark.usefixtures("topics")
def test_an_odd_choice_hides_nothing_and_leads_nowhere_else(admin: Client) -> None:
    before = heads(admin)
    for odd in ("name", "../..", "x" * 5000, "size; Domain=evil", "\r\nSet-Cookie: a=b"):
        response = admin.post("/columns/topics/", {"offered": [odd], "next": "https://evil.example/"})
        assert response.headers["Location"] == "/"
        assert heads(admin) == before
    assert admin.get("/columns/topics/").status_code == 405
    assert Client().post("/columns/topics/", {"offered": "size"}).status_code == 302
