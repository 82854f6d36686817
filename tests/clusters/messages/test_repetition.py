"""What the form of a new record has of one that is there: all of it, or the reason why not. Without Kafka."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import msgpack
import pytest

from clusters.gateway.log.records import Record
from clusters.gateway.registry.protobuf_files import read_types
from clusters.messages.decoding import Decoding
from clusters.messages.own_types import OwnTypes
from clusters.messages.produce.filling import Filler
from clusters.messages.produce.form import ProduceForm
from clusters.messages.produce.repetition import Repetition, repeated
from clusters.messages.registries import TopicRegistries
from clusters.models import Cluster
from clusters.protobuf_types.changes import store
from tests.clusters.gateway.registry.test_client import GUID
from tests.clusters.protobuf_types.test_types import BYTES, FILES
from tests.metrics.servers import Handler, says, serving
from tests.registries import set_registry

pytestmark = pytest.mark.django_db
ORDER = "protobuf:shop.Order"
Headers = tuple[tuple[str, bytes | None, int], ...]


@pytest.fixture
def local() -> Cluster:
    cluster = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    store(cluster, read_types(FILES))
    return cluster


def record_of(key: bytes | None, value: bytes | None, headers: Headers = (), **changes: Any) -> Record:
    record = Record(0, 1, 0, False, key, value, headers, len(key or b""), len(value or b""), len(headers))
    return replace(record, **changes)


def repetition(cluster: Cluster, record: Record, key_format: str = "", value_format: str = "") -> Repetition:
    types, registries = OwnTypes(cluster), TopicRegistries(cluster, "orders")
    schemas = registries.schemas("value")
    by_part = {"value": schemas} if schemas else {}
    decoding = Decoding("orders", (key_format, ""), (value_format, ""), by_part, types.descriptors)
    return repeated(record, Filler("orders", decoding, types, registries))


def written(cluster: Cluster, fields: dict[str, Any]) -> tuple[Any, ...]:
    """Return key, value and headers that the form writes."""
    form = ProduceForm(fields, partitions=1, registries=TopicRegistries(cluster, "orders"), types=OwnTypes(cluster))
    assert form.is_valid(), form.errors
    record = form.record()
    return record.key, record.value, record.headers


@pytest.mark.parametrize("chosen", ["", "text", "json", "hex", "base64", "long", "double", "uuid", ORDER])
@pytest.mark.parametrize(
    "data",
    [
        None, b"", b"text", "größe \u2028".encode(), b'{"a": 1}\n', b"a\r\nb", b"\n", b"\0\xff", b"\0" * 8,
        b"\x3f\xf1\x99\x99\x99\x99\x99\x9a", msgpack.packb({"a": [1, 2]}), BYTES, BYTES + b"\xf8\x07\x01",
        b"0aa1d3f4-2f0a-4c7b-8d5e-3f6a7b8c9d0e", b"\0\0\0\0\x07rest", b"\xff" * 400_000,
    ],
)  # fmt: skip
def test_what_is_sent_again_unedited_is_the_same_bytes(local: Cluster, data: bytes | None, chosen: str) -> None:
    headers: Headers = (("a", b"1", 1), ("a", b"\xff", 1), ("b", b"base64:x", 8), ("c", None, 0), ("d", b"1\r\n2=3", 6))
    again = repetition(local, record_of(data, data, headers), chosen, chosen)
    assert written(local, again.fields) == (data, data, tuple((name, value) for name, value, _ in headers))


def test_a_message_is_edited_as_json(local: Cluster) -> None:
    again = repetition(local, record_of(b"k", BYTES), value_format=ORDER)
    assert (again.fields["value_format"], again.notes) == (ORDER, ())
    assert '"sku": "A1"' in again.fields["value"]
    edited = again.fields | {"value": again.fields["value"].replace("A1", "B2")}
    assert written(local, edited)[1] == BYTES.replace(b"A1", b"B2")


def by_guid(handler: Handler) -> None:
    """Answer as a registry whose schemas have GUIDs."""
    schema = {"schema": '{"type": "record", "name": "A", "fields": [{"name": "n", "type": "int"}]}'}
    answers = {
        f"/schemas/guids/{GUID}": schema,
        f"/schemas/guids/{GUID}/ids": [{"context": ".", "id": 7}],
        "/schemas/ids/7/versions": [{"subject": "other", "version": 1}, {"subject": "orders-value", "version": 2}],
        "/subjects/orders-value/versions/2": schema | {"id": 7, "version": 2},
        "/subjects/orders-value/versions/3": {"schema": '"int"', "id": 8, "version": 3},
    }
    says(json.dumps(answers.get(handler.path)))(handler)


def test_a_header_names_the_schema_by_its_guid(local: Cluster) -> None:
    head = b"\x01" + UUID(GUID).bytes
    with serving(by_guid) as url:
        set_registry(local, url)
        again = repetition(local, record_of(b"k", b"\x0a", (("__value_schema_id", head, 17),)), value_format="schema")
        assert (again.fields["value_subject"], again.fields["value_version"], again.notes) == ("orders-value", 2, ())
        edited = again.fields | {"value": '{"n": 6}'}
        assert written(local, edited) == (b"k", b"\x0c", (("__value_schema_id", head),))
        assert written(local, edited | {"headers": ""}) == (b"k", b"\0\0\0\0\x07\x0c", ())
        registries = TopicRegistries(local, "orders")
        other = edited | {"value_version": 3, "value": "6"}
        form = ProduceForm(other, partitions=1, registries=registries, types=OwnTypes(local))
        assert "The header __value_schema_id names another schema" in str(form.errors["value_subject"])


@pytest.mark.parametrize(
    ("data", "chosen", "words"),
    [
        (BYTES + b"\xf8\x07\x01", ORDER, "Its JSON, written again, would have other bytes: it may have fields"),
        (b"\xff", ORDER, "Not decoded as Protobuf: It does not fit its Protobuf schema"),
        (b"\0\0\0\0\x07rest", "schema", "Not decoded as Schema registry: The cluster has no schema registry."),
        (b"a\r\nb", "", "It has carriage returns, which a browser changes."),
        (b"\0\xff", "", "No format fits."),
        (msgpack.packb({"a": b"\xff"}), "", "kafkaadmin reads MessagePack, and does not write it."),
        (b"\xff\xff", "text", "It is not text in UTF-8"),
        (b"\0\0\0\0\0\0\0\1", "uuid", "It is neither 16 bytes nor the text of a UUID."),
        (b"\1" * 16, "uuid", "would have other bytes"),
    ],
)
def test_what_stays_bytes_says_why(local: Cluster, data: bytes, chosen: str, words: str) -> None:
    again = repetition(local, record_of(b"k", data), value_format=chosen)
    assert (again.fields["value_format"], again.fields["value"]) == ("hex", data.hex(" "))
    (note,) = again.notes
    assert note.startswith("The value is filled in as its bytes. ")
    assert words in note


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (record_of(b"k", b"v", masked=("value",)), "parts of the record are masked for you"),
        (record_of(b"k", b"v", value_size=2), "too large to be read whole"),
        (record_of(b"k", b"v", key_size=2), "too large to be read whole"),
    ],
)
def test_a_part_of_a_record_is_not_sent_again(local: Cluster, record: Record, words: str) -> None:
    again = repetition(local, record)
    assert again.fields == {}
    assert words in again.notes[0]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (("a=b", b"1", 1), "“a=b” has characters that the form has no place for"),
        ((" a", b"1", 1), "no place for"),
        (("", b"1", 1), "no place for"),
        (("a\nb", None, 0), "no place for"),
        (("long", b"1", 40_000), "“long” (39.1 KiB) is left out: it is too large to be read whole."),
    ],
)
def test_headers_that_the_form_cannot_have_are_named(local: Cluster, header: Any, words: str) -> None:
    again = repetition(local, record_of(b"k", b"v", (("kept", b"1", 1), header)))
    assert again.fields["headers"] == "kept=1"
    assert words in again.notes[0]
    more = repetition(local, record_of(b"k", b"v", (("kept", b"1", 1),), header_count=3))
    assert more.notes == ("2 of 3 headers are left out.",)
