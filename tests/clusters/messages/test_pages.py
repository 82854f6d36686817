"""Reading a topic's records, on a real Kafka."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from confluent_kafka import Producer
from django.test import Client

from clusters.models import Cluster
from tests.conftest import known_cluster, known_topic
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import produce

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
START = datetime(2026, 1, 1, tzinfo=UTC)


def write(kafka: KafkaCluster, topic: str, records: list[dict[str, Any]]) -> str:
    """Write records, a minute apart if they have no time of their own."""
    producer = Producer({**kafka.client_config(), "linger.ms": 5, "message.max.bytes": 2_000_000})
    for number, record in enumerate(records):
        moment = int((START + timedelta(minutes=number)).timestamp() * 1000)
        producer.produce(topic, **{"partition": 0, "timestamp": moment, **record})
    assert producer.flush(20) == 0
    return topic


def kept_topic(kafka: KafkaCluster, name: str, **fields: Any) -> str:
    """Create a topic that keeps records, however old they are."""
    return known_topic(kafka, name, config={"retention.ms": "-1"} | fields.pop("config", {}), **fields)


def address(topic: str) -> str:
    return f"/clusters/local/topics/{topic}/messages/"


def read(admin: Client, topic: str, status: int = 200, **params: Any) -> str:
    response = admin.get(address(topic), params)
    assert response.status_code == status
    return html.unescape(response.content.decode())


def offsets(page: str) -> list[tuple[int, int]]:
    """Return partition and offset of the records on a page, in its order."""
    links = re.findall(r'/messages/(\d+)/(\d+)/">\d', page)
    return [(int(partition), int(offset)) for partition, offset in links]


def follow(admin: Client, topic: str, page: str) -> str:
    (query,) = re.findall(r'<a href="\?([^"]*)"[^>]*>(?:Load (?:older|more)|Go on)<', page)
    return html.unescape(admin.get(f"{address(topic)}?{query}").content.decode())


@pytest.fixture
def orders(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> str:
    """A topic with four records in one partition and two, written in between, in another."""
    topic = kept_topic(kafka, unique("orders"), partitions=3)
    places = [0, 0, 1, 0, 1, 0]
    return write(kafka, topic, [{"value": f"order {n}", "partition": place} for n, place in enumerate(places)])


def test_the_newest_come_first_of_all_partitions_by_time(admin: Client, orders: str) -> None:
    page = read(admin, orders)
    assert offsets(page) == [(0, 3), (1, 1), (0, 2), (1, 0), (0, 1), (0, 0)]
    assert "2026-01-01 00:05:00.000" in page
    assert "Beginning of topic" in page
    unfit = read(admin, orders, cel="int(value) > 1")
    assert "6 record(s) do not match: cannot convert string to int. In an expression, int(), double()" in unfit


def test_older_ones_are_a_page_further(admin: Client, orders: str) -> None:
    write_first = read(admin, orders, limit=4)
    assert offsets(write_first) == [(0, 3), (1, 1), (0, 2), (1, 0)]
    assert offsets(follow(admin, orders, write_first)) == [(0, 1), (0, 0)]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"seek": "oldest", "limit": 3}, [(0, 0), (0, 1), (1, 0)]),
        ({"seek": "offset", "offset": 2, "partitions": "0"}, [(0, 2), (0, 3)]),
        ({"seek": "offset", "offset": 99, "partitions": "0"}, []),
        ({"seek": "time", "time": "2026-01-01T00:03:30"}, [(1, 1), (0, 3)]),
        ({"seek": "time", "time": "2030-01-01T00:00"}, []),
        ({"seek": "oldest", "partitions": "1-2"}, [(1, 0), (1, 1)]),
        ({"seek": "newest", "contains": "ORDER 3"}, [(0, 2)]),
        ({"seek": "oldest", "contains": "nowhere"}, []),
    ],
)
def test_reading_begins_where_it_is_asked_for(
    admin: Client, orders: str, params: dict[str, Any], expected: list[tuple[int, int]]
) -> None:
    assert offsets(read(admin, orders, **params)) == expected


def test_going_on_from_the_oldest_shows_the_rest(admin: Client, orders: str) -> None:
    page = read(admin, orders, seek="oldest", limit=4)
    assert offsets(follow(admin, orders, page)) == [(1, 1), (0, 3)]


def test_keys_headers_and_all_kinds_of_values_are_shown_as_what_they_are(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    topic = kept_topic(kafka, unique("kinds"))
    write(kafka, topic, [
        {"value": '{"größe": 1.10}'.encode(), "key": b"one", "headers": [("source", b"shop"), ("none", None)]},
        {"value": None, "key": b"gone"},
        {"value": b"", "key": None},
        {"value": b"\x00\x00\x00\x00\x07\xff"},
        {"value": b"<script>alert(1)</script>", "key": b"\"><img src=x>"},
    ])  # fmt: skip
    raw = admin.get(address(topic)).content.decode()
    assert "<script>alert" not in raw
    assert "<img src=x>" not in raw
    columns = ["key", "value", "headers", "size"]
    page = html.unescape(raw) + read(admin, topic, columns=columns)
    for text in ('{"größe": 1.10}', "source", "shop", "null", "empty", "00 00 00 00 07 ff"):
        assert text in page
    assert offsets(read(admin, topic, contains="shop")) == [(0, 0)]


def test_a_large_value_is_cut_in_the_list_and_whole_alone(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    topic = kept_topic(kafka, unique("large"), config={"max.message.bytes": "2000000"})
    write(kafka, topic, [{"value": b"x" * 500_000 + b"the end"}, {"value": b"small"}])
    page = read(admin, topic)
    assert "the end" not in page
    alone = read(admin, topic, seek="offset", offset=0, partitions="0", limit=1)
    assert "the end" in alone
    assert offsets(alone) == [(0, 0)]


def test_holes_of_transactions_and_deleted_records_do_not_hold_reading_up(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    topic = known_topic(kafka, unique("holes"))
    producer = Producer({**kafka.client_config(), "transactional.id": unique("tx")})
    producer.init_transactions(30)
    for value in ("one", "two"):
        producer.begin_transaction()
        producer.produce(topic, value.encode())
        producer.commit_transaction(30)
    page = read(admin, topic)
    assert offsets(page) == [(0, 2), (0, 0)]
    assert "could be read in time" not in page


def test_an_empty_topic_has_no_record(kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique) -> None:
    page = read(admin, known_topic(kafka, unique("empty"), partitions=2))
    assert "No records" in page


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"seek": "offset"}, "This field is required."),
        ({"seek": "offset", "offset": -1}, "greater than or equal to 0"),
        ({"seek": "time", "time": "soon"}, "Enter a valid date/time."),
        ({"partitions": "7"}, "The topic has no partition 7."),
        ({"partitions": ",".join(["0-99999999999"] * 60)}, "The topic has no partition 3."),
        ({"partitions": "x"}, "is not a partition"),
        ({"limit": 501}, "less than or equal to 500"),
        ({"cursor": "here"}, "This cursor is not valid"),
        ({"seek": "sideways"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said(admin: Client, orders: str, params: dict[str, Any], words: str) -> None:
    assert words in read(admin, orders, 422, **params)


def test_a_topic_that_is_not_there_is_said_to_be_gone(cluster: Cluster, admin: Client) -> None:
    assert "There is no topic nowhere" in read(admin, "nowhere", 404)


def test_without_the_right_to_read_kafkas_refusal_is_shown(
    kafka: KafkaCluster, admin: Client, viewer: Client, orders: str
) -> None:
    known_cluster(kafka, slug="barred", user="app")
    response = admin.get(f"/clusters/barred/topics/{orders}/messages/")
    assert response.status_code == 403
    assert "ACL" in response.content.decode()
    refused = viewer.get(address(orders))
    assert refused.status_code == 403
    assert "messages.view" in refused.content.decode()


@pytest.mark.parametrize(("seek", "on"), [("newest", "Load older"), ("oldest", "Load more")])
def test_many_records_come_page_by_page_none_twice(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique, seek: str, on: str
) -> None:
    topic = known_topic(kafka, unique("many"), partitions=2)
    for partition in (0, 1):
        produce(kafka, topic, map(str, range(130)), partition=partition)
    for contains in ("", "1"):
        page = read(admin, topic, seek=seek, limit=50, contains=contains)
        seen = offsets(page)
        while on in page or "Load more" in page or "Go on" in page:
            page = follow(admin, topic, page)
            seen += offsets(page)
        assert sorted(seen) == [
            (partition, number) for partition in (0, 1) for number in range(130) if contains in str(number)
        ]
