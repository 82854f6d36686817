"""How a topic's records are decoded: by the formats chosen on the page, those set for the topic, or automatically."""

from dataclasses import dataclass

from clusters.formats.content import Data
from clusters.formats.detection import Decoded, decode
from clusters.formats.rules import format_for, read_rules
from clusters.formats.schemas import Schemas
from clusters.gateway.log.records import Record
from clusters.gateway.registry.schemas import RegistrySchemas
from clusters.models import Cluster

CHOSEN = "Chosen here."


@dataclass(frozen=True)
class Decoding:
    """The formats of a topic's keys and values, each with why; empty ones are found by what the bytes look like."""

    topic: str = ""
    key: tuple[str, str] = ("", "")
    value: tuple[str, str] = ("", "")
    schemas: Schemas | None = None

    def decoded(self, record: Record, part: str) -> Decoded | None:
        """Return what a record's ``key`` or ``value`` says; None where it is null."""
        raw, size = record.part(part)
        if raw is None:
            return None
        if part in record.masked:
            return decode(Data(raw, size, part))
        data = Data(raw, size, part, self.topic, record.key, record.headers, self.schemas)
        return decode(data, *(self.key if part == "key" else self.value))


def decoding_of(cluster: Cluster, topic: str, *, key_format: str = "", value_format: str = "") -> Decoding:
    """Return how a topic's records are decoded; chosen formats come before those that are set for its name."""
    rules, registry = read_rules(cluster.formats), cluster.registry()
    return Decoding(
        topic,
        (key_format, CHOSEN) if key_format else format_for(rules, topic, "key"),
        (value_format, CHOSEN) if value_format else format_for(rules, topic, "value"),
        RegistrySchemas(registry) if registry else None,
    )
