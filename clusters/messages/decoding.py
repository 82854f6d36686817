"""How a topic's records are decoded: by the formats chosen on the page, those set for the topic, or automatically."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from clusters.formats.catalogue import format_called
from clusters.formats.content import Data
from clusters.formats.detection import Decoded, decode
from clusters.formats.rules import format_for, read_rules
from clusters.formats.schemas import Schemas, named_schema
from clusters.gateway.log.records import Record
from clusters.messages.own_types import FORMAT_FIELDS, OwnTypes, is_own_type
from clusters.messages.registries import TopicRegistries
from clusters.models import Cluster

CHOSEN = "Chosen here."
AS_WRITTEN = frozenset({"text", "json", "xml"})  # formats of which the bytes are the text that is shown


@dataclass(frozen=True)
class Decoding:
    """The formats of a topic's keys and values, each with why; empty ones are found by what the bytes look like.

    ``schemas`` are those of the registries for ``key`` and ``value``.
    """

    topic: str = ""
    key: tuple[str, str] = ("", "")
    value: tuple[str, str] = ("", "")
    schemas: Mapping[str, Schemas] = field(default_factory=dict)
    descriptors: bytes = b""

    def decoded(self, record: Record, part: str) -> Decoded | None:
        """Return what a record's ``key`` or ``value`` says; None where it is null."""
        raw, size = record.part(part)
        if raw is None:
            return None
        if part in record.masked:
            return decode(Data(raw, size, part))
        data = Data(raw, size, part, self.topic, record.key, record.headers, self.schemas.get(part), self.descriptors)
        return decode(data, *self.chosen(part))

    def chosen(self, part: str) -> tuple[str, str]:
        return self.key if part == "key" else self.value

    @property
    def is_as_written(self) -> bool:
        """Whether all that is shown of keys and values is in their bytes: formats are set so, or nothing else is known.

        MessagePack, CBOR and Avro files that are detected count as written, too: their texts are in their bytes.
        """
        return all(
            name in AS_WRITTEN if name else part not in self.schemas
            for part, (name, _) in (("key", self.key), ("value", self.value))
        )

    def is_encoded(self, record: Record, part: str, raw: bytes) -> bool:
        """Tell whether a key or a value may say something that is not written in its bytes as text."""
        name, _ = self.chosen(part)
        if name:
            return name not in AS_WRITTEN
        if part in self.schemas and named_schema(raw, part, record.headers):
            return True
        return not is_utf8(raw)


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def formats_in(query: Mapping[str, str]) -> dict[str, str]:
    """Return the formats that an address chooses, those that there are."""
    return {name: chosen for name in FORMAT_FIELDS if format_called(chosen := query.get(name, ""))}


def decoding_of(cluster: Cluster, topic: str, *, key_format: str = "", value_format: str = "") -> Decoding:
    """Return how a topic's records are decoded; chosen formats come before those that are set for its name."""
    rules, registries = read_rules(cluster.formats), TopicRegistries(cluster, topic)
    key = (key_format, CHOSEN) if key_format else format_for(rules, topic, "key")
    value = (value_format, CHOSEN) if value_format else format_for(rules, topic, "value")
    by_part = {"key": registries.schemas("key", key[0]), "value": registries.schemas("value", value[0])}
    return Decoding(
        topic,
        key,
        value,
        {part: schemas for part, schemas in by_part.items() if schemas},
        OwnTypes(cluster).descriptors if any(is_own_type(name) for name, _ in (key, value)) else b"",
    )
