"""Bytes as other libraries write them, and what they are shown as."""

import io
import json
import struct
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import cbor2
import fastavro
import msgpack
import pytest
import zstandard

from clusters.formats.catalogue import formats
from clusters.formats.content import NOTHING, Data
from clusters.formats.detection import decode
from clusters.formats.kafka_records import layouts
from lag.records.commits import OffsetCommit
from lag.records.commits import decode as decode_commit

ORDER = {"id": 7, "total": 12.5, "tags": ["a", "ü"], "note": None, "paid": True}
SCHEMA = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "next", "type": ["null", "Order"]},
        {"name": "counts", "type": {"type": "map", "values": "int"}},
    ],
}
AVRO = {"id": 1, "at": datetime(2026, 1, 2, tzinfo=UTC), "total": Decimal("12.50"), "counts": {"a": -3}}


def data(raw: bytes, **fields: Any) -> Data:
    return Data(raw, **{"size": len(raw)} | fields)


def avro_file(codec: str, count: int = 2) -> bytes:
    file = io.BytesIO()
    inner: dict[str, Any] = AVRO | {"next": None}
    written = "null" if codec == "zstandard" else codec  # for which fastavro wants a library that we have no use for
    fastavro.writer(file, fastavro.parse_schema(SCHEMA), [AVRO | {"next": inner}] * count, codec=written)
    return zstandard_file(file.getvalue()) if codec == "zstandard" else file.getvalue()


def zstandard_file(plain: bytes) -> bytes:
    """Compress the one block of a file: count, size, bytes, 16 bytes that end it; both numbers take a byte or two."""
    sync = plain[-16:]
    head, block, _ = plain.split(sync)
    count, size = block[:1], len(block) - 3
    assert int.from_bytes(block[1:3], "little") == (size * 2 & 0x7F | 0x80) | (size * 2 >> 7) << 8
    packed = zstandard.compress(block[3:])
    length = bytes([len(packed) * 2 & 0x7F | 0x80, len(packed) * 2 >> 7])
    head = head.replace(b"\x08null", bytes([2 * len("zstandard")]) + b"zstandard")
    return head + sync + count + length + packed + sync


@pytest.mark.parametrize(
    ("raw", "name", "value"),
    [
        (b"", "text", NOTHING),
        ("größe".encode(), "text", NOTHING),
        (b"123", "text", NOTHING),
        (json.dumps(ORDER).encode(), "json", ORDER),
        (b'{"a": 1} trailing', "text", NOTHING),
        (b'{"a": 1}', "json", {"a": 1}),
        (b'{"a": [NaN, -Infinity, 1e999, 1.5e300]}', "json", {"a": ["NaN", "-Infinity", "1e999", 1.5e300]}),
        (b'{"schema": {"type": "int32"}, "payload": 5}', "connect", 5),
        (b'{"schema": null, "payload": {"a": 1}}', "connect", {"a": 1}),
        (b'{"schema": 1, "payload": 2, "more": 3}', "json", {"schema": 1, "payload": 2, "more": 3}),
        (b'<a x="1"><b>t</b><b/></a>', "xml", {"a": {"@x": "1", "b": ["t", ""]}}),
        (b"<a><b></a>", "text", NOTHING),
        (msgpack.packb(ORDER), "msgpack", ORDER),
        (msgpack.packb([1, b"\xff"]), "msgpack", [1, "/w=="]),
        (msgpack.packb({1: msgpack.ExtType(5, b"x")}), "msgpack", {"1": {"extension": 5, "data": "eA=="}}),
        (msgpack.packb(ORDER) + b"\0", "", NOTHING),
        (cbor2.dumps(ORDER), "cbor", ORDER),
        (b"\xd9\xd9\xf7\x18\x2a", "cbor", 42),
        (b"\xd9\xd9\xf7" + cbor2.dumps(cbor2.CBORTag(35, "a{9}")), "cbor", {"tag": 35, "value": "a{9}"}),
        (b"\xff\xfe\xfd", "", NOTHING),
        (b"a\x00b", "", NOTHING),
    ],
)
def test_a_format_is_recognised(raw: bytes, name: str, value: object) -> None:
    decoded = decode(data(raw))
    assert (decoded.format, decoded.content.value) == (name, value)
    assert decoded.why
    assert not decoded.problem


@pytest.mark.parametrize("codec", ["null", "deflate", "bzip2", "xz", "zstandard", "snappy"])
def test_an_avro_file_is_read_with_its_own_schema(codec: str) -> None:
    decoded = decode(data(avro_file(codec)))
    inner = {"id": 1, "at": "2026-01-02T00:00:00+00:00", "total": "12.50", "counts": {"a": -3}, "next": None}
    assert decoded.format == "avro-file"
    assert decoded.content.value == [inner | {"next": inner}] * 2
    assert json.loads(decoded.content.text) == decoded.content.value


@pytest.mark.parametrize(
    ("name", "raw", "text"),
    [
        ("short", struct.pack(">h", -5), "-5"),
        ("integer", struct.pack(">i", 42), "42"),
        ("long", struct.pack(">q", 2**40), "1099511627776"),
        ("float", struct.pack(">f", 2.5), "2.5"),
        ("double", struct.pack(">d", 0.1), "0.1"),
        ("double", struct.pack(">d", float("nan")), "nan"),
        ("uuid", bytes(range(16)), str(UUID(bytes=bytes(range(16))))),
        ("uuid", b"00010203-0405-0607-0809-0a0b0c0d0e0f", "00010203-0405-0607-0809-0a0b0c0d0e0f"),
        ("hex", b"ab", "61 62"),
        ("base64", b"ab", "YWI="),
        ("text", b"5", "5"),
    ],
)
def test_a_chosen_format_is_used(name: str, raw: bytes, text: str) -> None:
    decoded = decode(data(raw), name, "Chosen here.")
    assert (decoded.format, decoded.content.text, decoded.why) == (name, text, "Chosen here.")


@pytest.mark.parametrize("name", [name for name in formats() if name not in {"hex", "base64"}])
def test_what_is_not_of_the_chosen_format_is_shown_as_bytes_with_the_reason(name: str) -> None:
    decoded = decode(data(b"\x00\xff{"), name)
    assert decoded.content.text == "00 ff 7b"
    assert decoded.problem.startswith(f"Not decoded as {formats()[name].label}: ")


def test_a_part_of_a_value_is_text_or_asks_for_the_whole() -> None:
    assert decode(data(b'{"a": "b', size=900)).content.text == '{"a": "b'
    packed = decode(data(msgpack.packb(ORDER), size=900), "msgpack")
    assert "Open the record alone" in packed.problem


def commit(version: int) -> tuple[bytes, bytes]:
    group, topic = b"\x00\x05group", b"\x00\x06orders"
    key = b"\x00\x01" + group + topic + struct.pack(">i", 3)
    values = {
        0: struct.pack(">hqh", 0, 99, 2) + b"hi" + struct.pack(">q", 1_700_000_000_000),
        1: struct.pack(">hqh", 1, 99, 2) + b"hi" + struct.pack(">qq", 1_700_000_000_000, -1),
        3: struct.pack(">hqih", 3, 99, 4, 2) + b"hi" + struct.pack(">q", 1_700_000_000_000),
        4: struct.pack(">hqib", 4, 99, 4, 3) + b"hi" + struct.pack(">q", 1_700_000_000_000) + b"\x00",
    }
    return key, values[version]


@pytest.mark.parametrize("version", [0, 1, 3, 4])
def test_a_commit_reads_as_the_lag_reads_it(version: int) -> None:
    key, value = commit(version)
    (event,) = decode_commit(key, value, 0)
    assert isinstance(event, OffsetCommit)
    fields = decode(data(key, part="key", topic="__consumer_offsets")).content.value
    committed = decode(data(value, topic="__consumer_offsets", key=key))
    assert fields == {"group": event.group, "topic": event.topic, "partition": event.partition}
    assert committed.content.value["offset"] == event.offset
    assert committed.content.value["commit_timestamp"] == event.timestamp_ms
    assert committed.content.value["metadata"] == "hi"
    assert committed.content.note == f"OffsetCommit, version {version}"


def test_every_record_of_kafkas_own_topics_has_a_layout() -> None:
    names = {topic: [kind["name"] for kind in kinds.values()] for topic, kinds in layouts().items()}
    assert names["__transaction_state"] == ["TransactionLog"]
    assert names["__share_group_state"] == ["ShareSnapshot", "ShareUpdate"]
    assert {"OffsetCommit", "GroupMetadata", "ConsumerGroupMemberMetadata", "StreamsGroupTopology"} <= set(
        names["__consumer_offsets"]
    )


def test_a_transaction_and_a_share_groups_state_are_read() -> None:
    key = b"\x00\x00\x00\x04tx-1"
    value = struct.pack(">hqhib", 1, 5, 2, 60_000, 4) + b"\x02\x07orders\x03" + struct.pack(">ii", 0, 1) + b"\x00"
    value += struct.pack(">qq", 10, 9) + b"\x02\x00\x08" + struct.pack(">q", 77) + b"\x63\x01\xff"
    read = decode(data(value, topic="__transaction_state", key=key)).content.value
    assert read["producer_id"] == 5
    assert read["transaction_partitions"] == [{"topic": "orders", "partition_ids": [0, 1]}]
    assert read["previous_producer_id"] == 77
    assert read["tag_99"] == "/w=="  # of a later version

    key = b"\x00\x00\x00\x01g" + bytes(16) + struct.pack(">i", 2)
    assert decode(data(key, part="key", topic="__share_group_state")).content.value["partition"] == 2


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [  # as Kafka 4.4's own classes write them
        (5, "00000101026302680101ffffffff0100", {"client_id": "c", "rebalance_timeout_ms": -1}),
        (5, "00000101026302680101ffffffff0101000100", {"classic_member_metadata": None}),
        (
            5,
            "00000101026302680101ffffffff010100110100000005020672616e67650301020000",
            {
                "classic_member_metadata": {
                    "session_timeout_ms": 5,
                    "supported_protocols": [{"name": "range", "metadata": "AQI="}],
                }
            },
        ),
        (19, "0000010102630268ffffffff000000000270ff0100", {"process_id": "p", "user_endpoint": None}),
        (19, "0000010102630268ffffffff0000000002700102780007000100", {"user_endpoint": {"host": "x", "port": 7}}),
    ],
)
def test_what_may_be_null_within_a_record_is_read(kind: int, raw: str, expected: dict[str, Any]) -> None:
    value = bytes.fromhex(raw)
    decoded = decode(data(value, topic="__consumer_offsets", key=struct.pack(">h", kind)))
    assert not decoded.problem
    assert decoded.content.value == decoded.content.value | expected


def test_what_a_later_kafka_writes_is_told() -> None:
    decoded = decode(data(b"\x7f\x00", part="key", topic="__consumer_offsets"))
    assert "Records of the kind 32512 are not known" in decoded.problem
    key, value = commit(3)
    later = decode(data(b"\x00\x63" + value[2:], topic="__consumer_offsets", key=key))
    assert "Version 99 of a OffsetCommit record" in later.problem
    assert "It ends early." in decode(data(value[:5], topic="__consumer_offsets", key=key)).problem


@pytest.mark.parametrize(
    ("topic", "part", "raw", "value"),
    [
        ("west.heartbeats", "key", b"\0\4west\0\4east", {"sourceClusterAlias": "west", "targetClusterAlias": "east"}),
        ("heartbeats", "value", struct.pack(">hq", 0, 12), {"timestamp": 12}),
        (
            "west.checkpoints.internal",
            "key",
            b"\0\1g\0\6orders" + struct.pack(">i", 1),
            {"group": "g", "topic": "orders", "partition": 1},
        ),
        (
            "west.checkpoints.internal",
            "value",
            struct.pack(">hqq", 0, 5, 6) + b"\0\0",
            {"upstreamOffset": 5, "offset": 6, "metadata": ""},
        ),
        ("mm2-offset-syncs.east.internal", "value", struct.pack(">qq", 5, 6), {"upstreamOffset": 5, "offset": 6}),
    ],
)
def test_mirrormakers_records_are_read(topic: str, part: str, raw: bytes, value: object) -> None:
    decoded = decode(data(raw, topic=topic, part=part))
    assert (decoded.format, decoded.content.value) == ("mirrormaker", value)


def test_json_in_a_topic_called_heartbeats_is_json_and_the_doubt_is_told() -> None:
    decoded = decode(data(b'{"a": 1}', topic="heartbeats"))
    assert decoded.format == "json"
    assert decoded.problem.startswith("Not decoded as MirrorMaker")
