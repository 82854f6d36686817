"""Deleting a topic's records on a real Kafka: page, API and command."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.gateway import offsets
from clusters.gateway.clients.connection import Connection
from clusters.gateway.writing.produce import NewRecord
from clusters.gateway.writing.produce import produce as write
from clusters.models import Cluster, Topic
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_cluster, known_topic, mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, produce

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
HOUR = 3_600_000


def address(topic: str) -> str:
    return f"/clusters/local/topics/{topic}/delete-records/"


def starts(connection: Connection, topic: str, partitions: int = 2) -> list[int | None]:
    marks, _ = offsets.watermarks(connection, [(topic, number) for number in range(partitions)])
    return [marks[topic, number].low for number in range(partitions)]


@pytest.fixture
def topic(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> str:
    """A topic of five and three records."""
    name = known_topic(kafka, unique("old"), partitions=2)
    produce(kafka, name, list("abcde"))
    produce(kafka, name, list("fgh"), partition=1)
    return name


def test_exactly_what_was_shown_goes_once_the_name_is_typed(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, unique: Unique, topic: str
) -> None:
    group = unique("reader")
    commit(kafka, group, {(topic, 0): 2, (topic, 1): 3})
    mirror(cluster)
    assert address(topic) in admin.get(f"/clusters/local/topics/{topic}/").content.decode()
    shown = admin.post(address(topic), {"before": "end", "action": "preview"})
    page, digest, pinned = shown.content.decode(), shown.context["plan"].digest, shown.context["pinned"]
    assert "8 records of 2 partitions will be deleted" in page
    assert f"{group} (3)" in page
    produce(kafka, topic, ["written meanwhile"])
    apply = {"before": "end", "action": "apply", "plan": digest, "pinned": pinned}
    assert admin.post(address(topic), apply).status_code == 422
    assert admin.post(address(topic), {**apply, "confirm": topic.upper()}).status_code == 422
    assert admin.post(address(topic), {**apply, "confirm": topic, "pinned": '{"0": 1}'}).status_code == 422
    assert starts(connection, topic) == [0, 0]
    other = admin.post(address(topic), {"before": "offset", "offset": "1", "action": "preview", "pinned": pinned})
    assert [step.after for step in other.context["plan"].steps] == ["1", "1"]  # not what the older preview pinned
    assert admin.post(address(topic), {**apply, "confirm": topic}).status_code == 302
    assert starts(connection, topic) == [5, 3]
    assert Topic.objects.get(name=topic).messages == 0  # the list as it was, less what went
    mirror(cluster)
    assert Topic.objects.get(name=topic).messages == 1
    entry = AuditEntry.objects.get(outcome=AuditEntry.DONE)
    assert (entry.action, entry.resource) == ("messages.delete", topic)
    assert entry.steps[0] == {"subject": f"{topic}-0: log start offset", "before": "0", "after": "5"}


def test_a_program_deletes_before_an_offset_and_a_time(
    connection: Connection, ada: Program, topic: str, kafka: KafkaCluster, unique: Unique
) -> None:
    path, body = f"{LOCAL}/topics/{topic}/messages/delete", {"before": "offset", "offset": 4, "partitions": "0"}
    trial: Any = ada("POST", f"{path}?dry_run=true", body).json()
    assert (trial["done"], trial["steps"][0]["after"]) == (False, "4")
    assert ada("POST", f"{path}?plan={trial['plan']}", {**body, "offset": 3}).status_code == 409
    assert starts(connection, topic) == [0, 0]
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    assert "confirm" in ada("POST", path, body).json()["errors"]
    assert ada("POST", f"{path}?plan={trial['plan']}&confirm={topic}", body).json()["done"]
    assert starts(connection, topic) == [4, 0]
    dated = known_topic(kafka, unique("dated"), config={"retention.ms": "-1"})  # the records are old
    for hours in (1, 2, 3):
        write(connection, dated, NewRecord(None, b"x", time_ms=1_767_225_600_000 + hours * HOUR))
    timed = {"before": "time", "time": "2026-01-01T02:30:00Z"}
    done = ada("POST", f"{path.replace(topic, dated)}?confirm={dated}", timed).json()
    assert [step["after"] for step in done["steps"]] == ["2"]
    nothing = ada("POST", f"{path.replace(topic, dated)}?confirm={dated}", timed).json()
    assert (nothing["done"], nothing["steps"]) == (True, [])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"before": "offset"}, "offset"),
        ({"before": "time"}, "time"),
        ({"before": "end", "partitions": "7"}, "partitions"),
        ({"before": "end", "action": "apply", "pinned": "[1]"}, "pinned"),
        ({"before": "end", "action": "apply", "pinned": '{"9": 1}'}, "pinned"),
        ({"before": "end", "action": "apply", "pinned": '{"0": 1e999}'}, "pinned"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(admin: Client, topic: str, fields: dict[str, str], field: str) -> None:
    response = admin.post(address(topic), {"action": "preview", **fields})
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_what_kafka_refuses_is_told_before_and_after(kafka: KafkaCluster, cluster: Cluster, ada: Program,
                                                     unique: Unique) -> None:  # fmt: skip
    compacted = known_topic(kafka, unique("compacted"), config={"cleanup.policy": "compact"})
    write(cluster.connection(), compacted, NewRecord(b"k", b"v"))
    path = f"{LOCAL}/topics/{compacted}/messages/delete"
    assert "POLICY_VIOLATION" in str(ada("POST", f"{path}?dry_run=true", {"before": "end"}).json()["warnings"])
    refused = ada("POST", path, {"before": "end"})
    assert refused.status_code == 422
    assert "cleanup.policy" in refused.json()["advice"]
    assert AuditEntry.objects.get(action="messages.delete").outcome == AuditEntry.FAILED


def test_who_may_not_and_where_nothing_may(kafka: KafkaCluster, admin: Client, viewer: Client, topic: str) -> None:
    assert viewer.post(address(topic), {"before": "end"}).status_code == 403
    user = User.objects.create_user("olga")
    Grant.objects.create(user=user, role="operator", resources="other-*")
    assert signed_in(user).post(address(topic), {"before": "end"}).status_code == 403
    known_cluster(kafka, slug="still", read_only=True)
    assert admin.post(f"/clusters/still/topics/{topic}/delete-records/", {"before": "end"}).status_code == 403
