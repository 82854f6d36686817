"""Records through the API, on a real Kafka."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import Producer

from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program, person, program_of
from tests.conftest import known_topic
from tests.kafka.cluster import KafkaCluster

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(kafka: KafkaCluster, cluster: Cluster, unique: Callable[[str], str]) -> str:
    """A topic with one record of text, one that is null, and one that is no text."""
    topic = known_topic(kafka, unique("orders"), config={"retention.ms": "-1"})  # the records are old
    producer = Producer(kafka.client_config())
    values: list[bytes | None] = [b"one", None, b"\xff\x00"]
    for number, value in enumerate(values):
        producer.produce(topic, value, b"key", timestamp=1_700_000_000_000 + number, headers=[("source", b"shop")])
    assert producer.flush(20) == 0
    return topic


def path(topic: str, query: str = "") -> str:
    return f"{LOCAL}/topics/{topic}/messages{query}"


def test_records_are_told_with_all_that_they_have(ada: Program, orders: str) -> None:
    page = ada.get(path(orders, "?seek=oldest"))
    text, gone, binary = page["items"]
    assert (text["partition"], text["offset"], text["time"], text["time_of"]) == (
        0, 0, "2023-11-14T22:13:20Z", "producer"
    )  # fmt: skip
    why = {"format": "text", "why": "It is text in UTF-8.", "note": "", "decoded": None, "problem": ""}
    assert text["value"] == {"text": "one", "base64": None, "size": 3, "cut": False, **why}
    assert text["key"]["text"] == "key"
    assert text["headers"][0]["value"]["text"] == "shop"
    nothing = {"format": "", "why": "", "note": "", "decoded": None, "problem": ""}
    assert gone["value"] == {"text": None, "base64": None, "size": None, "cut": False, **nothing}
    assert b64decode(binary["value"]["base64"]) == b"\xff\x00"
    assert (page["next"], page["looked_at"], page["missing"]) == (None, 3, [])


def test_pages_follow_each_other(ada: Program, orders: str) -> None:
    first = ada.get(path(orders, "?limit=2"))
    assert [record["offset"] for record in first["items"]] == [2, 1]
    last = ada.get(path(orders, f"?limit=2&cursor={first['next']}"))
    assert [record["offset"] for record in last["items"]] == [0]
    assert last["next"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [("?seek=offset", "offset"), ("?limit=0", "limit"), ("?partitions=9", "partitions"), ("?cursor=x", "cursor")],
)
def test_what_is_wrong_is_told_with_its_field(ada: Program, orders: str, query: str, field: str) -> None:
    response = ada("GET", path(orders, query))
    assert response.status_code == 422
    assert field in response.json()["errors"]


def test_grants_are_by_topic(orders: str) -> None:
    def status(role: str, **grant: Any) -> int:
        return int(program_of(person(f"one-{role}-{len(grant)}", role, **grant))("GET", path(orders)).status_code)

    assert status("viewer") == 403
    assert status("operator") == 200
    assert status("operator", resources="mine-*") == 403
