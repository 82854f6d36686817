"""Protobuf types as kafka-ui and AKHQ configure them: rules by topic, and files or a remark instead."""

import base64
from pathlib import Path
from typing import Any

import pytest

from clusters.declaration.declared import apply, imported
from clusters.formats.rules import format_for, read_rules
from clusters.importers.types import Imported
from clusters.models import Cluster, ProtobufTypes
from tests.clusters.protobuf_types.test_types import FILES, MESSAGES, descriptor_set

SERDE = {
    "name": "ProtobufFile", "topicValuesPattern": "payments-.*",
    "properties": {
        "protobufFilesDir": "/types", "protobufMessageName": "shop.Order", "protobufMessageNameForKey": "shop.Money",
        "protobufMessageNameByTopic": {"orders": "shop.Order.Line"},
    },
}  # fmt: skip
NAMED = {"orders": "protobuf:shop.Order.Line", "payments-1": "protobuf:shop.Order"}


def kafka_uis(*, files: bool = True, **settings: Any) -> Imported:
    return imported({"kafka": {"clusters": [{"name": "a", "bootstrapServers": "k:9092", **settings}]}}, files=files)


def akhqs(protobuf: dict[str, Any], *, files: bool = True) -> Imported:
    connection = {"properties": {"bootstrap.servers": "k:9092"}, "deserialization": {"protobuf": protobuf}}
    return imported({"akhq": {"connections": {"a": connection}}}, files=files)


def formats(imports: Imported, topic: str) -> tuple[str, str]:
    rules = read_rules(str(imports.clusters[0].fields["formats"]))
    return format_for(rules, topic, "key")[0], format_for(rules, topic, "value")[0]


def test_kafka_uis_messages_are_those_of_topics_then_of_patterns_then_the_default() -> None:
    imports = kafka_uis(serde=[SERDE], defaultKeySerde="ProtobufFile")
    assert imports.remarks == ()
    assert {topic: formats(imports, topic)[1] for topic in (*NAMED, "else")} == {**NAMED, "else": ""}
    assert formats(imports, "else")[0] == "protobuf:shop.Money"
    assert imports.clusters[0].protobuf is not None
    assert imports.clusters[0].protobuf.paths == ("/types",)


def test_files_of_an_upload_are_not_read() -> None:
    imports = kafka_uis(serde=[SERDE], files=False)
    assert imports.clusters[0].protobuf is None
    assert "upload the files" in imports.remarks[0]


@pytest.mark.django_db
def test_a_folder_of_files_is_compiled_and_goes_with_its_declaration(tmp_path: Path) -> None:
    (tmp_path / "common").mkdir()
    (tmp_path / "common/money.proto").write_bytes(FILES["money.proto"])
    (tmp_path / "order.proto").write_bytes(FILES["order.proto"])
    serde = SERDE | {"properties": SERDE["properties"] | {"protobufFilesDir": str(tmp_path)}}  # type: ignore[operator]
    assert apply(kafka_uis(serde=[serde]))[1] == ()
    types = ProtobufTypes.objects.get()
    assert (tuple(types.messages), types.declared) == (MESSAGES, True)
    (tmp_path / "order.proto").write_text("message {")
    assert "order.proto:1:" in str(apply(kafka_uis(serde=[serde]))[1][0])
    apply(kafka_uis())
    assert not ProtobufTypes.objects.exists()


@pytest.mark.django_db
def test_what_was_uploaded_for_a_declared_cluster_stays() -> None:
    apply(kafka_uis())
    values = {"files": [], "messages": [], "descriptors": b"", "uploaded_at": "2026-11-30T00:00Z"}
    ProtobufTypes.objects.create(cluster=Cluster.objects.get(), **values)
    apply(kafka_uis())
    assert ProtobufTypes.objects.exists()


@pytest.mark.django_db
def test_akhqs_descriptors_are_taken_from_a_folder_and_from_the_text(tmp_path: Path) -> None:
    content = descriptor_set(tmp_path, "--include_imports")
    (tmp_path / "shop.desc").write_bytes(content)
    of_orders = {"topic-regex": "orders.*", "value-message-type": "shop.Order", "key-message-type": "shop.Money"}
    for mapping in (
        {"descriptor-file": "shop.desc"},
        {"descriptor-file-base64": base64.b64encode(content).decode()},
    ):
        imports = akhqs({"descriptors-folder": str(tmp_path), "topics-mapping": [of_orders | mapping]})
        assert imports.remarks == ()
        assert formats(imports, "orders-1") == ("protobuf:shop.Money", "protobuf:shop.Order")
        assert apply(imports)[1] == ()
        assert tuple(ProtobufTypes.objects.get().messages) == MESSAGES
