"""Groups through the API, on a real Kafka."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from accounts.models import AuditEntry
from clusters.gateway.clients.connection import Connection
from clusters.gateway.groups import describing as kafka
from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program, person, program_of
from tests.conftest import known_topic
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, consumer, produce
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


@pytest.fixture
def reader(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> tuple[str, str]:
    """A group without members that has read 2 of 5 records, and its topic."""
    topic, group = known_topic(kafka, unique("orders")), unique("reader")
    produce(kafka, topic, list("abcde"))
    commit(kafka, group, {(topic, 0): 2})
    return group, topic


def reset(program: Program, group: str, query: str = "", **body: Any) -> Any:
    return program("POST", f"{LOCAL}/groups/{group}/reset{query}", body)


def offsets(connection: Connection, group: str) -> Mapping[tuple[str, int], int | None]:
    return eventually(lambda: kafka.committed(connection, [group]).items)[0].offsets


def offset(connection: Connection, group: str) -> int | None:
    (committed_offset,) = offsets(connection, group).values()
    return committed_offset


def test_a_group_is_reset_after_a_dry_run_told_the_same(
    connection: Connection, ada: Program, reader: tuple[str, str]
) -> None:
    group, topic = reader
    dry = reset(ada, group, "?dry_run=true", to="shift", shift=2, topic=topic, partitions=[0]).json()
    assert dry["done"] is False
    assert dry["steps"] == [{"kind": "alter", "subject": f"{topic}-0", "before": "2", "after": "4"}]
    assert dry["records"] == [{"topic": topic, "partition": 0, "skipped": 2, "again": 0}]
    assert offset(connection, group) == 2
    assert not AuditEntry.objects.exists()
    done = reset(ada, group, f"?plan={dry['plan']}", to="shift", shift=2).json()
    assert (done["done"], done["steps"]) == (True, dry["steps"])
    assert offset(connection, group) == 4
    assert AuditEntry.objects.get().outcome == "done"


def test_a_group_gets_its_first_offset_of_a_topic(
    kafka: KafkaCluster, connection: Connection, ada: Program, reader: tuple[str, str], unique: Unique
) -> None:
    group, _ = reader
    other = known_topic(kafka, unique("new"))
    produce(kafka, other, list("abc"))
    dry = reset(ada, group, "?dry_run=true", to="latest", topic=other).json()
    assert dry["steps"] == [{"kind": "add", "subject": f"{other}-0", "before": None, "after": "3"}]
    assert reset(ada, group, f"?plan={dry['plan']}", to="latest", topic=other).json()["done"]
    assert offsets(connection, group)[other, 0] == 3


def test_another_plan_than_that_of_the_dry_run_is_refused(
    kafka: KafkaCluster, connection: Connection, ada: Program, reader: tuple[str, str]
) -> None:
    group, topic = reader
    dry = reset(ada, group, "?dry_run=true", to="earliest").json()
    commit(kafka, group, {(topic, 0): 3})
    assert reset(ada, group, f"?plan={dry['plan']}", to="earliest").status_code == 409
    assert offset(connection, group) == 3


def test_what_is_so_already_is_nothing_to_do(ada: Program, reader: tuple[str, str]) -> None:
    change = reset(ada, reader[0], to="offset", offset=2).json()
    assert (change["done"], change["steps"]) == (True, [])
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"to": "nowhere"}, "to"),
        ({"to": "offset"}, "offset"),
        ({"to": "offset", "offset": -1}, "offset"),
        ({"to": "time", "time": "soon"}, "time"),
        ({"to": "earliest", "topic": "nobody-s"}, "topic"),
        ({"to": "earliest", "partitions": [0]}, "partitions"),
    ],
)
def test_what_is_wrong_is_told_with_its_field(
    ada: Program, reader: tuple[str, str], body: dict[str, Any], field: str
) -> None:
    response = reset(ada, reader[0], **body)
    assert response.status_code == 422
    assert field in response.json()["errors"]


def test_members_stand_in_the_way(
    kafka: KafkaCluster, connection: Connection, ada: Program, reader: tuple[str, str]
) -> None:
    group, topic = reader
    with consumer(kafka, group, [topic]):
        response = reset(ada, group, to="earliest")
        assert response.status_code == 409
        assert "Stop its consumers" in response.json()["advice"]
        assert ada("DELETE", f"{LOCAL}/groups/{group}").status_code == 409
        assert offset(connection, group) == 2


def test_production_wants_the_name_and_grants_are_by_group(
    cluster: Cluster, connection: Connection, ada: Program, reader: tuple[str, str]
) -> None:
    Cluster.objects.filter(pk=cluster.pk).update(environment="production")
    group, _ = reader
    assert reset(ada, group, to="earliest").json()["errors"].keys() == {"confirm"}
    other = program_of(person("oscar", "operator", resources="mine-*"))
    assert reset(other, group, f"?confirm={group}", to="earliest").status_code == 403
    assert offset(connection, group) == 2
    assert reset(ada, group, f"?confirm={group}", to="earliest").status_code == 200
    assert offset(connection, group) == 0


def test_a_group_is_deleted(connection: Connection, ada: Program, reader: tuple[str, str]) -> None:
    group, _ = reader
    dry = ada("DELETE", f"{LOCAL}/groups/{group}?dry_run=true").json()
    assert dry["steps"][0]["kind"] == "remove"
    assert ada("DELETE", f"{LOCAL}/groups/{group}").json()["done"] is True
    assert group not in [listing.name for listing in kafka.list_groups(connection).items]
    assert eventually(lambda: ada("DELETE", f"{LOCAL}/groups/{group}").status_code == 404)
