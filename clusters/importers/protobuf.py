"""Protobuf types of records without a registry: kafka-ui's serde ``ProtobufFile``, AKHQ's ``deserialization``. Pure."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from clusters.formats.catalogue import PROTOBUF
from clusters.importers import values
from clusters.importers.shapes import mapping, relaxed
from clusters.importers.types import DeclaredProtobuf, ReadBytes

# Of kafka-ui: by part, the message of all topics and those of single ones.
MESSAGES = {
    "key": ("protobufmessagenameforkey", "protobufmessagenameforkeybytopic"),
    "value": ("protobufmessagename", "protobufmessagenamebytopic"),
}
PLACES = ("protobuffilesdir", "protobuffiles", "protobuffile")
UPLOAD = "upload the files on the cluster's page Protobuf types"


def is_file_serde(serde: Mapping[str, Any]) -> bool:
    """Tell whether a serde of kafka-ui is ``ProtobufFile``, by its class or its name."""
    name = str(serde.get("classname") or serde.get("name") or "")
    return relaxed(name.rpartition(".")[2]).removesuffix("serde") == "protobuffile"


def properties_of(serde: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Raises ImportRefused: they are no mapping."""
    return {relaxed(key): value for key, value in mapping(serde.get("properties"), f"{path}.properties").items()}


def message_of(serde: Mapping[str, Any], part: str, path: str) -> str:
    """Return the format of all topics' keys or values; empty where the serde names none."""
    key = MESSAGES[part][0]
    name = values.text(properties_of(serde, path).get(key), f"{path}.properties.{key}")
    return f"{PROTOBUF}{name}" if name else ""


def rules_of(serde: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yield a rule for each topic that the serde names.

    Raises:
        ImportRefused: that is no mapping.
    """
    properties = properties_of(serde, path)
    for part, (_, by_topic) in MESSAGES.items():
        for topic, name in mapping(properties.get(by_topic), f"{path}.properties.{by_topic}").items():
            yield f"{topic} {part}={PROTOBUF}{name}"


def kafka_uis(
    settings: Mapping[str, Any], path: str, remarks: list[str], read_bytes: ReadBytes | None
) -> DeclaredProtobuf | None:
    """Return the files of all such serdes; None where there are none, or local files may not be read.

    Raises:
        ImportRefused: one of them is not written as kafka-ui reads it.
    """
    paths: list[str] = []
    for number, entry in enumerate(settings.get("serde") or []):
        place = f"{path}.serde[{number}]"
        serde = {relaxed(key): value for key, value in mapping(entry, place).items()}
        if is_file_serde(serde):
            properties = properties_of(serde, place)
            for key in PLACES:
                listed = properties.get(key) or []
                paths += [values.text(each, f"{place}.properties.{key}") for each in as_list(listed)]
    return readable(paths, {}, f"{path}.serde", remarks, read_bytes)


def akhqs(
    entry: object, path: str, fields: dict[str, Any], remarks: list[str], read_bytes: ReadBytes | None
) -> DeclaredProtobuf | None:
    """Take AKHQ's ``deserialization.protobuf`` of a connection: rules of formats, and descriptor files.

    Raises:
        ImportRefused: it is not written as AKHQ reads it.
    """
    deserialization = mapping(entry, path)
    remarks += [f"{path}.{key}: not used by kafkaadmin" for key in deserialization if key != "protobuf"]
    settings = mapping(deserialization.get("protobuf"), f"{path}.protobuf")
    folder = values.text(settings.get("descriptors-folder"), f"{path}.protobuf.descriptors-folder").rstrip("/")
    lines, paths, contents = [], [], dict[str, bytes]()
    for number, listed in enumerate(as_list(settings.get("topics-mapping") or [])):
        place = f"{path}.protobuf.topics-mapping[{number}]"
        topics = {key: values.text(value, f"{place}.{key}") for key, value in mapping(listed, place).items()}
        words = [f"{part}={PROTOBUF}{name}" for part in MESSAGES if (name := topics.get(f"{part}-message-type"))]
        lines += [" ".join([f"/{topics.get('topic-regex', '')}/", *words])] if words else []
        if encoded := topics.get("descriptor-file-base64"):
            contents |= decoded(f"topics-mapping[{number}]", encoded, place, remarks)
        elif file := topics.get("descriptor-file"):
            paths.append(f"{folder}/{file}" if folder else file)
    if lines:
        fields["formats"] = values.format_rules(lines, f"{path}.protobuf.topics-mapping")
    return readable(paths, contents, f"{path}.protobuf", remarks, read_bytes)


def decoded(name: str, encoded: str, path: str, remarks: list[str]) -> dict[str, bytes]:
    try:
        return {name: base64.b64decode(encoded, validate=True)}
    except binascii.Error:
        remarks.append(f"{path}.descriptor-file-base64: not Base64")
        return {}


def readable(
    paths: list[str], contents: dict[str, bytes], path: str, remarks: list[str], read_bytes: ReadBytes | None
) -> DeclaredProtobuf | None:
    """Return what can be read; of local files in an upload it is said what to do instead."""
    if paths and read_bytes is None:
        remarks.append(f"{path}: local files are not read; {UPLOAD}")
        paths = []
    return DeclaredProtobuf(tuple(dict.fromkeys(paths)), contents) if paths or contents else None


def as_list(value: object) -> list[Any]:
    """Return a list; of variables, which number its entries, their values in order; of a single value, that alone."""
    if isinstance(value, Mapping):
        return [entry for _, entry in sorted(value.items())]
    return value if isinstance(value, list) else [value]
