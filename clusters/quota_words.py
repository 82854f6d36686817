"""Quotas and their entities in words, which the audit log's steps are read back from. Pure."""

import json
import re

from clusters.gateway.quotas import CLIENT_ID, DEFAULT, IP, USER, Entity
from core.web.formats import size

BYTES = frozenset({"producer_byte_rate", "consumer_byte_rate"})
UNITS = {
    **dict.fromkeys(BYTES, "B/s"),
    "request_percentage": "%",
    "controller_mutation_rate": "mutations/s",
    "connection_creation_rate": "connections/s",
}
RATES = tuple(UNITS)
OF_CLIENTS = tuple(name for name in RATES if name != "connection_creation_rate")
OF_ADDRESSES = ("connection_creation_rate",)
LABELS = {
    "producer_byte_rate": "Produce rate",
    "consumer_byte_rate": "Fetch rate",
    "request_percentage": "Request time",
    "controller_mutation_rate": "Mutation rate",
    "connection_creation_rate": "Connection rate",
}
PART = re.compile(rf'({USER}|{CLIENT_ID}|{IP}) (default|"(?:[^"\\]|\\.)*")')


def entity_words(entity: Entity) -> str:
    """Return an entity in words: ``user "orders", client-id default``."""
    return ", ".join(f"{kind} {name_words(name)}" for kind, name in entity.parts.items())


def name_words(name: str) -> str:
    return "default" if name == DEFAULT else json.dumps(name, ensure_ascii=False)


def subject(entity: Entity, name: str) -> str:
    """Return what a step is about."""
    return f"{entity_words(entity)}: {name}"


def read_subject(text: str) -> tuple[Entity, str]:
    """Return the entity and the quota that a step is about."""
    entity, _, name = text.rpartition(": ")
    names = {kind: DEFAULT if word == "default" else json.loads(word) for kind, word in PART.findall(entity)}
    return Entity(names.get(USER), names.get(CLIENT_ID), names.get(IP)), name


def number_words(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def value_words(name: str, value: float) -> str:
    """Return a quota as a step shows it: ``1048576 B/s (1.0 MiB/s)``."""
    hint = f" ({size(int(value))}/s)" if name in BYTES and value >= 1024 else ""
    return f"{number_words(value)} {UNITS.get(name, '')}{hint}".strip()


def read_value(text: str | None) -> float | None:
    """Return the number that a step shows."""
    return None if text is None else float(text.split()[0])


def query_of(entity: Entity) -> dict[str, str]:
    """Return an entity as the parameters of an address; what is empty is a default."""
    names = {"user": entity.user, "client_id": entity.client_id, "ip": entity.ip}
    return {name: value for name, value in names.items() if value is not None}
