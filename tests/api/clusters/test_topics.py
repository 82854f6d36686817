"""Topics through the API, on a real Kafka."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from confluent_kafka.admin import AdminClient
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from api.models import KeptAnswer, Token
from clusters.gateway import configs as kafka_configs
from clusters.gateway import topics as kafka
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import NotFound
from clusters.models import Cluster, Topic
from tests.api.conftest import LOCAL, Program, made, person, program_of
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic, produce
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
TOPICS = f"{LOCAL}/topics"
Unique = Callable[[str], str]


def new(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "partitions": 1, "replication_factor": 1, **fields}


def exists(connection: Connection, name: str) -> bool:
    try:
        kafka.describe(connection, name)
    except NotFound:
        return False
    return True


def test_a_topic_is_created_listed_and_recorded(
    cluster: Cluster, connection: Connection, ada: Program, unique: Unique
) -> None:
    name = unique("new")
    response = ada("POST", TOPICS, new(name, partitions=2, configs={"retention.ms": "60000"}))
    assert response.status_code == 201, response.content
    change = response.json()
    assert (change["done"], change["action"], change["resource"]) == (True, "topics.create", name)
    assert {"kind": "add", "subject": "retention.ms", "before": None, "after": "60000"} in change["steps"]
    assert len(eventually(lambda: kafka.describe(connection, name)).partitions) == 2
    assert [topic["name"] for topic in ada.get(f"{TOPICS}?q={name}")["items"]] == [name]
    entry = AuditEntry.objects.get(action="topics.create")
    assert (entry.outcome, entry.username, entry.detail) == ("done", "ada", "By token “token 0”.")


def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    cluster: Cluster, connection: Connection, ada: Program, unique: Unique
) -> None:
    name = unique("only")
    response = ada("POST", f"{TOPICS}?dry_run=true", new(name))
    assert (response.status_code, response.json()["done"]) == (200, False)
    assert not exists(connection, name)
    assert not AuditEntry.objects.exists()
    assert not Topic.objects.exists()


@pytest.mark.parametrize("dry", ["", "?dry_run=true"])
@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"partitions": 0}, "partitions", "greater than or equal to 1"),
        ({"replication_factor": 7}, "replication_factor", "only 3 broker(s) are registered"),
        ({"configs": {"no.such": "1"}}, "configs", "Unknown topic config name"),
        ({"configs": {"max.message.bytes": "soon"}}, "configs", "Invalid value soon"),
        ({"configs": {"retention.ms": "1\nsegment.ms=1"}}, "configs.retention.ms", "one line"),
        ({"configs": {"two words": "1"}}, "configs.two words", "not a config name"),
        ({"name": "two words"}, "name", "letters, digits"),
        ({"name": ".."}, "name", "letters, digits"),
        ({"name": "a\0b"}, "name", ""),
        ({"partitions": "many"}, "partitions", "integer"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(
    cluster: Cluster, ada: Program, unique: Unique, fields: dict[str, Any], field: str, words: str, dry: str
) -> None:
    response = ada("POST", TOPICS + dry, new(unique("bad")) | fields)
    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    (messages,) = (texts for name, texts in problem["errors"].items() if name.startswith(field))
    assert words in messages[0]
    assert problem["request_id"] == response.headers["X-Request-ID"]


def test_a_name_that_is_taken_is_a_conflict(
    cluster: Cluster, kafka: KafkaCluster, ada: Program, unique: Unique
) -> None:
    name = made(kafka, ada, unique("taken"))
    response = ada("POST", TOPICS, new(name))
    assert response.status_code == 409
    assert response.json()["advice"]
    assert AuditEntry.objects.get().outcome == "failed"


def test_configs_are_set_and_put_back(
    cluster: Cluster, kafka: KafkaCluster, connection: Connection, ada: Program, unique: Unique
) -> None:
    name = made(kafka, ada, unique("configs"), config={"segment.ms": "70000"})
    path = f"{TOPICS}/{name}/configs"

    def own() -> dict[str, str | None]:
        entries = kafka_configs.describe_topic(connection, name)
        return {entry.name: entry.value for entry in entries if entry.source == "DYNAMIC_TOPIC_CONFIG"}

    body = {"set": {"retention.ms": "60000"}, "reset": ["segment.ms"]}
    trial = ada("PATCH", f"{path}?dry_run=1", body).json()
    assert {step["subject"] for step in trial["steps"]} == {"retention.ms", "segment.ms"}
    assert own() == {"segment.ms": "70000"}
    stale = ada("PATCH", f"{path}?plan=0123456789abcdef", body)
    assert (stale.status_code, own()) == (409, {"segment.ms": "70000"})
    assert ada("PATCH", f"{path}?plan={trial['plan']}", body).status_code == 200
    assert eventually(lambda: own() == {"retention.ms": "60000"})
    eventually(lambda: {"60000"} == {config["value"] for config in ada.get(path) if config["name"] == "retention.ms"})
    eventually(lambda: ada("PATCH", path, {"set": {"retention.ms": "60000"}}).json()["steps"] == [])
    refused = ada("PATCH", path, {"set": {"retention.ms": "soon"}})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["config:retention.ms"])


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"retention.ms": "7 days"}, "config:retention.ms", "Invalid value 7 days"),
        ({"no.such": "1"}, "config:no.such", "Unknown topic config name"),
        ({"cleanup.policy": "shrink"}, "config:cleanup.policy", "shrink"),
        ({"min.insync.replicas": "0"}, "config:min.insync.replicas", "at least 1"),
    ],
)
def test_a_dry_run_of_configs_and_a_preview_ask_kafka(
    cluster: Cluster, kafka: KafkaCluster, admin: Client, ada: Program, unique: Unique,
    values: dict[str, str], field: str, words: str,
) -> None:  # fmt: skip
    name = made(kafka, ada, unique("dry"))
    refused = ada("PATCH", f"{TOPICS}/{name}/configs?dry_run=true", {"set": values})
    assert refused.status_code == 422
    assert words in refused.json()["errors"][field][0]
    lines = "\n".join(f"{key}={value}" for key, value in values.items())
    page = admin.post(f"/clusters/local/topics/{name}/configs/", {"configs": lines, "action": "preview"})
    assert page.status_code == 422
    assert words in page.content.decode()


def test_what_configs_put_at_risk_is_said_before_and_after(
    cluster: Cluster, kafka: KafkaCluster, admin: Client, ada: Program, unique: Unique
) -> None:
    name = made(kafka, ada, unique("risky"), partitions=2)
    produce(kafka, name, ["a", "b", "c"])
    path = f"{TOPICS}/{name}/configs"
    body = {"set": {"retention.ms": "1", "min.insync.replicas": "5"}}
    eventually(lambda: "Up to 3 records" in " ".join(ada("PATCH", f"{path}?dry_run=true", body).json()["warnings"]))
    trial = ada("PATCH", f"{path}?dry_run=true", body).json()
    assert [warning.partition(":")[0] for warning in trial["warnings"]] == [
        "min.insync.replicas=5 is more than the 1 replica of the topic",
        "This may delete existing records (retention.ms lowered). Up to 3 records are older than the new retention.",
    ]
    lines = {"configs": "min.insync.replicas=5", "action": "apply"}
    done = admin.post(f"/clusters/local/topics/{name}/configs/", lines, follow=True)
    assert "all writes with acks=all are refused" in done.content.decode()


def test_production_wants_the_name_before_messages_may_be_deleted(
    cluster: Cluster, kafka: KafkaCluster, ada: Program, unique: Unique
) -> None:
    name = made(kafka, ada, unique("kept"), config={"retention.ms": "600000"})
    path = f"{TOPICS}/{name}/configs"
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    shorter = {"set": {"retention.ms": "60000"}}
    assert "retention.ms" in ada("PATCH", f"{path}?dry_run=1", shorter).json()["warnings"][0]
    assert list(ada("PATCH", path, shorter).json()["errors"]) == ["confirm"]
    assert list(ada("PATCH", path, {"set": {"cleanup.policy": "compact"}}).json()["errors"]) == ["confirm"]
    assert ada("PATCH", path, {"set": {"retention.ms": "-1"}}).status_code == 200
    eventually(lambda: ada("PATCH", f"{path}?dry_run=1", {"set": {"retention.ms": "-1"}}).json()["steps"] == [])
    assert ada("PATCH", f"{path}?confirm={name}", shorter).status_code == 200


def test_partitions_are_added_and_never_removed(
    cluster: Cluster, kafka: KafkaCluster, ada: Program, unique: Unique
) -> None:
    name = made(kafka, ada, unique("grown"), partitions=2)
    path = f"{TOPICS}/{name}/partitions"
    assert ada("POST", f"{path}?dry_run=true", {"partitions": 4}).json()["warnings"]
    assert len(ada.get(f"{TOPICS}/{name}")["partitions"]) == 2
    assert ada("POST", path, {"partitions": 4}).status_code == 200
    eventually(lambda: len(ada.get(f"{TOPICS}/{name}")["partitions"]) == 4)
    eventually(lambda: "never removed" in ada("POST", path, {"partitions": 3}).json()["detail"])


def test_a_topic_is_told_with_partitions_and_configs(
    cluster: Cluster, kafka: KafkaCluster, ada: Program, unique: Unique
) -> None:
    name = made(kafka, ada, unique("told"), partitions=1, replication=3)
    produce(kafka, name, ["a", "b", "c"])
    details = ada.get(f"{TOPICS}/{name}")
    (partition,) = details["partitions"]
    assert (partition["low"], partition["high"], partition["messages"]) == (0, 3, 3)
    assert len(partition["replicas"]) == 3
    assert details["missing"] == []
    assert any(config["name"] == "retention.ms" for config in details["configs"])


def test_deleting_asks_for_the_name_in_production(
    cluster: Cluster, kafka: KafkaCluster, connection: Connection, ada: Program, unique: Unique
) -> None:
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    name = made(kafka, ada, unique("gone"))
    for path in (f"{TOPICS}/{name}", f"{TOPICS}/{name}?confirm=other"):
        response = ada("DELETE", path)
        assert (response.status_code, list(response.json()["errors"])) == (422, ["confirm"])
    assert ada("DELETE", f"{TOPICS}/{name}?dry_run=true").json()["done"] is False
    assert exists(connection, name)
    assert ada("DELETE", f"{TOPICS}/{name}?confirm={name}").status_code == 200
    eventually(lambda: not exists(connection, name))
    eventually(lambda: ada("DELETE", f"{TOPICS}/{name}?confirm={name}").status_code == 404)


def test_several_topics_are_deleted_at_once(
    cluster: Cluster, kafka: KafkaCluster, connection: Connection, ada: Program, unique: Unique
) -> None:
    names = [made(kafka, ada, unique("many")) for _ in range(3)]
    path = f"{LOCAL}/delete-topics"
    assert ada("POST", path, {"names": [*names, "no-such-topic"]}).status_code == 404
    assert all(exists(connection, name) for name in names)
    trial = ada("POST", f"{path}?dry_run=true", {"names": names}).json()
    assert [change["resource"] for change in trial] == names
    assert all(change["done"] for change in ada("POST", path, {"names": names}).json())
    eventually(lambda: not any(exists(connection, name) for name in names))
    assert AuditEntry.objects.filter(action="topics.delete", outcome="done").count() == 3


def test_a_grant_on_some_topics_covers_these_only(
    cluster: Cluster, kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    admin = program_of(person("root", role="admin"))
    covered, other = (made(kafka, admin, unique(name)) for name in ("team.a", "other"))
    pat = program_of(person("pat", role="operator", resources="team.*"))
    assert pat("GET", f"{TOPICS}/{other}").status_code == 403
    assert pat("POST", TOPICS, new(unique("other"))).status_code == 403
    assert pat("POST", f"{TOPICS}?dry_run=true", new(unique("other"))).status_code == 403
    assert pat("POST", f"{LOCAL}/delete-topics", {"names": [covered, other]}).status_code == 403
    assert exists(connection, covered)
    assert pat("DELETE", f"{TOPICS}/{covered}").status_code == 200
    assert exists(connection, other)


@pytest.mark.parametrize("name", ["a/b", "..", ".", "new", "~new", "%2F", "ä ö", "a?b#c", "\x00", "x" * 300])
def test_hostile_names_are_names_and_nothing_else(cluster: Cluster, ada: Program, name: str) -> None:
    from core.web.paths import NameConverter

    segment = quote(f"~{name}" if name.lstrip("~") in NameConverter.taken else name, safe="")
    for path in (f"{TOPICS}/{segment}", f"{TOPICS}/{segment}/configs", f"{LOCAL}/groups/{segment}"):
        response = ada("GET", path)
        assert response.status_code in {404, 422}, response.content
        assert response.headers["Content-Type"] == "application/problem+json"


def test_a_topic_called_new_is_shown(cluster: Cluster, kafka: KafkaCluster, ada: Program) -> None:
    admin = AdminClient(kafka.client_config())
    if "new" not in admin.list_topics(timeout=10).topics:
        create_topic(kafka, "new")
    assert eventually(lambda: ada.get(f"{TOPICS}/new"))["name"] == "new"
    assert ada.get(f"{TOPICS}/~new")["name"] == "new"


def test_a_change_that_is_sent_twice_is_made_once(
    cluster: Cluster, connection: Connection, ada: Program, vera: Program, unique: Unique
) -> None:
    name, key = unique("once"), unique("key")
    first = ada("POST", TOPICS, new(name), Idempotency_Key=key)
    again = ada("POST", TOPICS, new(name), Idempotency_Key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert AuditEntry.objects.filter(action="topics.create").count() == 1
    other = ada("POST", TOPICS, new(name, partitions=2), Idempotency_Key=key)
    assert (other.status_code, "another request" in other.json()["detail"]) == (422, True)
    assert vera("POST", TOPICS, new(name), Idempotency_Key=key).status_code == 403
    Token.objects.update(scope=Token.READ)
    assert ada("POST", TOPICS, new(name), Idempotency_Key=key).status_code == 403


def test_a_change_that_is_under_way_is_not_begun_again(cluster: Cluster, ada: Program, unique: Unique) -> None:
    name, key = unique("under-way"), unique("key")
    assert ada("POST", TOPICS, new(name), Idempotency_Key=key).status_code == 201
    KeptAnswer.objects.update(status=None)
    assert ada("POST", TOPICS, new(name), Idempotency_Key=key).status_code == 409
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    assert "already exists" in ada("POST", TOPICS, new(name), Idempotency_Key=key).json()["detail"]
    assert ada("POST", TOPICS, new(name), Idempotency_Key="k" * 256).status_code == 422


def test_a_key_is_forgotten_after_a_day(cluster: Cluster, ada: Program, unique: Unique) -> None:
    name, key = unique("yesterday"), unique("key")
    ada("POST", TOPICS, new(name), Idempotency_Key=key)
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert ada("POST", TOPICS, new(name, partitions=2), Idempotency_Key=key).status_code == 409
    assert not KeptAnswer.objects.exists()


def test_what_was_refused_may_be_tried_again_under_its_key(cluster: Cluster, ada: Program, unique: Unique) -> None:
    name, key = unique("retried"), unique("key")
    assert ada("POST", TOPICS, new(name, replication_factor=9), Idempotency_Key=key).status_code == 422
    assert ada("POST", TOPICS, new(name), Idempotency_Key=key).status_code == 201


def test_kafka_that_does_not_answer_is_a_problem_with_advice(ada: Program) -> None:
    Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    response = ada("GET", f"{TOPICS}/t")
    assert response.status_code in {502, 504}
    assert response.json()["advice"]
