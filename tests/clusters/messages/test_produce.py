"""Writing a record from the browser, by the API and the command line, on a real Kafka."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from confluent_kafka import Consumer, Message, TopicPartition
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.writing.produce import NewRecord, Place, produce
from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_cluster, known_topic, mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


def read_back(kafka: KafkaCluster, topic: str, partition: int, offset: int) -> Message:
    """Return a record as a plain consumer reads it."""
    consumer = Consumer({**kafka.client_config(), "group.id": "read-back", "enable.auto.commit": False})
    try:
        consumer.assign([TopicPartition(topic, partition, offset)])
        message = consumer.poll(20)
        assert message is not None  # one with an empty value is false
        assert not message.error()
        return message
    finally:
        consumer.close()


def address(topic: str) -> str:
    return f"/clusters/local/topics/{topic}/produce/"


@pytest.fixture
def orders(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> str:
    return known_topic(kafka, unique("orders"), partitions=3, config={"retention.ms": "-1"})  # some records are old


def test_a_record_is_what_a_consumer_reads(kafka: KafkaCluster, admin: Client, orders: str) -> None:
    fields = {
        "key": "order-1", "value": '{"id": 1,\r\n "état": "payé"}', "value_format": "json", "partition": "2",
        "headers": "trace-id=8f2c\r\nempty=\r\nnothing", "time": "2026-01-02T03:04:05Z",
    }  # fmt: skip
    shown = admin.post(address(orders), {**fields, "action": "preview"}).content.decode()
    assert "3 headers; partition 2" in shown
    done = admin.post(address(orders), {**fields, "action": "apply"}, follow=True)
    assert f"Record written to {orders}-2 at offset 0." in done.content.decode()
    message = read_back(kafka, orders, 2, 0)
    assert (message.key(), message.value()) == (b"order-1", '{"id": 1,\n "état": "payé"}'.encode())
    assert message.headers() == [("trace-id", b"8f2c"), ("empty", b""), ("nothing", None)]
    assert message.timestamp()[1] == 1767323045000
    entry = AuditEntry.objects.get(action="messages.produce")
    assert (entry.outcome, entry.resource) == (AuditEntry.DONE, orders)
    assert "payé" not in str(entry.steps)
    first = {"value": "x", "partition": "2", "time": "1970-01-01T00:00:00Z"}
    shown = admin.post(address(orders), {**first, "action": "preview"}).content.decode()
    assert "is written 1 ms later" in shown
    assert admin.post(address(orders), {**first, "action": "apply"}).status_code == 302
    assert read_back(kafka, orders, 2, 1).timestamp()[1] == 1


def test_a_form_that_is_sent_twice_writes_one_record(kafka: KafkaCluster, admin: Client, orders: str) -> None:
    small = known_topic(kafka, f"{orders}-small", config={"max.message.bytes": "1000"})
    form = {"csrfmiddlewaretoken": str(admin.get(address(orders)).context["csrf_token"]), "action": "apply"}
    fields = {**form, "value": "paid", "partition": "0"}
    assert admin.post(address(orders), fields).status_code == 302
    again = admin.post(address(orders), fields)
    page = again.content.decode()
    assert (again.status_code, "This was applied already: the same form was sent twice" in page) == (409, True)
    done = AuditEntry.objects.get(action="messages.produce", outcome=AuditEntry.DONE)
    (entry_url,) = re.findall(r'href="([^"]+)">Its entry in the audit log', page)
    assert f'id="entry-{done.pk}"' in admin.get(unescape(entry_url)).content.decode()
    assert admin.post(address(orders), {**fields, "value": "other"}).status_code == 302  # after going back
    token = str(admin.get(address(orders)).context["csrf_token"])
    assert admin.post(address(orders), {**fields, "csrfmiddlewaretoken": token}).status_code == 302  # another page's
    values = [read_back(kafka, orders, 0, offset).value() for offset in range(3)]
    assert values == [b"paid", b"other", b"paid"]
    large = {**form, "value": "x" * 5000}
    assert admin.post(address(small), large).status_code == 422
    assert "max.message.bytes" in admin.post(address(small), large).content.decode()  # what failed is tried again


def test_keys_go_where_javas_clients_send_them(connection: Connection, orders: str) -> None:
    # Kafka's Utils.toPositive(murmur2(key)) % 3, as its own UtilsTest has the hashes.
    hashes = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536}
    for key, number in hashes.items():
        assert produce(connection, orders, NewRecord(key, b"v")).partition == (number & 0x7FFFFFFF) % 3


@pytest.mark.parametrize(
    ("fields", "key", "value"),
    [
        ({"key": "", "value": ""}, None, b""),
        ({"key": "k", "value_format": "null"}, b"k", None),
        ({"key": "00 ff", "key_format": "hex", "value": "AAEC", "value_format": "base64"}, b"\x00\xff", b"\0\1\2"),
    ],
)
def test_bytes_nulls_and_no_key(
    kafka: KafkaCluster, admin: Client, orders: str, fields: dict[str, str], key: bytes | None, value: bytes | None
) -> None:
    assert admin.post(address(orders), {**fields, "partition": "0", "action": "apply"}).status_code == 302
    message = read_back(kafka, orders, 0, 0)
    assert (message.key(), message.value()) == (key, value)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"value": "{", "value_format": "json"}, "This is not JSON"),
        ({"value": "[" * 100_000, "value_format": "json"}, "nested too deeply"),
        ({"value": '{"a": NaN}', "value_format": "json"}, "This is not JSON: it has no number NaN."),
        ({"value": "1e400", "value_format": "double"}, "This is not of the type Double: 1e400"),
        ({"value": "0", "value_format": "hex"}, "pairs of hexadecimal digits"),
        ({"key": "!", "key_format": "base64"}, "This is not base64."),
        ({"headers": "=x"}, "has no name"),
        ({"partition": "3"}, "The topic has no partition 3"),
        ({"time": "1960-01-01T00:00:00Z"}, "Kafka has no times before 1970."),
        ({"value": "x" * 2_000_000}, "at most 1000000"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    admin: Client, orders: str, fields: dict[str, str], words: str
) -> None:
    response = admin.post(address(orders), {"key": "kept", **fields, "action": "apply"})
    assert response.status_code == 422
    assert words in response.content.decode()
    if "key" not in fields:
        assert ">\nkept</textarea>" in response.content.decode()


def test_what_kafka_refuses_is_told(kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique) -> None:
    small = known_topic(kafka, unique("small"), config={"max.message.bytes": "1000"})
    response = admin.post(address(small), {"value": "x" * 5000, "action": "apply"})
    assert response.status_code == 422
    assert "Raise the topic&#x27;s max.message.bytes" in response.content.decode()
    late = admin.post(address(small), {"value": "x", "time": "9999-12-31T23:59:59Z", "action": "apply"})
    assert "message.timestamp.after.max.ms" in late.content.decode()
    compacted = known_topic(kafka, unique("compacted"), config={"cleanup.policy": "compact"})
    mirror(cluster)
    shown = admin.post(address(compacted), {"value": "x", "action": "preview"}).content.decode()
    assert "Kafka refuses records without a key" in shown
    refused = admin.post(address(compacted), {"value": "x", "action": "apply"})
    assert (refused.status_code, "no record without a key" in refused.content.decode()) == (422, True)
    tombstone = admin.post(address(compacted), {"key": "k", "value_format": "null", "action": "preview"})
    assert "tombstone" in tombstone.content.decode()
    page = admin.post(
        address(compacted), {"key": "gone", "value": "x", "headers": "a=1", "action": "apply"}, follow=True
    )
    (link,) = re.findall(r'href="([^"]+)"[^>]*>Tombstone…</a>', page.content.decode())
    fields = filled(admin, unescape(link))
    assert {name: fields.get(name) for name in ("key", "value_format", "partition", "headers")} == {
        "key": "gone", "value_format": "null", "partition": 0, "headers": None
    }  # fmt: skip
    assert "Tombstone…" not in admin.get(f"/clusters/local/topics/{small}/messages/").content.decode()


def filled(client: Client, address: str) -> dict[str, Any]:
    """Return what the form of a new record has, as a browser sends it."""
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None}


def test_a_record_is_sent_again_from_its_row(kafka: KafkaCluster, admin: Client, orders: str) -> None:
    headers = "a=1\na=base64:/wA=\nb=base64:YmFzZTY0Og==\nnull"
    fields = {"key": "k", "value": "<b>first</b>\n", "headers": headers, "partition": "1", "action": "apply"}
    page = admin.post(address(orders), fields, follow=True).content.decode()
    assert f"{address(orders)}?again=1-0" in page
    form = admin.get(f"{address(orders)}?again=1-0").content.decode()
    assert "&lt;b&gt;first&lt;/b&gt;" in form
    again = filled(admin, f"{address(orders)}?again=1-0") | {"partition": "1", "action": "apply"}
    assert admin.post(address(orders), again).status_code == 302
    record = read_back(kafka, orders, 1, 1)
    assert (record.key(), record.value()) == (b"k", b"<b>first</b>\n")
    assert record.headers() == [("a", b"1"), ("a", b"\xff\0"), ("b", b"base64:"), ("null", None)]
    gone = admin.get(f"{address(orders)}?again=1-7").content.decode()
    assert "The form is empty: there is no record at offset 7 of partition 1." in gone
    assert "first" not in gone


def test_who_may_not_and_where_nothing_may(kafka: KafkaCluster, admin: Client, viewer: Client, orders: str) -> None:
    assert viewer.post(address(orders), {"value": "x", "action": "apply"}).status_code == 403
    user = User.objects.create_user("olga")
    Grant.objects.create(user=user, role="operator", resources="other-*")
    assert signed_in(user).post(address(orders), {"value": "x", "action": "apply"}).status_code == 403
    known_cluster(kafka, slug="still", read_only=True)
    assert admin.post(f"/clusters/still/topics/{orders}/produce/", {"value": "x"}).status_code == 403
    known_cluster(kafka, slug="live", environment="production")
    path = f"/clusters/live/topics/{orders}/produce/"
    assert admin.post(path, {"value": "x", "action": "apply"}).status_code == 422
    assert admin.post(path, {"value": "x", "action": "apply", "confirm": orders}).status_code == 302


def test_without_the_right_to_write_kafkas_refusal_is_told(kafka: KafkaCluster, orders: str) -> None:
    with pytest.raises(KafkaFailure, match="uthoriz"):
        produce(connection_of(kafka, "app"), orders, NewRecord(None, b"x"))


def test_a_program_writes_after_a_dry_run_and_only_once_for_a_key(
    kafka: KafkaCluster, ada: Program, orders: str
) -> None:
    path = f"{LOCAL}/topics/{orders}/messages"
    body: dict[str, Any] = {"key": "k", "value": "AAE=", "value_format": "base64"}
    body["headers"] = [{"name": "a=b", "value": "1\nc=2"}, {"name": "d", "value": "/w==", "format": "base64"}]
    trial: Any = ada("POST", f"{path}?dry_run=true", body).json()
    assert trial["done"] is False
    first = ada("POST", path, body, Idempotency_Key=orders)
    again = ada("POST", path, body, Idempotency_Key=orders)
    assert (first.status_code, first.json()["partition"]) == (201, again.json()["partition"])
    record = read_back(kafka, orders, first.json()["partition"], 0)
    assert (record.value(), record.headers()) == (b"\0\1", [("a=b", b"1\nc=2"), ("d", b"\xff")])
    body["headers"] = [{"name": "d", "value": "/", "format": "base64"}]
    assert "This is not base64." in ada("POST", path, body).text
    assert produce_offset(ada, orders, first.json()["partition"]) == 1


def produce_offset(ada: Program, topic: str, partition: int) -> int:
    """Write to a partition; return the offset: how many records were there before."""
    place = Place(**{
        name: ada("POST", f"{LOCAL}/topics/{topic}/messages", {"value": "v", "partition": partition}).json()[name]
        for name in ("partition", "offset")
    })  # fmt: skip
    return place.offset - 1
