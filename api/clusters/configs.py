"""Configs with what brokers say about them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ninja import Field, Schema

from clusters.configs.documentation import documentation
from clusters.configs.table import NO_DOC
from clusters.gateway.configs import ConfigEntry
from clusters.models import Cluster


class ConfigOut(Schema):
    """One config, with its default."""

    name: str
    value: str | None
    default: str | None
    source: str
    read_only: bool
    sensitive: bool


class DocumentedConfigOut(ConfigOut):
    """One config, with its documentation."""

    type: str = Field(description="`LONG`, `LIST`, …; empty before Kafka 2.6.")
    documentation: str = Field(description="As the brokers have it; empty before Kafka 2.6.")


def documented(cluster: Cluster, kind: int, name: str, entries: Sequence[ConfigEntry]) -> list[dict[str, Any]]:
    """Return the configs of a resource with their documentation."""
    docs = documentation(cluster, kind, name, {entry.name for entry in entries})
    return [
        {**asdict(entry), "type": doc.type, "documentation": doc.text}
        for entry in entries
        if (doc := docs.get(entry.name, NO_DOC))
    ]
