"""Records as Confluent's own serializers write them, on a real Kafka, with the schemas in a real registry."""

import html
import json
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from django.contrib.auth.models import User
from django.test import Client
from google.protobuf import json_format

from clusters.formats.protobuf import message_class
from clusters.gateway.reading.partitioner import partition_of
from clusters.gateway.registry.protobuf_compiler import compiled
from clusters.messages.produce.file_job import records_of
from clusters.models import Cluster, JobPiece
from core.encryption import SecretValues
from tests.api.conftest import LOCAL, program_of
from tests.clusters.messages.test_pages import kept_topic, read, write
from tests.clusters.messages.test_produce import filled, read_back
from tests.clusters.messages.test_produce_file import upload
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic
from tests.metrics.servers import says, serving
from tests.registries import set_registry
from tests.schema_registry import SchemaRegistry

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
MONEY = '{"type": "record", "name": "Money", "namespace": "shop", "fields": [{"name": "cents", "type": "long"}]}'
ORDER = """{"type": "record", "name": "Order", "namespace": "shop", "fields": [
    {"name": "id", "type": "long"}, {"name": "total", "type": "shop.Money"},
    {"name": "note", "type": ["null", "string"]},
    {"name": "kind", "type": {"type": "enum", "name": "K", "symbols": ["A", "B"]}}
]}"""
VALUE = {"id": 7, "total": {"cents": 1250}, "note": "größe", "kind": "B"}
JSON_SCHEMA = '{"type": "object", "title": "Order", "properties": {"id": {"type": "integer"}}, "required": ["id"]}'
MONEY_PROTO = 'syntax = "proto3"; package shop; message Money { int64 cents = 1; }'
ORDER_PROTO = """syntax = "proto3"; package shop; import "money.proto"; import "google/protobuf/timestamp.proto";
message Other { int32 x = 1; }
message Outer { message Order {
  string id = 1; Money total = 2; google.protobuf.Timestamp at = 3; map<string, int32> n = 4;
} }
"""


def serialized(registry: SchemaRegistry, topic: str, unique: Unique) -> tuple[list[bytes | None], Any]:
    """Return values written by the official serializers, and the message that the Protobuf one wrote."""
    client, context = SchemaRegistryClient({"url": registry.url}), SerializationContext(topic, MessageField.VALUE)
    money = unique("money")
    client.register_schema(money, Schema(MONEY, "AVRO"))
    order = Schema(ORDER, "AVRO", [SchemaReference("shop.Money", money, 1)])
    descriptors = compiled(ORDER_PROTO, (("money.proto", MONEY_PROTO),))
    kind = message_class(descriptors, (1, 0))
    message = kind(id="o-1", total={"cents": 5}, n={"a": 1})
    message.at.FromJsonString("2026-01-02T03:04:05Z")  # type: ignore[attr-defined]

    def subject(context: SerializationContext | None, name: str | None) -> str:
        return f"{topic}-{name}"

    options: dict[str, Any] = {"subject.name.strategy": subject}
    return [
        AvroSerializer(client, order, conf=options)(VALUE, context),
        JSONSerializer(JSON_SCHEMA, client, conf=options)({"id": 5}, context),
        ProtobufSerializer(kind, client, {"use.deprecated.format": False, **options})(message, context),
        b"\x00\x00\x98\x96\x7fnothing has this id",
        b"\x00\x00\x00\x00\x01",
    ], message


@pytest.fixture
def with_registry(cluster: Cluster, registry: SchemaRegistry) -> Cluster:
    set_registry(cluster, registry.url)
    return cluster


def test_what_the_official_serializers_write_is_read_equal(
    admin: Client, kafka: KafkaCluster, with_registry: Cluster, registry: SchemaRegistry, unique: Unique
) -> None:
    topic = kept_topic(kafka, unique("registered"))
    values, message = serialized(registry, topic, unique)
    write(kafka, topic, [{"value": value} for value in values])
    write(kafka, topic, [named_in_header(value or b"") for value in values[:3]])
    program = program_of(User.objects.create_superuser("bob"))
    page = program.get(f"{LOCAL}/topics/{topic}/messages?seek=oldest")
    avro, json_record, protobuf, unknown, garbage, *by_header = (record["value"] for record in page["items"])
    assert [record["decoded"] for record in by_header] == [each["decoded"] for each in (avro, json_record, protobuf)]
    assert avro["decoded"] == VALUE
    assert json_record["decoded"] == {"id": 5}
    assert protobuf["decoded"] == json_format.MessageToDict(message, preserving_proto_field_name=True)
    assert {avro["format"], json_record["format"], protobuf["format"]} == {"schema"}
    assert "The schema registry has no schema with id 9999999." in unknown["problem"]
    assert unknown["base64"]
    assert garbage["problem"]
    shown = read(admin, topic)
    sent_again_as_they_are(admin, kafka, topic)
    assert '{"id": 7, "total": {"cents": 1250}, "note": "größe", "kind": "B"}' in shown
    assert "(shop.Outer.Order, schema id" in shown
    assert "The schema registry has no schema with id 9999999." in shown


def named_in_header(value: bytes) -> dict[str, Any]:
    """Return the record of a value with its schema's id, and its place in a Protobuf file, in a header."""
    end = 8 if value[5:8] == b"\x04\x02\x00" else 5
    return {"value": value[end:], "headers": [("a", b"1"), ("__value_schema_id", value[:end])]}


def sent_again_as_they_are(admin: Client, kafka: KafkaCluster, topic: str) -> None:
    """The form of each record has what it says; unless that is edited, the same bytes and headers are written."""
    address = f"/clusters/local/topics/{topic}/produce/"
    for number, offset in enumerate((0, 1, 2, 5, 6, 7)):
        original = read_back(kafka, topic, 0, offset)
        form = filled(admin, f"{address}?again=0-{offset}")
        assert (form["value_format"], form["value_subject"].rpartition("-")[0]) == ("schema", topic)
        assert json.loads(form["value"])["id"] in {7, 5, "o-1"}
        assert admin.post(address, {**form, "action": "apply"}).status_code == 302
        copy = read_back(kafka, topic, 0, 8 + number)
        assert (copy.value(), copy.headers()) == (original.value(), original.headers())
    other = form | {"value_message": "shop.Other", "value": '{"x": 1}', "action": "preview"}
    assert "__value_schema_id names another schema than the chosen one" in admin.post(address, other).content.decode()
    other["headers"] = "a=1"
    assert "shop" in admin.post(address, other).content.decode()
    unknown = admin.get(f"{address}?again=0-3")
    assert unknown.context["form"]["value_format"].value() == "hex"
    assert "filled in as its bytes. Not decoded as Schema registry: The schema registry has no schema with id" in (
        unknown.content.decode()
    )


def test_a_search_sees_what_is_decoded_and_counts_what_could_not_be(
    kafka: KafkaCluster, with_registry: Cluster, registry: SchemaRegistry, unique: Unique
) -> None:
    topic = kept_topic(kafka, unique("searched"))
    write(kafka, topic, [{"value": value} for value in serialized(registry, topic, unique)[0]])
    program = program_of(User.objects.create_superuser("bob"))

    def search(**query: str) -> tuple[list[int], list[str]]:
        page = program.get(f"{LOCAL}/topics/{topic}/messages?{urlencode({'seek': 'oldest', **query})}")
        return [record["offset"] for record in page["items"]], [part["sentence"] for part in page["missing"]]

    values, problems = search(contains='"CENTS": 1250')  # no byte of it is text
    assert values == [0]
    assert any("The schema registry has no schema with id 9999999." in problem for problem in problems)
    assert search(regex="cents.: .?5|1250", where="value")[0] == [0, 2]
    assert search(contains='"cents": 1250', where="key")[0] == []
    assert search(contains="größe")[0] == [0]


def test_a_key_that_is_a_number_is_searched_as_one(
    admin: Client, kafka: KafkaCluster, with_registry: Cluster, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("numbered"), partitions=5)
    produce_page = f"/clusters/local/topics/{topic}/produce/"
    for key in ("41", "42"):
        fields = {"key": key, "key_format": "long", "value": "2.5", "value_format": "double"}
        assert admin.post(produce_page, {**fields, "action": "apply"}).status_code == 302
    wrong = {"key": "x", "key_format": "long", "value": "", "value_format": "text"}
    assert "This is not of the type Long: x" in admin.post(produce_page, wrong).content.decode()
    program = program_of(User.objects.create_superuser("bob"))
    query = {"seek": "oldest", "key": "42", "key_format": "long", "value_format": "double"}
    page = program.get(f"{LOCAL}/topics/{topic}/messages?{urlencode(query)}")
    assert [(record["key"]["decoded"], record["value"]["decoded"]) for record in page["items"]] == [(42, 2.5)]
    assert page["key_partition"] == partition_of(struct.pack(">q", 42), 5)
    assert program.get(f"{LOCAL}/topics/{topic}/messages?{urlencode(query | {'key': '4'})}")["items"] == []


def test_a_registry_that_is_away_or_refuses_shows_bytes_and_why(
    admin: Client, kafka: KafkaCluster, cluster: Cluster, unique: Unique
) -> None:
    topic = write(kafka, kept_topic(kafka, unique("bytes")), [{"value": b"\0\0\0\0\x05ab"}] * 3)
    set_registry(cluster, "http://127.0.0.1:1")
    page = read(admin, topic)
    assert page.count("Nothing is listening there: check host and port.") == 3
    assert "00 00 00 00 05 61 62" in page
    with serving(says("no", status=401)) as url:
        set_registry(cluster, url, secrets=SecretValues(password="wrong"))
        assert "denies access (401). Check the user name and the password" in read(admin, topic)


def test_the_test_of_the_connection_tests_the_registry(
    admin: Client, with_registry: Cluster, registry: SchemaRegistry
) -> None:
    fields = {
        "name": "local", "bootstrap_servers": with_registry.bootstrap_servers, "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512", "username": with_registry.username, "verify_hostname": "on",
        "registry_url": registry.url, "registry_verify": "on", "action": "test",
    }  # fmt: skip
    assert "Schema registry: connected" in admin.post("/clusters/local/edit/", fields).content.decode()
    wrong = fields | {"registry_url": registry.url.replace("ccompat/v7", "nothing")}
    assert "is not a schema registry" in admin.post("/clusters/local/edit/", wrong).content.decode()
    program = program_of(User.objects.create_superuser("bob"))
    assert program("POST", f"{LOCAL}/test").json()["registry"]["ok"] is True


def read_back_by(deserializer: Any, record: Any) -> Any:
    """Return a record's value as Confluent's own deserializer reads it."""
    return deserializer(record.value(), SerializationContext(record.topic(), MessageField.VALUE))


def test_a_record_is_written_by_a_schema_as_confluents_deserializers_read_it(
    admin: Client, kafka: KafkaCluster, with_registry: Cluster, registry: SchemaRegistry, unique: Unique
) -> None:
    topic, client = kept_topic(kafka, unique("typed")), SchemaRegistryClient({"url": registry.url})
    money = unique("money")
    client.register_schema(money, Schema(MONEY, "AVRO"))
    client.register_schema(f"{topic}-value", Schema(ORDER, "AVRO", [SchemaReference("shop.Money", money, 1)]))
    client.register_schema(f"{topic}-key", Schema('syntax = "proto3"; message Id { string id = 1; }', "PROTOBUF"))
    produce = f"/clusters/local/topics/{topic}/produce/"
    fields = {"key": '{"id": "o-1"}', "key_format": "schema", "key_subject": f"{topic}-key", "value_format": "schema"}
    fields |= {"value_subject": f"{topic}-value"}
    assert f'<option value="{topic}-value">' in admin.get(produce).content.decode()

    sample = html.unescape(admin.post(produce, fields | {"action": "sample-value"}).content.decode())
    typed = sample.partition('name="value"')[2].partition(">")[2].partition("</textarea>")[0]
    assert json.loads(typed)["total"] == {"cents": 0}

    program = program_of(User.objects.create_superuser("bob"))
    sample = program.get(f"{LOCAL}/topics/{topic}/messages/sample?subject={topic}-value&version=1")
    assert json.loads(sample["text"]) == json.loads(typed)

    wrong = admin.post(produce, fields | {"value": '{"id": "x"}', "action": "preview"})
    assert wrong.status_code == 422
    assert "$.id: 'x' is not a whole number of the type long." in html.unescape(wrong.content.decode())

    fields |= {"value": json.dumps(VALUE)}
    plan = admin.post(produce, fields | {"action": "preview"}).content.decode()
    assert f"(Avro, {topic}-value version 1)" in plan
    admin.post(produce, fields | {"action": "apply"})
    record = read_back(kafka, topic, 0, 0)
    assert read_back_by(AvroDeserializer(client), record) == VALUE
    assert (record.key() or b"")[6:] == b"\x0a\x03o-1"
    shown = read(admin, topic)
    assert '{"id": "o-1"}' in shown
    assert '"note": "größe"' in shown
    named_in_headers_of_a_file(admin, AvroDeserializer(client), topic, record.value() or b"")


def named_in_headers_of_a_file(admin: Client, deserializer: Any, topic: str, framed: bytes) -> None:
    """A schema's id is in the header that names it or before the bytes, as the official deserializer expects."""
    number = {"name": "__value_schema_id", "value": framed[:5].hex(), "format": "hex"}
    lines = [{"value": VALUE}, {"value": VALUE, "headers": [number]}]
    by_schema = {"value_format": "schema", "value_subject": f"{topic}-value"}
    assert upload(admin, topic, "\n".join(map(json.dumps, lines)).encode(), **by_schema).status_code == 200
    plain, named = records_of(bytes(JobPiece.objects.get().data))
    assert (plain.value, named.value) == (framed, framed[5:])
    context = SerializationContext(topic, MessageField.VALUE, list(named.headers))
    assert deserializer(named.value, context) == VALUE
    number["value"] = "0000989680"
    refused = upload(admin, topic, json.dumps(lines[1]).encode(), **by_schema)
    assert "value: The header __value_schema_id names another schema" in refused.content.decode()


def test_what_a_schema_lacks_is_told_at_its_field(
    admin: Client, with_registry: Cluster, kafka: KafkaCluster, unique: Unique
) -> None:
    topic = kept_topic(kafka, unique("lacking"))
    produce = f"/clusters/local/topics/{topic}/produce/"
    for action in ("preview", "sample-value"):
        none = admin.post(produce, {"value_format": "schema", "value_subject": "nothing", "action": action})
        assert "has no version latest of the subject nothing" in none.content.decode()
        assert none.status_code == 422
    without = admin.post(produce, {"value_format": "schema", "action": "preview"}).content.decode()
    assert "Choose the subject of a schema." in without
    program = program_of(User.objects.create_superuser("bob"))
    body = {"value": "{}", "value_format": "schema", "value_subject": "nothing"}
    refused = program("POST", f"{LOCAL}/topics/{topic}/messages", body)
    assert refused.status_code == 422
    assert "value_subject" in json.dumps(refused.json())
    with_registry.registries.all().delete()
    assert "The cluster has no schema registry." in admin.post(produce, body | {"action": "preview"}).content.decode()
