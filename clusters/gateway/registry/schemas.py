"""A registry's schemas as decoders take them: with what they use, compiled where that must be, kept by their id.

A schema never changes under its id, so it is kept as long as there is room. A registry that did not answer is left
alone for some seconds, so that not every page waits for it.
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from clusters.formats.content import UndecodableError
from clusters.formats.schemas import PROTOBUF, Schema, SchemaError
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.registry.client import RegisteredSchema, Registry, RegistryConnection
from clusters.gateway.registry.protobuf_compiler import compiled

MOST = 1_000  # schemas that are kept by a process
MOST_REFERENCES = 200
AWAY_SECONDS = 5.0
_away: dict[RegistryConnection, tuple[float, SchemaError]] = {}  # until when, and why
_kept: dict[tuple[RegistryConnection, int | str], Schema] = {}
_lock = Lock()


class RegistrySchemas:
    """The schemas of one registry, for as long as one page is made: what failed once is not asked again."""

    def __init__(self, connection: RegistryConnection) -> None:
        self.connection = connection
        self.registry = Registry(connection)
        self.failures: dict[int | str, SchemaError] = {}

    def by_id(self, number: int) -> Schema:
        """Raises SchemaError: it is not to be had."""
        return self.kept(number, lambda: self.registry.by_id(number))

    def by_guid(self, guid: str) -> Schema:
        """Raises SchemaError: it is not to be had."""
        return self.kept(guid, lambda: self.registry.by_guid(guid))

    def kept(self, name: int | str, ask: Callable[[], RegisteredSchema]) -> Schema:
        schema = _kept.get((self.connection, name))
        if schema:
            return schema
        until, reason = _away.get(self.connection, (0.0, None))
        if reason and time.monotonic() < until:
            raise reason.again()
        if name in self.failures:
            raise self.failures[name].again()
        try:
            schema = resolved(self.registry, ask())
        except KafkaFailure as failure:
            self.failures[name] = SchemaError(failure.sentence, failure.advice)
            if failure is self.registry.failure:
                leave_alone(self.connection, self.failures[name])
            raise self.failures[name] from failure
        except UndecodableError as error:
            self.failures[name] = SchemaError(str(error))
            raise self.failures[name] from error
        keep((self.connection, name), schema)
        return schema


def leave_alone(connection: RegistryConnection, reason: SchemaError) -> None:
    """Ask a registry no more for some seconds; what is said of others is forgotten when it is over."""
    now = time.monotonic()
    with _lock:
        for other in [other for other, (until, _) in _away.items() if until < now]:
            del _away[other]
        _away[connection] = (now + AWAY_SECONDS, reason)


def keep(name: Any, schema: Schema) -> None:
    """Keep a schema; with too many, the one that came first is dropped."""
    with _lock:
        while len(_kept) >= MOST:
            del _kept[next(iter(_kept))]
        _kept[name] = schema


def resolved(registry: Registry, registered: RegisteredSchema) -> Schema:
    """Return a schema with the texts of all that it uses, each after what that uses itself.

    Raises:
        KafkaFailure: one of them is not to be had.
        UndecodableError: it cannot be compiled, or uses too many.
    """
    texts: dict[str, str] = {}
    visited: set[tuple[str, int]] = set()

    def collect(schema: RegisteredSchema) -> None:
        for reference in schema.references:
            if (reference.subject, reference.version) in visited:
                continue
            visited.add((reference.subject, reference.version))
            if len(visited) > MOST_REFERENCES:
                raise UndecodableError(f"Its schema uses more than {MOST_REFERENCES} others.")
            used = registry.version(reference.subject, reference.version)
            collect(used)
            texts[reference.name] = used.text

    collect(registered)
    references = tuple(texts.items())
    descriptors = compiled(registered.text, references) if registered.kind == PROTOBUF else b""
    return Schema(registered.kind, registered.text, references, descriptors)
