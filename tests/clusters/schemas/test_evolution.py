"""Our verdicts on changes of schemas, compared with a registry's on two thousand pairs, and where the two differ.

Apicurio uses Avro's own rules, as Confluent's registry does. Its rules for JSON Schema are Confluent's but for two;
those for Protobuf are its own.
"""

import json
import secrets
from collections.abc import Iterator
from itertools import permutations
from typing import Any

import pytest
import requests

from clusters.formats.content import UndecodableError
from clusters.formats.protobuf import message_types
from clusters.formats.schemas import Schema
from clusters.gateway.registry.protobuf_compiler import compiled
from clusters.schemas.evolution.levels import reading_problems, violations
from clusters.schemas.fields.changes import field_rows
from clusters.schemas.text_diff import side_by_side
from tests.clusters.schemas import evolution_samples as samples
from tests.clusters.schemas.evolution_samples import HEAD, field, record
from tests.schema_registry import SchemaRegistry

SESSION = requests.Session()
Verdicts = Iterator[tuple[Schema, Schema, bool]]


def schema(kind: str, text: str) -> Schema:
    return Schema(kind, text, (), compiled(text, ()) if kind == "PROTOBUF" else b"")


def says(registry: SchemaRegistry, subject: str, new: Schema, *, versions: str = "versions/latest") -> bool:
    """Return whether the registry takes a schema as the next version, by the latest one or by all."""
    path = f"{registry.url}/compatibility/subjects/{subject}/{versions}"
    content = SESSION.post(path, json={"schema": new.text, "schemaType": new.kind}, timeout=10).json()
    return bool(content.get("is_compatible"))


def subject_with(registry: SchemaRegistry, level: str, *schemas: Schema) -> str:
    subject = secrets.token_hex(8)
    for each in schemas:
        body = {"schema": each.text, "schemaType": each.kind}
        assert SESSION.post(f"{registry.url}/subjects/{subject}/versions", json=body, timeout=10).ok
    SESSION.put(f"{registry.url}/config/{subject}", json={"compatibility": level}, timeout=10)
    return subject


def pairs(registry: SchemaRegistry, kind: str, texts: list[str]) -> Verdicts:
    """Yield old and new schema, and whether the registry finds that the new one reads what the old one wrote."""
    schemas = [schema(kind, text) for text in texts]
    subjects = {old: subject_with(registry, "BACKWARD", old) for old in schemas}
    for old, new in permutations(schemas, 2):
        yield old, new, says(registry, subjects[old], new)


def test_avro_as_the_registry_has_it(registry: SchemaRegistry) -> None:
    verdicts = list(pairs(registry, "AVRO", samples.AVRO))
    assert len(verdicts) > 1000
    assert [(old.text, new.text) for old, new, can in verdicts if can == bool(reading_problems(new, old))] == []


def test_json_schema_as_the_registry_has_it_but_for_two_rules(registry: SchemaRegistry) -> None:
    """Apicurio refuses a choice for the only schema in it, or the other way, and a required property with a default."""

    def is_known(old: Schema, new: Schema) -> bool:
        has_choice = ["oneOf" in each.text for each in (old, new)]
        return has_choice[0] != has_choice[1] or ("default" in new.text and "default" not in old.text)

    verdicts = list(pairs(registry, "JSON", samples.JSON))
    assert len(verdicts) > 900
    different = [(old, new, can) for old, new, can in verdicts if can == bool(reading_problems(new, old))]
    assert [(old.text, new.text) for old, new, can in different if can or not is_known(old, new)] == []
    assert len(different) < 70


def test_protobuf_as_the_registry_has_it_but_for_rules_of_its_own(registry: SchemaRegistry) -> None:
    """Apicurio looks at names: a field that is renamed, removed or of another type is refused, whatever the wire says.

    It takes another package, a removed message and fields that move into one oneof, which Confluent refuses.
    """
    own = ("the package was", "the message was removed", "were moved into one oneof")

    def is_stricter(old: Schema, new: Schema) -> bool:
        before, now = (fields_of(each) for each in (old, new))
        return not before <= now

    for old, new, can in pairs(registry, "PROTOBUF", samples.PROTOBUF):
        problems = reading_problems(new, old)
        if can:
            assert all(problem.sentence.startswith(own) or own[2] in problem.sentence for problem in problems), new.text
        elif not problems:
            assert is_stricter(old, new), (old.text, new.text)


def fields_of(file: Schema) -> set[tuple[str, int, str, int, bool]]:
    return {
        (message.name, each.number, each.name, each.type, each.is_repeated)
        for message in message_types(file.descriptors)
        for each in message.fields
    }


FIRST = record(field("int"))
SECOND = record(field("int"), field("int", "g", default=0))
THIRD = record(field("int"), field("int", "g", default=0), field("int", "h", default=0))
NEXT = {
    "as before": THIRD,
    "without a default": record(field("int"), field("int", "g")),
    "one less": FIRST,
    "one more": record(field("int"), field("int", "g", default=0), field("int", "new")),
    "wider": record(field("long"), field("int", "g", default=0), field("int", "h", default=0)),
    "nothing": record(),
    "another": record(field("string")),
}
LEVELS = ("BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE", "NONE")


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_as_the_registry_has_it(registry: SchemaRegistry, level: str) -> None:
    earlier = [(number, schema("AVRO", text)) for number, text in enumerate((FIRST, SECOND, THIRD), 1)]
    subject = subject_with(registry, level, *(each for _, each in earlier))
    for text in NEXT.values():
        new = schema("AVRO", text)
        versions = "versions" if level.endswith("TRANSITIVE") else "versions/latest"
        assert says(registry, subject, new, versions=versions) == (not violations(level, new, earlier)), text


@pytest.mark.parametrize(
    ("kind", "old", "new", "words"),
    [
        ("AVRO", FIRST, record(field("int"), field("int", "g")), "g: the field has no default value"),
        ("AVRO", record(field("long")), FIRST, "f: int cannot read long."),
        ("AVRO", record(field(samples.ENUM)), record(field({**samples.ENUM, "symbols": ["A"]})), "f: the enum lacks B"),
        ("JSON", '{"type": "string"}', '{"type": "integer"}', "string was allowed, and is integer."),
        ("JSON", '{"type": "object"}', '{"type": "object", "required": ["a"]}', "a: the property is required"),
        ("JSON", '{"$ref": "#/$defs/A", "$defs": {"A": {"type": "string"}}}', '{"type": "null"}', "string was allowed"),
        ("PROTOBUF", HEAD + "message A { int32 x = 1; }", HEAD + "message A { string x = 1; }", "field 1 was int32"),
        ("AVRO", FIRST, '{"type": "recor"', "cannot be used"),
        ("JSON", "5", '{"type": "string"}', "neither an object nor"),
    ],
)
def test_what_breaks_is_said_at_its_place(kind: str, old: str, new: str, words: str) -> None:
    try:
        problems = reading_problems(schema(kind, new), schema(kind, old))
    except ValueError as error:
        assert words in str(error)
    else:
        assert words in " ".join(map(str, problems))


def test_schemas_that_contain_themselves_are_compared() -> None:
    node = record(field(["null", "R"], "next", default=None), field("int"))
    assert reading_problems(schema("AVRO", node), schema("AVRO", node)) == ()
    tree = '{"type": "object", "properties": {"child": {"$ref": "#"}}, "required": ["child"]}'
    assert reading_problems(schema("JSON", tree), schema("JSON", tree)) == ()
    assert reading_problems(schema("JSON", tree), schema("AVRO", node))[0].sentence == "the type was AVRO, and is JSON."


def nested(kind: str, depth: int) -> str:
    """Return a schema that is small, and unfolds to two to the power of its depth."""
    if kind == "AVRO":
        inner: Any = {"type": "record", "name": f"R{depth}", "fields": [field("int")]}
        for level in range(depth - 1, -1, -1):
            fields = [field(inner, "a"), field(f"R{level + 1}", "b")]
            inner = {"type": "record", "name": f"R{level}", "fields": fields}
        return json.dumps(inner)
    below = [{"$ref": f"#/$defs/d{level + 1}"} for level in range(depth)]
    defs = {f"d{level}": {"properties": {"a": each, "b": each}} for level, each in enumerate(below)}
    return json.dumps({"$ref": "#/$defs/d0", "$defs": {**defs, f"d{depth}": {"type": "string"}}})


@pytest.mark.parametrize("kind", ["AVRO", "JSON"])
def test_what_unfolds_without_end_is_not_compared(kind: str) -> None:
    new, old = (schema(kind, nested(kind, depth)) for depth in (20, 21))
    with pytest.raises(UndecodableError, match="places, and are not compared"):
        reading_problems(new, old)
    assert len(field_rows(new)) <= 2_000


def test_long_texts_are_compared_in_a_while() -> None:
    lines = [line for number in range(2_000) for line in (f'"f{number}": {{', "},")]
    assert len(side_by_side("\n".join(lines), "\n".join(lines[2:]))) < 20
