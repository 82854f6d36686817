"""Transactions in a log: page and API mark what was aborted and what is open, and count no marker as a record."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from confluent_kafka import Producer
from django.test import Client

from clusters.models import Cluster, Topic
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_topic, mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import produce
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
ROLLING = {
    "cleanup.policy": "compact", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.001",
    "max.compaction.lag.ms": "1", "delete.retention.ms": "0",
}  # fmt: skip


def transactional(kafka: KafkaCluster, name: str) -> Producer:
    producer = Producer({**kafka.client_config(), "transactional.id": name})
    producer.init_transactions(30)
    return producer


def write(producer: Producer, topic: str, *values: str, key: str | None = None) -> None:
    for value in values:
        producer.produce(topic, value, key)
    producer.flush(20)


def transact(producer: Producer, topic: str, *values: str, commit: bool, key: str | None = None) -> None:
    """Write values in a transaction of their own, and end it."""
    producer.begin_transaction()
    write(producer, topic, *values, key=key)
    (producer.commit_transaction if commit else producer.abort_transaction)(30)


@contextmanager
def open_transaction(kafka: KafkaCluster, name: str, topic: str, *values: str) -> Iterator[None]:
    """Have written values in a transaction that is not over."""
    producer = transactional(kafka, name)
    producer.begin_transaction()
    write(producer, topic, *values)
    try:
        yield
    finally:
        producer.abort_transaction(30)


def by_api(program: Program, topic: str, **params: Any) -> dict[str, str]:
    """Return the values that the API gives, oldest first, with their transactions."""
    query = "&".join(f"{name}={value}" for name, value in {"seek": "oldest", **params}.items())
    items = program.get(f"{LOCAL}/topics/{topic}/messages?{query}")["items"]
    return {item["value"]["text"]: item["transaction"] for item in items}


def by_page(client: Client, topic: str, **params: Any) -> dict[str, str]:
    """Return the values that the page shows, oldest first, with their transactions."""
    query = {"seek": "oldest", "limit": 50, **params}
    response = client.get(f"/clusters/local/topics/{topic}/messages/", query)
    assert response.status_code == 200
    rows = response.content.decode().split("<tr>")[2:]
    assert len(rows) == len(response.context["rows"])
    marks = [re.findall(r'<span class="status warning">(\w+)</span>', row) for row in rows]
    return {row.message.value.text: "".join(mark) for row, mark in zip(response.context["rows"], marks, strict=True)}


def test_each_record_is_marked_by_how_its_own_transaction_ended(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, ada: Program, unique: Unique
) -> None:
    topic = known_topic(kafka, unique("tx"))
    first = transactional(kafka, unique("first"))
    transact(first, topic, "committed", commit=True)
    transact(first, topic, "aborted", "aborted too", commit=False)
    with open_transaction(kafka, unique("second"), topic, "open"):
        transact(first, topic, "committed behind", commit=True)
        transact(first, topic, "aborted behind", commit=False)
        produce(kafka, topic, ["plain"])
        expected = {
            "committed": "", "aborted": "aborted", "aborted too": "aborted", "open": "open", "committed behind": "",
            "aborted behind": "aborted", "plain": "",
        }  # fmt: skip
        assert by_api(ada, topic) == by_page(admin, topic) == expected
        assert by_api(ada, topic, seek="newest") == by_page(admin, topic, seek="newest") == expected
        assert list(by_api(ada, topic, seek="newest", limit=2)) == ["plain", "aborted behind"]
        # Behind the open one, consumers that read committed records see nothing yet.
        committed = {"committed": ""}
        for seek in ("oldest", "newest"):
            assert by_api(ada, topic, seek=seek, isolation="committed") == committed
            assert by_page(admin, topic, seek=seek, isolation="committed") == committed
    committed = {"committed": "", "committed behind": "", "plain": ""}
    assert eventually(lambda: by_api(ada, topic, isolation="committed") == committed)
    assert by_page(admin, topic, isolation="committed") == committed
    assert by_api(ada, topic)["open"] == by_page(admin, topic)["open"] == "aborted"


@pytest.mark.parametrize("seek", ["oldest", "newest"])
def test_pages_are_filled_by_records_however_many_markers_there_are(
    kafka: KafkaCluster, cluster: Cluster, ada: Program, unique: Unique, seek: str
) -> None:
    topic, producer = known_topic(kafka, unique("tx")), transactional(kafka, unique("id"))
    for number in range(30):
        transact(producer, topic, f"{number}", commit=number % 3 == 0)
    query, values, pages = f"{LOCAL}/topics/{topic}/messages?isolation=committed&limit=4&seek={seek}", list[str](), 0
    cursor = ""
    while True:
        page = ada.get(f"{query}&cursor={cursor}" if cursor else query)
        values += [item["value"]["text"] for item in page["items"]]
        pages, cursor = pages + 1, page["next"]
        if not cursor:
            break
        assert len(page["items"]) == 4
    expected = [str(number) for number in range(0, 30, 3)]
    assert values == (expected if seek == "oldest" else expected[::-1])
    assert pages == 3


def test_a_compacted_log_of_transactions_shows_what_is_left_of_it(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, ada: Program, unique: Unique
) -> None:
    topic, producer = known_topic(kafka, unique("tx"), config=ROLLING), transactional(kafka, unique("id"))
    for number in range(20):
        transact(producer, topic, f"kept {number}", commit=True, key=f"{number % 2}")
        transact(producer, topic, f"lost {number}", commit=False, key=f"{number % 2}")
    committed = {"kept 18": "", "kept 19": ""}

    def compacted() -> bool:
        transact(producer, topic, "last", commit=True, key="last")
        return list(by_api(ada, topic, isolation="committed", limit=500).items())[:2] == list(committed.items())

    eventually(compacted, timeout=90)
    for values in (by_api(ada, topic, isolation="committed"), by_page(admin, topic, isolation="committed")):
        assert list(values.items())[:2] == list(committed.items())
    everything = by_api(ada, topic, limit=500)
    assert {mark for value, mark in everything.items() if value.startswith("lost")} <= {"aborted"}
    assert {mark for value, mark in everything.items() if not value.startswith("lost")} == {""}


def test_a_number_that_counts_markers_is_an_upper_bound(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, ada: Program, unique: Unique
) -> None:
    topic, plain = known_topic(kafka, unique("tx")), known_topic(kafka, unique("plain"))
    produce(kafka, plain, ["a", "b"])
    transact(transactional(kafka, unique("id")), topic, "a", commit=True)

    def numbers() -> dict[str, tuple[int, bool]]:
        mirror(cluster)
        names = {"tx": topic, "plain": plain}
        rows = {kind: ada.get(f"{LOCAL}/topics?q={name}")["items"] for kind, name in names.items()}
        return {kind: (row["messages"], row["messages_at_most"]) for kind, (row,) in rows.items()}

    assert eventually(lambda: numbers() == {"tx": (2, True), "plain": (2, False)})
    (partition,) = ada.get(f"{LOCAL}/topics/{topic}")["partitions"]
    assert (partition["messages"], partition["messages_at_most"]) == (2, True)
    for path in ("topics/", f"topics/{topic}/"):
        assert ">≤ 2<" in admin.get(f"/clusters/local/{path}", {"q": topic}).content.decode()
    assert "at most 2 records" in ada("DELETE", f"{LOCAL}/topics/{topic}?dry_run=true").json()["warnings"][0]


def test_markers_that_are_read_are_remembered(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    topic = known_topic(kafka, unique("tx"))
    row = Topic.objects.create(cluster=cluster, name=topic, partitions=1, replication=1, messages=2)
    produce(kafka, topic, ["plain"])
    by_page(admin, topic)
    row.refresh_from_db()
    assert not row.transactional
    transact(transactional(kafka, unique("id")), topic, "a", commit=True)

    def remembered() -> bool:
        """Tell whether the topic is known for its transactions; a marker is written a moment after the commit."""
        by_page(admin, topic)
        row.refresh_from_db()
        return row.transactional

    assert eventually(remembered)


def test_a_cluster_may_show_committed_records_unless_all_are_asked_for(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, ada: Program, unique: Unique
) -> None:
    topic = known_topic(kafka, unique("tx"))
    transact(transactional(kafka, unique("id")), topic, "lost", commit=False)
    produce(kafka, topic, ["plain"])
    cluster.properties = {"isolation.level": "read_committed"}
    cluster.save()
    assert eventually(lambda: by_api(ada, topic) == by_page(admin, topic) == {"plain": ""})
    for lines in (
        admin.get(f"/clusters/local/topics/{topic}/messages/export/", {"seek": "oldest", "format": "jsonl"}).getvalue(),
        ada("GET", f"{LOCAL}/topics/{topic}/messages/export?seek=oldest").getvalue(),
    ):
        assert [json.loads(line)["value"]["text"] for line in lines.splitlines()] == ["plain"]
    assert by_api(ada, topic, isolation="all") == by_page(admin, topic, isolation="all") == {
        "lost": "aborted", "plain": "",
    }  # fmt: skip
