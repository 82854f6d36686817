"""Changing a registry: registering schemas, levels and modes, deleting. Each function names what it asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clusters.gateway.errors import NotFound
from clusters.gateway.registry.client import Reference, RegisteredSchema, Registry, schema_of
from clusters.gateway.registry.subjects import MODES_FEATURE, of_subject, path_of


@dataclass(frozen=True)
class NewSchema:
    """A schema that is to be registered."""

    kind: str
    text: str
    references: tuple[Reference, ...] = ()

    def body(self) -> Mapping[str, Any]:
        return {"schema": self.text, "schemaType": self.kind, "references": list(map(vars, self.references))}

    def as_registered(self) -> RegisteredSchema:
        return RegisteredSchema(self.kind, self.text, self.references)


@dataclass(frozen=True)
class Verdict:
    """Whether the registry would take a schema, and in its own words why not."""

    is_compatible: bool
    messages: tuple[str, ...] = ()


def registered_as(registry: Registry, subject: str, new: NewSchema) -> RegisteredSchema | None:
    """Return the version of a subject that a schema is already; None if it is none.

    Raises:
        KafkaFailure: with the cause.
    """
    try:
        content = registry.send("POST", path_of(subject), f"subject {subject}", body=new.body())
    except NotFound:
        return None
    return schema_of(content) if isinstance(content, dict) and isinstance(content.get("schema"), str) else None


def check(registry: Registry, subject: str, new: NewSchema, *, is_transitive: bool) -> Verdict:
    """Ask whether a schema is compatible: with the latest version, or with all.

    Raises:
        KafkaFailure: with the cause; InvalidRequest, it is no schema.
    """
    versions = "versions" if is_transitive else "versions/latest"
    path = f"/compatibility{path_of(subject)}/{versions}?verbose=true"
    try:
        content = registry.send("POST", path, f"subject {subject}", body=new.body())
    except NotFound:
        return Verdict(True)
    if not isinstance(content, dict) or not isinstance(content.get("is_compatible"), bool):
        raise registry.not_a_registry()
    return Verdict(content["is_compatible"], messages_of(content))


def messages_of(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a registry says in the way: Confluent in a list, Apicurio in one sentence."""
    listed = content.get("messages")
    said = listed if isinstance(listed, list) else [content.get("reason")]
    return tuple(str(message)[:1_000] for message in said[:20] if message)


def register(registry: Registry, subject: str, new: NewSchema, identity: Mapping[str, int] | None = None) -> None:
    """Register a schema as the next version of a subject; ``identity`` gives id and version, in mode IMPORT.

    Raises:
        KafkaFailure: with the cause; Conflict, it is not compatible.
    """
    registry.send("POST", f"{path_of(subject)}/versions", f"subject {subject}", body={**new.body(), **(identity or {})})


def set_compatibility(registry: Registry, subject: str, level: str) -> None:
    """Set the level of a subject, or of all without their own; an empty one removes it.

    Raises:
        KafkaFailure: with the cause.
    """
    path, named = f"/config{of_subject(subject)}", f"level of the subject {subject}"
    if level:
        registry.send("PUT", path, named, body={"compatibility": level})
    else:
        registry.send("DELETE", path, named, feature="removing a subject's level")


def set_mode(registry: Registry, subject: str, mode: str) -> None:
    """Set the mode of a subject, or of all without their own; an empty one removes it.

    Raises:
        KafkaFailure: with the cause.
    """
    path, named = f"/mode{of_subject(subject)}", f"mode of the subject {subject}"
    if mode:
        registry.send("PUT", path, named, body={"mode": mode}, feature=MODES_FEATURE)
    else:
        registry.send("DELETE", path, named, feature=MODES_FEATURE)


def delete(registry: Registry, subject: str, version: int | None, *, permanent: bool) -> None:
    """Delete a subject or one of its versions, softly or for good.

    Raises:
        KafkaFailure: with the cause.
    """
    path = path_of(subject) + ("" if version is None else f"/versions/{version}")
    registry.send("DELETE", f"{path}?permanent=true" if permanent else path, f"subject {subject}")
