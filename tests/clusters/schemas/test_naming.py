"""What the names of subjects say, by Confluent's strategies."""

import pytest

from clusters.schemas.naming import context_of, record_name, topic_of

AVRO = '{"type": "record", "name": "Order", "namespace": "shop", "fields": []}'


@pytest.mark.parametrize(
    ("subject", "record", "topic"),
    [
        ("orders-value", "", "orders"),
        ("orders-key", "shop.Order", "orders"),
        ("orders-shop.Order", "shop.Order", "orders"),
        ("shop.Order", "shop.Order", ""),
        ("orders-other.Order", "shop.Order", ""),
        ("-value", "", ""),
        (":.staging:orders-value", "", "orders"),
        (":.:orders-value", "", "orders"),
        ("a-value-value", "", "a-value"),
        ("", "", ""),
    ],
)
def test_the_topic_of_a_subject(subject: str, record: str, topic: str) -> None:
    assert topic_of(subject, record) == topic


@pytest.mark.parametrize(
    ("subject", "context"), [(":.staging:orders", ".staging"), (":.:orders", ""), ("orders", ""), (":orders", "")]
)
def test_the_context_of_a_subject(subject: str, context: str) -> None:
    assert context_of(subject) == context


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("AVRO", AVRO, "shop.Order"),
        ("AVRO", '{"type": "enum", "name": "a.B", "namespace": "c", "symbols": []}', "a.B"),
        ("AVRO", '"string"', ""),
        ("AVRO", '["null", "string"]', ""),
        ("AVRO", "no JSON", ""),
        ("JSON", '{"title": "Order"}', "Order"),
        ("JSON", '{"title": 5}', ""),
        ("JSON", "true", ""),
        ("PROTOBUF", 'syntax = "proto3"; package shop; // message Not {\nmessage Order { }', "shop.Order"),
        ("PROTOBUF", "message Order {}", "Order"),
        ("PROTOBUF", 'syntax = "proto3";', ""),
        ("THRIFT", "struct A {}", ""),
        ("AVRO", '{"name": "' + "x" * 600 + '"}', ""),
    ],
)
def test_the_name_of_what_a_schema_describes(kind: str, text: str, name: str) -> None:
    assert record_name(kind, text) == name
