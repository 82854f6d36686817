"""Forms posted twice, without a token, with fields too many; names at their limits; a locked database."""

import sqlite3
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import AuditEntry
from clusters.gateway import topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import NotFound
from clusters.models import Cluster, Topic
from tests.browser.server import Server
from tests.conftest import mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


def new_topic(name: str, **fields: str) -> dict[str, str]:
    return {"name": name, "partitions": "1", "replication": "1", "action": "apply"} | fields


def test_a_form_posted_without_its_token_changes_nothing(cluster: Cluster, admin: Client, unique: Unique) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = admin.cookies
    assert strict.post("/clusters/local/topics/new/", new_topic(unique("t"))).status_code == 403
    assert not AuditEntry.objects.filter(action="topics.create", outcome="done").exists()


def test_a_deletion_posted_twice_happens_once_and_says_so(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, connection: Connection, unique: Unique
) -> None:
    name = create_topic(kafka, unique("twice"))
    mirror(cluster)
    page = f"/clusters/local/topics/{name}/delete/"
    form = {"confirm": name, "action": "apply"}
    assert admin.post(page, form).status_code == 302
    again = admin.post(page, form)
    assert again.status_code in {404, 409, 422}
    assert AuditEntry.objects.filter(action="topics.delete", resource=name, outcome="done").count() == 1
    with pytest.raises(NotFound):
        topics.describe(connection, name)


def test_fields_too_many_are_refused(cluster: Cluster, admin: Client) -> None:
    many = {f"field-{number}": "x" for number in range(3000)}
    assert admin.post("/clusters/local/topics/new/", many).status_code == 400


@pytest.mark.parametrize("length", [249])
def test_the_longest_name_works_on_every_page(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique, length: int
) -> None:
    name = create_topic(kafka, (unique("long") + "-" + "x" * length)[:length])
    mirror(cluster)
    assert Topic.objects.filter(name=name).exists()
    for page in ("", "configs/", "groups/", "acls/", "delete/"):
        assert name in admin.get(f"/clusters/local/topics/{name}/{page}").content.decode()
    assert name in admin.get(f"/clusters/local/topics/?q={name}").content.decode()


def test_names_that_turn_the_text_around_stay_in_their_place(cluster: Cluster, admin: Client) -> None:
    from clusters.models import Group

    name = "‮evil\u202b<script>alert(1)</script>"
    Group.objects.create(cluster=cluster, name=name, state="Empty", type="classic")
    html = admin.get(f"/clusters/local/groups/?q={quote('evil')}").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_locked_pages_answer_and_work_goes_on_after() -> None:
    with Server() as up:
        database = sqlite3.connect(up.folder / "kafkaadmin.sqlite3", isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        try:
            assert up.ready()
            assert urllib.request.urlopen(f"{up.url}/login/", timeout=5).status == 200
        finally:
            database.execute("ROLLBACK")
            database.close()
        assert eventually(up.children, timeout=30)
        assert up.ready()
        assert "Traceback" not in Path(up.log).read_text()
