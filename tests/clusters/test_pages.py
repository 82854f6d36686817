import html
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import AuditEntry
from clusters.models import Cluster, Topic
from tests.conftest import mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, create_topic, delete_topic
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
TOPICS = "/clusters/local/topics/"


def new_topic(name: str, **fields: object) -> dict[str, object]:
    return {"name": name, "partitions": 1, "replication_factor": 1, **fields}


def test_a_created_topic_is_in_the_list_at_once(cluster: Cluster, admin: Client, unique: Unique) -> None:
    name = unique("new")
    response = admin.post(f"{TOPICS}new/", new_topic(name, configs="retention.ms=60000"))
    assert (response.status_code, response.headers["Location"]) == (302, f"{TOPICS}{name}/")
    assert name in admin.get(TOPICS, {"q": name}).content.decode()
    entry = AuditEntry.objects.get(action="topics.create")
    assert (entry.outcome, entry.resource, entry.username) == ("done", name, "ada")
    assert {"subject": "retention.ms", "before": None, "after": "60000"} in entry.steps


def test_a_preview_creates_nothing(cluster: Cluster, admin: Client, unique: Unique) -> None:
    name = unique("only")
    page = admin.post(f"{TOPICS}new/", new_topic(name, action="preview")).content.decode()
    assert "Planned changes" in page
    assert admin.get(f"{TOPICS}{name}/").status_code == 404
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"partitions": 0}, "greater than or equal to 1"),
        ({"partitions": 1_000_000}, "less than or equal to 10000"),
        ({"replication_factor": 7}, "only 3 broker(s) are registered"),
        ({"configs": "no.such=1"}, "Unknown topic config name"),
        ({"configs": "max.message.bytes=soon"}, "Invalid value soon"),
        ({"configs": "retention.ms=1"}, "is also set above"),
        ({"configs": "just words"}, "is not of the form key=value"),
        ({"name": "two words"}, "letters, digits"),
        ({"name": ".."}, "letters, digits"),
    ],
)
def test_a_refusal_is_shown_and_nothing_typed_is_lost(
    cluster: Cluster, admin: Client, unique: Unique, fields: dict[str, object], words: str
) -> None:
    values = new_topic(unique("kept"), retention_ms=12345) | fields
    response = admin.post(f"{TOPICS}new/", values)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert 'value="12345"' in page
    assert str(values["name"]) in page


def test_creating_an_existing_topic_is_refused_at_the_name(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    name = create_topic(kafka, unique("twice"))
    page = admin.post(f"{TOPICS}new/", new_topic(name)).content.decode()
    assert "already exists" in page
    assert AuditEntry.objects.get().outcome == "failed"


def test_the_longest_topic_name_has_all_its_pages(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    name = create_topic(kafka, unique("long").ljust(249, "x"))
    eventually(lambda: admin.get(f"{TOPICS}{name}/").status_code == 200)
    for tab in ("configs/", "groups/", "acls/", "partitions/", "delete/"):
        assert admin.get(f"{TOPICS}{name}/{tab}").status_code == 200


def test_a_topic_deleted_by_somebody_else_is_said_to_be_gone(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    name = create_topic(kafka, unique("gone"))
    delete_topic(kafka, name)
    eventually(lambda: admin.get(f"{TOPICS}{name}/").status_code == 404)
    for method, path in (("get", ""), ("get", "configs/"), ("post", "delete/")):
        response = getattr(admin, method)(f"{TOPICS}{name}/{path}", {"confirm": name} if method == "post" else {})
        assert response.status_code == 404
        assert f"There is no topic {name}" in response.content.decode()


def test_a_topic_is_deleted_only_when_its_name_is_typed(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    name = create_topic(kafka, unique("doomed"))
    mirror(cluster)
    assert admin.post(f"{TOPICS}{name}/delete/", {"confirm": "doomed"}).status_code == 422
    assert Topic.objects.filter(name=name).exists()
    assert admin.post(f"{TOPICS}{name}/delete/", {"confirm": name}).status_code == 302
    assert not Topic.objects.filter(name=name).exists()


def test_a_config_change_that_was_overtaken_is_refused(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    name = create_topic(kafka, unique("raced"), config={"retention.ms": "1000"})
    path = f"{TOPICS}{name}/configs/"
    eventually(lambda: "1000" in admin.get(path).content.decode())
    page = admin.post(path, {"configs": "retention.ms=2000", "action": "preview"})
    digest = page.context["plan"].digest
    assert admin.post(path, {"configs": "retention.ms=3000", "action": "apply"}).status_code == 302

    def moved() -> bool:
        return "3000" in admin.get(path).content.decode()

    eventually(moved)
    response = admin.post(path, {"configs": "retention.ms=2000", "action": "apply", "plan": digest})
    assert response.status_code == 422
    assert "not the plan you confirmed" in response.content.decode()


def test_a_config_is_reset_to_its_default(kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique) -> None:
    name = create_topic(kafka, unique("reset"), config={"max.message.bytes": "2000"})
    path = f"{TOPICS}{name}/configs/"
    eventually(lambda: 'value="2000"' in admin.get(path).content.decode())
    assert admin.post(path, {"reset": "max.message.bytes", "action": "apply"}).status_code == 302
    eventually(lambda: 'value="2000"' not in admin.get(path).content.decode())


def test_production_asks_for_the_name_before_a_config_deletes_messages(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    name = create_topic(kafka, unique("kept"), config={"retention.ms": "600000"})
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    path = f"{TOPICS}{name}/configs/"
    eventually(lambda: "600000" in admin.get(path).content.decode())
    form = {"configs": "retention.ms=60000", "action": "apply"}
    refused = admin.post(path, form)
    assert refused.status_code == 422
    assert 'name="confirm"' in refused.content.decode()
    assert "retention.ms=60000" in refused.content.decode()
    assert 'name="confirm"' in admin.post(path, {**form, "action": "preview"}).content.decode()
    assert admin.post(path, {**form, "confirm": name}).status_code == 302
    longer = {"configs": "max.message.bytes=2000", "action": "apply"}
    eventually(lambda: admin.post(path, longer).status_code == 302)


@pytest.mark.parametrize("stem", ["<b>bold</b>", "a/b//c", "100%25%", "q\"'q", "🦊", "..", "~new"])
def test_a_group_of_any_name_has_a_page_behind_its_link(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique, stem: str
) -> None:
    topic, group = create_topic(kafka, unique("read")), f"{stem}{unique('-g')}"
    commit(kafka, group, {(topic, 0): 0})
    mirror(cluster)
    path = f"/clusters/local/groups/{quote(group, safe='')}/"
    response = admin.get(path)
    assert response.status_code == 200
    assert response.context["group"] == group
    listing = admin.get("/clusters/local/groups/", {"q": group}).content.decode()
    assert "<b>bold</b>" not in listing
    links = [html.unescape(link) for link in re.findall(r'href="(/clusters/local/groups/[^"]+/)"', listing)]
    assert [admin.get(link).context["group"] for link in links] == [group]


def test_acls_are_granted_by_template_and_revoked_one_by_one(cluster: Cluster, admin: Client, unique: Unique) -> None:
    principal, topic = f"User:{unique('p')}", unique("t")
    form = {"template": "consumer", "principal": principal, "resource_name": topic, "group": "g"}
    assert admin.post("/clusters/local/acls/new/", form).status_code == 302
    rows = list(admin.get("/clusters/local/acls/", {"q": principal}).context["page"])
    assert sorted(row.operation for row in rows) == ["DESCRIBE", "READ", "READ"]
    first = {name: getattr(rows[0], name) for name in rows[0].KEY}

    def revoked() -> bool:
        return admin.post("/clusters/local/acls/delete/", first).status_code == 302

    eventually(revoked)
    assert len(admin.get("/clusters/local/acls/", {"q": principal}).context["page"]) == 2
    assert AuditEntry.objects.filter(action="acls.delete", outcome="done").count() == 1
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    second = {name: getattr(rows[1], name) for name in rows[1].KEY}
    refused = admin.post("/clusters/local/acls/delete/", second)
    assert refused.status_code == 422
    assert "This is production" in refused.content.decode()
    assert len(admin.get("/clusters/local/acls/", {"q": principal}).context["page"]) == 2
    assert admin.post("/clusters/local/acls/delete/", {**second, "confirm": "local"}).status_code == 302


@pytest.mark.parametrize("sort", ["name", "-name", "messages", "-size", "nonsense", "-"])
def test_any_sort_in_the_url_is_answered(cluster: Cluster, admin: Client, sort: str) -> None:
    Topic.objects.create(cluster=cluster, name="one", partitions=1, replication=1)
    for area in ("topics", "groups", "acls", "brokers"):
        assert admin.get(f"/clusters/local/{area}/", {"sort": sort, "page": "999", "q": "%_'"}).status_code == 200
