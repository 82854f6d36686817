"""How far connectors are: offsets of their source, or of a sink's consumer group. Kafka 3.5 tells, 3.6 changes them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clusters.gateway.connect.client import Connect
from clusters.gateway.connect.connectors import path_of
from clusters.gateway.errors import InvalidRequest

FEATURE = "offsets of connectors"


@dataclass(frozen=True)
class ConnectorOffset:
    """How far a connector is in one partition of what it reads; both are JSON objects of the plugin's own."""

    partition: Mapping[str, Any]
    offset: Mapping[str, Any] | None

    @property
    def key(self) -> str:
        return as_text(self.partition)

    @property
    def text(self) -> str | None:
        return None if self.offset is None else as_text(self.offset)


def as_text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def offsets_of(connect: Connect, name: str) -> tuple[ConnectorOffset, ...]:
    """Raises KafkaFailure: with the cause; NotSupported before Kafka 3.5."""
    content = connect.send("GET", f"{path_of(name)}/offsets", f"connector {name}", feature=FEATURE)
    try:
        offsets = (ConnectorOffset(dict(each["partition"]), each["offset"]) for each in content["offsets"])
        return tuple(sorted(offsets, key=lambda offset: offset.key))
    except (TypeError, KeyError, ValueError) as error:
        raise InvalidRequest("The offsets that Kafka Connect tells cannot be read.") from error


def alter(connect: Connect, name: str, offsets: Sequence[ConnectorOffset]) -> None:
    """Set some offsets of a stopped connector; those without an offset are removed.

    Raises:
        KafkaFailure: with the cause; NotSupported before Kafka 3.6.
    """
    body = {"offsets": [{"partition": each.partition, "offset": each.offset} for each in offsets]}
    connect.send("PATCH", f"{path_of(name)}/offsets", f"connector {name}", body=body, feature=FEATURE)


def reset(connect: Connect, name: str) -> None:
    """Remove all offsets of a stopped connector.

    Raises:
        KafkaFailure: with the cause; NotSupported before Kafka 3.6.
    """
    connect.send("DELETE", f"{path_of(name)}/offsets", f"connector {name}", feature=FEATURE)
