"""Which formats records have, as kafka-ui configures it: ``serde[]``, ``defaultKeySerde``, ``defaultValueSerde``. Pure.

A serde's patterns are regular expressions over whole topic names; they become rules like ``/orders-.*/ key=long``. What
kafka-ui decodes as text or by its registry is found automatically here, and needs no rule as the default.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from clusters.formats.catalogue import IN_REGISTRY
from clusters.formats.rules import read_rules
from clusters.importers import protobuf, registry, values
from clusters.importers.shapes import mapping, relaxed
from clusters.importers.types import ImportRefused

TAKEN = {"serde", "defaultkeyserde", "defaultvalueserde"}
FORMATS = {
    "string": "text", "int32": "integer", "int64": "long", "uuidbinary": "uuid", "uuid": "uuid", "base64": "base64",
    "hex": "hex", "avroembedded": "avro-file", "schemaregistry": "schema", "consumeroffsets": "kafka",
    "messagepack": "msgpack", "mirrormaker2": "mirrormaker",
}  # fmt: skip
AUTOMATIC = {"text", "schema", "kafka", "mirrormaker"}  # needs no rule for all topics
PARTS = {"key": ("topickeyspattern", "defaultkeyserde"), "value": ("topicvaluespattern", "defaultvalueserde")}


def take_serdes(settings: Mapping[str, Any], path: str, fields: dict[str, Any], remarks: list[str]) -> None:
    """Add rules for formats behind those that are there already.

    Raises:
        ImportRefused: it is no list of serdes.
    """
    lines = [line for line in (fields.get("formats", ""), *rules_of(settings, path, remarks)) if line]
    if lines:
        fields["formats"] = "\n".join(lines)


def rules_of(settings: Mapping[str, Any], path: str, remarks: list[str]) -> Iterator[str]:
    """Yield the rules, in kafka-ui's order: the first pattern that matches counts, then the defaults."""
    entries = settings.get("serde") or []
    if not isinstance(entries, list):
        raise ImportRefused(f"{path}.serde is not a list.")
    formats, messages = dict(FORMATS), dict[tuple[str, str], str]()
    for number, entry in enumerate(entries):
        place = f"{path}.serde[{number}]"
        serde = {relaxed(key): value for key, value in mapping(entry, place).items()}
        name = values.text(serde.get("name"), f"{place}.name")
        if protobuf.is_file_serde(serde):
            for line in file_rules(serde, place):
                yield from checked(line, place, remarks)
            messages |= {(relaxed(name), part): protobuf.message_of(serde, part, place) for part in PARTS}
            continue
        format_name = format_of(values.text(serde.get("classname"), f"{place}.className") or name)
        if own_registry := registry.serde_registry(serde):
            format_name = f"{IN_REGISTRY}{own_registry}"
        if format_name is None:
            remarks.append(f"{place}: kafkaadmin has no format for {name or 'it'}; such records are shown as detected")
            continue
        formats[relaxed(name)] = format_name
        for part, (pattern_key, _) in PARTS.items():
            pattern = values.text(serde.get(pattern_key), f"{place}.{pattern_key}")
            yield from checked(f"/{pattern}/ {part}={format_name}" if pattern else "", place, remarks)
    for part, (_, default_key) in PARTS.items():
        default = values.text(settings.get(default_key), f"{path}.{default_key}")
        chosen = messages.get((relaxed(default), part)) or formats.get(relaxed(default))
        if chosen and chosen not in AUTOMATIC:
            yield from checked(f"* {part}={chosen}", f"{path}.{default_key}", remarks)


def file_rules(serde: Mapping[str, Any], place: str) -> Iterator[str]:
    """Yield the rules of a ``ProtobufFile``: of the topics that it names, then by its patterns."""
    yield from protobuf.rules_of(serde, place)
    for part, (pattern_key, _) in PARTS.items():
        pattern = values.text(serde.get(pattern_key), f"{place}.{pattern_key}")
        message = protobuf.message_of(serde, part, place)
        if pattern and message:
            yield f"/{pattern}/ {part}={message}"


def format_of(name: str) -> str | None:
    """Return our format for a built-in serde, named by itself or by its class."""
    return FORMATS.get(relaxed(name.rpartition(".")[2]).removesuffix("serde"))


def checked(line: str, place: str, remarks: list[str]) -> Iterator[str]:
    """Yield a rule that can be used; of others it is said why not."""
    try:
        read_rules(line)
    except ValueError as error:
        remarks.append(f"{place}: {error}")
        return
    yield line
