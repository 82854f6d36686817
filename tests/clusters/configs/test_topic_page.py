"""Configs of a topic, edited in their rows, on a real Kafka."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEntry
from clusters.gateway import configs
from clusters.gateway.clients.connection import Connection
from clusters.models import Cluster
from tests.conftest import known_topic
from tests.kafka.cluster import KafkaCluster
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
OWN = {"retention.ms": "600000", "segment.bytes": "20000000"}


@pytest.fixture
def path(kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique) -> str:
    """The page of a topic with two configs of its own."""
    name = known_topic(kafka, unique("rows"), config=OWN)
    path = f"/clusters/local/topics/{name}/configs/"
    eventually(lambda: 'value="600000"' in admin.get(path).content.decode())
    return path


def value(page: str, config: str) -> str:
    """Return what the row of a config has in its field."""
    (field,) = re.findall(rf'<input[^>]*name="value\.{re.escape(config)}"[^>]*>', page)
    (text,) = re.findall(r'value="([^"]*)"', field) or [""]
    return str(text)


def own(connection: Connection, path: str) -> dict[str, str | None]:
    entries = configs.describe_topic(connection, path.split("/")[4])
    return {entry.name: entry.value for entry in entries if entry.source == "DYNAMIC_TOPIC_CONFIG"}


def test_each_config_has_its_documentation_unit_default_and_source(path: str, admin: Client) -> None:
    page = admin.get(path).content.decode()
    row = page.partition(">retention.ms<")[2].partition("</tr>")[0]
    for words in ("we will retain a log", "10 min", "604800000", "7 d", "Topic override", "Reset"):
        assert words in row
    assert "19.1 MiB" in page.partition(">segment.bytes<")[2].partition("</tr>")[0]
    assert page.index(">segment.bytes<") < page.index(">cleanup.policy<")


def test_a_row_takes_a_unit_and_only_what_was_typed_changes(path: str, admin: Client, connection: Connection) -> None:
    page = admin.get(path).content.decode()
    fields = dict(re.findall(r'<input[^>]*name="((?:initial-)?value\.[^"]+)"[^>]*?value="([^"]*)"', page))
    assert len(fields) > 40
    fields["value.retention.ms"] = "2 d"
    preview = admin.post(path, {**fields, "action": "preview"})
    assert [(step.subject, step.after) for step in preview.context["plan"].steps] == [("retention.ms", "172800000")]
    applied = admin.post(path, {**fields, "action": "apply", "plan": preview.context["plan"].digest})
    assert applied.status_code == 302
    assert own(connection, path) == {**OWN, "retention.ms": "172800000"}


def test_a_row_that_is_refused_says_so_where_it_is(path: str, admin: Client) -> None:
    values = {"value.retention.ms": "soon", "value.local.retention.ms": "60000", "action": "preview"}
    page = admin.post(path, values)
    assert page.status_code == 422
    row = page.content.decode().partition(">retention.ms<")[2].partition("</tr>")[0]
    assert "Invalid value soon" in row
    assert value(page.content.decode(), "retention.ms") == "soon"
    assert value(page.content.decode(), "segment.bytes") == "20000000"
    part = admin.post(path, values, headers={"HX-Request": "true"}).content.decode()
    assert "Invalid value soon" in part
    assert "<h1" not in part


def test_configs_are_searched_and_those_of_the_topic_shown_alone(path: str, admin: Client) -> None:
    page = admin.get(path, {"q": "SEGMENT"}).content.decode()
    assert ">segment.bytes<" in page
    assert ">retention.ms<" not in page
    part = admin.get(path, {"changed": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert part.count("<tr>") == 1 + len(OWN)
    assert "<h1" not in part
    assert "No config matches" in admin.get(path, {"q": "never"}).content.decode()
    kept = admin.post(path, {"q": "never", "value.retention.ms": "soon", "action": "preview"}).content.decode()
    assert value(kept, "retention.ms") == "soon"
    assert ">segment.bytes<" not in kept


def test_who_may_not_change_configs_reads_them(path: str, viewer: Client) -> None:
    page = viewer.get(path).content.decode()
    assert "<strong" in page
    assert "600000" in page
    assert 'name="value.' not in page
    assert "Preview" not in page
    assert viewer.post(path, {"value.retention.ms": "1", "action": "apply"}).status_code == 403


def test_the_value_before_the_last_change_is_restored(
    path: str, admin: Client, viewer: Client, connection: Connection
) -> None:
    assert "Restore" not in admin.get(path).content.decode()
    change = {"value.retention.ms": "700000", "value.index.interval.bytes": "8192", "action": "apply"}
    assert admin.post(path, change).status_code == 302
    page = admin.get(path).content.decode()
    assert f'href="{path}?restore=retention.ms"' in page
    assert "The value before its last change: 600000" in page
    shown = admin.get(path, {"restore": "retention.ms"})
    (step,) = shown.context["plan"].steps
    assert (step.subject, step.before, step.after) == ("retention.ms", "700000", "600000")
    assert value(shown.content.decode(), "retention.ms") == "600000"
    assert own(connection, path)["retention.ms"] == "700000"
    sent = {"value.retention.ms": "600000", "action": "apply", "plan": shown.context["plan"].digest}
    assert admin.post(path, sent).status_code == 302
    # What was the default before goes back to it by a reset.
    shown = admin.get(path, {"restore": "index.interval.bytes"})
    assert [step.after for step in shown.context["plan"].steps] == ["4096 (default)"]
    sent = {"reset": "index.interval.bytes", "action": "apply", "plan": shown.context["plan"].digest}
    assert admin.post(path, sent).status_code == 302
    assert own(connection, path) == OWN
    assert AuditEntry.objects.filter(action="topics.configure", outcome="done").count() == 3
    assert viewer.get(path, {"restore": "retention.ms"}).status_code == 403
    assert admin.get(path, {"restore": "no.such"}).status_code == 200
