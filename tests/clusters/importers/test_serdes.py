"""kafka-ui's serdes become rules for formats, in its order; what has no format here is a remark."""

from typing import Any

from clusters.formats.rules import format_for, read_rules
from clusters.importers import kafka_ui
from clusters.importers.types import DeclaredCluster

BUILT_IN = "io.kafbat.ui.serdes.builtin."


def imported(**settings: Any) -> tuple[DeclaredCluster, list[str]]:
    entry = {"name": "a", "bootstrapServers": "k:9092", **settings}
    result = kafka_ui.read({"kafka": {"clusters": [entry]}}, {})
    return result.clusters[0], list(result.remarks)


def test_a_serde_with_a_registry_of_its_own_brings_it_along() -> None:
    serde = {
        "name": "New Registry", "className": f"{BUILT_IN}sr.SchemaRegistrySerde", "topicValuesPattern": "new-.*",
        "properties": {"url": ["http://n1:8081", "http://n2:8081/"], "username": "me", "password": "secret",
                       "schemaNameTemplate": "%s", "x": 1},
    }  # fmt: skip
    entry = {
        "name": "a", "bootstrapServers": "k:9092", "schemaRegistry": "http://r:8081", "serde": [serde],
        "schemaRegistryAuth": {"password": "of-the-other"}, "defaultKeySerde": "New Registry",
    }  # fmt: skip
    imports = kafka_ui.read({"kafka": {"clusters": [entry]}}, {})
    default, new = imports.clusters[0].registries
    assert default.fields == {"url": "http://r:8081"}
    assert (new.name, new.fields) == ("New-Registry", {"url": "http://n1:8081,http://n2:8081", "username": "me"})
    assert new.secrets == {"password": "secret"}
    assert imports.clusters[0].fields["formats"] == "/new-.*/ value=schema:New-Registry\n* key=schema:New-Registry"
    assert [remark.partition(":")[0] for remark in imports.remarks] == ["kafka.clusters[0].serde[0].properties.x"]


def test_patterns_come_first_and_the_defaults_last() -> None:
    cluster, remarks = imported(
        formats=["sensors-* value=cbor"],
        serde=[
            {"name": "Int64", "topicKeysPattern": "orders|sensors-.*"},
            {"name": "mine", "className": f"{BUILT_IN}UuidBinarySerde", "topicKeysPattern": ".*-by-id"},
            {"name": "Packed", "className": "com.provectus.kafka.ui.serdes.builtin.MessagePackSerde"},
        ],
        defaultKeySerde="mine",
        defaultValueSerde="String",
    )
    rules = read_rules(str(cluster.fields["formats"]))
    assert remarks == []
    assert [format_for(rules, topic, "key")[0] for topic in ("orders", "x-by-id", "else")] == ["long", "uuid", "uuid"]
    assert [format_for(rules, topic, "value")[0] for topic in ("sensors-1", "else")] == ["cbor", ""]


def test_what_has_no_format_here_and_what_is_no_pattern_are_remarks() -> None:
    cluster, remarks = imported(
        serde=[
            {"name": "Own", "className": "com.acme.OwnSerde", "filePath": "/x.jar", "topicValuesPattern": "a"},
            {"name": "Hex", "topicKeysPattern": "(?<!a)b"},
        ]
    )
    assert "formats" not in cluster.fields
    assert "serde[0]: kafkaadmin has no format for Own" in remarks[0]
    assert "serde[1]: Invalid expression" in remarks[1]
