"""Reading through the API: lists in pages, details from Kafka, and no more than the grants cover."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from accounts.models import AuditEntry
from clusters.models import AclEntry, Broker, Cluster, Group, GroupTopic, Mirror, Topic
from lag.models import WatchedGroup
from tests.api.conftest import LOCAL, V1, Program, person, program_of
from tests.conftest import RawPathClient, mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, consumer, create_topic, produce

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


@pytest.fixture
def prod(db: None) -> Cluster:
    """A cluster of 1,000 topics and a few more, without a Kafka."""
    cluster = Cluster.objects.create(slug="prod", name="prod", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(cluster=cluster, current_as_of=timezone.now(), looked_at=timezone.now())
    Broker.objects.create(cluster=cluster, broker_id=1, host="h", port=9092)
    Topic.objects.bulk_create(
        Topic(cluster=cluster, name=f"t{number:04}", partitions=1 + number % 3, replication=1,
              size=None if number % 5 == 0 else number % 7)
        for number in range(1000)
    )  # fmt: skip
    for name in ("team.a", "other"):
        Topic.objects.create(cluster=cluster, name=name, partitions=1, replication=1)
        Group.objects.create(cluster=cluster, name=name, state="Stable", type="classic", lag=10, lag_status=2)
        GroupTopic.objects.create(cluster=cluster, group=name, topic="team.a", lag=10)
        AclEntry.objects.create(
            cluster=cluster, principal="User:x", host="*", operation="READ", permission="ALLOW",
            resource_type="TOPIC", resource_name=name, pattern_type="LITERAL",
        )  # fmt: skip
        AuditEntry.objects.create(username="x", action="topics.create", cluster="prod", resource=name, outcome="done")
        WatchedGroup.objects.create(
            cluster=cluster, name=name, source=0, status=2, since=timezone.now(), complete=1.0, total_lag=10,
            max_lag=10, partitions=1, bad=0, last_commit_ms=0, judged_at=timezone.now(), windows=b"", verdict={},
        )  # fmt: skip
    return cluster


def walked(program: Program, path: str) -> list[dict[str, Any]]:
    """Return the items of all pages of a list."""
    rows, cursor = [], ""
    while cursor is not None:
        part = program.get(f"{path}&cursor={cursor}")
        rows += part["items"]
        cursor = part["next"]
    return rows


@pytest.mark.parametrize("sort", ["name", "-name", "size", "-size", "partitions", "-retention_ms"])
def test_a_thousand_rows_come_in_pages_each_once(prod: Cluster, ada: Program, sort: str) -> None:
    rows = walked(ada, f"{V1}/clusters/prod/topics?limit=97&sort={sort}")
    assert len(rows) == len({row["name"] for row in rows}) == 1002
    values = [row[sort.removeprefix("-")] for row in rows]
    present = [value for value in values if value is not None]
    assert present == sorted(present, reverse=sort.startswith("-"))
    assert values[: len(present)] == present


def test_rows_that_are_removed_meanwhile_hide_no_other(prod: Cluster, ada: Program) -> None:
    first = ada.get(f"{V1}/clusters/prod/topics?limit=10")
    Topic.objects.filter(name__in=[row["name"] for row in first["items"]]).delete()
    second = ada.get(f"{V1}/clusters/prod/topics?limit=1&cursor={first['next']}")
    assert second["items"][0]["name"] == "t0009"


def test_times_are_paged_to_the_microsecond(prod: Cluster, ada: Program) -> None:
    for number in range(20):
        AuditEntry.objects.create(username="u", action="a", cluster="prod", resource=str(number), outcome="done")
    rows = walked(ada, f"{V1}/audit?limit=3")
    assert len(rows) == 22
    assert [row["resource"] for row in rows[:20]] == [str(number) for number in reversed(range(20))]


@pytest.mark.parametrize(
    "query", ["sort=secrets", "sort=", "limit=0", "limit=1001", "limit=x", "cursor=x", "cursor=bm8", "q=%00"]
)
def test_a_list_that_cannot_be_made_is_refused(prod: Cluster, ada: Program, query: str) -> None:
    response = ada("GET", f"{V1}/clusters/prod/topics?{query}")
    assert response.status_code == 422
    assert list(response.json()["errors"]) == [query.partition("=")[0]]


def test_a_cursor_of_another_sort_is_refused(prod: Cluster, ada: Program) -> None:
    cursor = ada.get(f"{V1}/clusters/prod/topics?limit=10")["next"]
    assert ada("GET", f"{V1}/clusters/prod/topics?sort=-name&cursor={cursor}").status_code == 422


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("topics?q=e", "name"), ("groups?", "name"), ("acls?", "resource_name"), ("lag?", "name"),
        ("audit?", "resource"),
    ],
)  # fmt: skip
def test_lists_hold_only_what_the_grants_name(prod: Cluster, path: str, field: str) -> None:
    actions = ["clusters.view", "topics.view", "groups.view", "acls.view", "lag.view", "audit.view"]
    pat = program_of(person("pat", role="custom", actions=actions, clusters="prod", resources="team.*"))
    assert [row[field] for row in pat.get(f"{V1}/clusters/prod/{path}")["items"]] == ["team.a"]


def test_details_outside_the_grants_name_the_missing_one(prod: Cluster) -> None:
    pat = program_of(person("pat", clusters="prod", resources="team.*"))
    for path in ("topics/other", "groups/other", "lag/other", "topics/other/configs"):
        response = pat("GET", f"{V1}/clusters/prod/{path}")
        assert response.status_code == 403
        assert "access to prod/other (needs " in response.json()["detail"]
    assert [reader["group"] for reader in pat.get(f"{V1}/clusters/prod/topics/team.a/groups")] == ["team.a"]
    assert pat.get(f"{V1}/clusters/prod")["counts"]["topics"] == 1
    assert pat("GET", f"{V1}/audit").status_code == 403


def test_what_is_nowhere_is_a_problem(prod: Cluster, ada: Program) -> None:
    for path in ("clusters/none", "clusters/prod/lag/none", "clusters/prod/brokers/9", "nowhere", ""):
        response = ada("GET", f"{V1}/{path}")
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"
    assert RawPathClient(enforce_csrf_checks=True).post(f"{V1}/nowhere").status_code == 404
    response = ada("PUT", f"{V1}/clusters")
    assert (response.status_code, set(response.headers["Allow"].split(", "))) == (405, {"GET", "POST"})
    assert response.json()["type"] == "urn:kafkaadmin:problem:method"


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b'"x"', b"null", b'{"name": "\\ud800"}', b"[" * 5000])
def test_a_body_that_is_none_is_a_problem(prod: Cluster, ada: Program, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {ada.secret}"}
    response = ada.client.post(f"{V1}/clusters/prod/topics", body, "application/json", headers=headers)
    assert response.status_code in {400, 422}
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_a_problem(prod: Cluster, ada: Program) -> None:
    assert ada("POST", f"{V1}/clusters/prod/topics", {"name": "x" * 3_000_000}).status_code in {413, 422}


def test_a_fault_of_ours_tells_nothing_of_the_inside(
    prod: Cluster, ada: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("api.clusters.topics.listing.paged", fail)
    response = ada("GET", f"{V1}/clusters/prod/topics")
    assert response.status_code == 500
    assert "hunter2" not in response.content.decode()
    assert response.json()["request_id"]


def test_a_real_clusters_brokers_groups_and_offsets(
    cluster: Cluster, kafka: KafkaCluster, ada: Program, unique: Unique
) -> None:
    topic, group = create_topic(kafka, unique("read")), unique("g")
    produce(kafka, topic, ["a", "b", "c"])
    commit(kafka, group, {(topic, 0): 1})
    mirror(cluster)
    (listed_cluster,) = ada.get(f"{V1}/clusters")
    assert (listed_cluster["slug"], listed_cluster["counts"]["brokers"]) == ("local", 3)
    assert "password" not in str(listed_cluster).lower()
    assert len(ada.get(f"{LOCAL}/brokers")) == 3
    broker = ada.get(f"{LOCAL}/brokers/1")
    assert broker["log_dirs"][0]["path"]
    assert any(config["name"] == "log.dirs" for config in broker["configs"])
    (row,) = ada.get(f"{LOCAL}/groups?q={group}")["items"]
    assert (row["name"], row["lag"]) == (group, 2)
    details = ada.get(f"{LOCAL}/groups/{group}")
    assert details["offsets"] == [
        {
            "topic": topic, "partition": 0, "committed": 1, "end": 3, "lag": 2, "beyond": 0, "member": None,
            "members": [],
        }
    ]  # fmt: skip
    assert (details["lag"], details["unknown"], details["state"]) == (2, 0, "Empty")


def test_a_groups_topics_are_told_to_those_who_may_see_them(
    cluster: Cluster, kafka: KafkaCluster, unique: Unique
) -> None:
    shown, hidden, group = create_topic(kafka, unique("mine")), create_topic(kafka, unique("payroll")), unique("mine-g")
    produce(kafka, hidden, ["a", "b"])
    commit(kafka, group, {(shown, 0): 0, (hidden, 0): 1})
    pat = person("pat", resources="mine*")
    with consumer(kafka, group, [shown, hidden]):
        details = program_of(pat).get(f"{LOCAL}/groups/{group}")
        page = signed_in(pat).get(f"/clusters/local/groups/{group}/").content.decode()
    assert [list(member["assignment"]) for member in details["members"]] == [[shown]]
    assert (details["lag"], [offset["topic"] for offset in details["offsets"]]) == (0, [shown])
    assert shown in page
    assert hidden not in page


@pytest.mark.parametrize("path", ["topics/?q=%00", "groups/?state=%00&q=a%00b", "audit/?username=%00"])
def test_a_nul_in_a_question_finds_what_is_left_of_it(path: str) -> None:
    Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    ada = signed_in(User.objects.create_superuser("ada"))
    assert ada.get(f"/clusters/c/{path}").status_code == 200
    assert ada.get("/clusters/c/topics/a%00b/groups/").status_code == 404


@pytest.mark.parametrize(("method", "path"), [("GET", "/findings"), ("DELETE", "/channels/none")])
def test_a_query_of_too_many_parameters_is_refused(ada: Program, method: str, path: str) -> None:
    response = ada(method, f"{V1}{path}?{'a=1&' * 2_000}")
    assert (response.status_code, response.json()["detail"]) == (400, "The query has too many parameters.")
