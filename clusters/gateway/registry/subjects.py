"""A registry's subjects: which there are, and what is set for them. Each function names what it asks."""

from dataclasses import dataclass
from typing import Any

from clusters.gateway.errors import InvalidRequest, NotFound
from clusters.gateway.registry.client import NotSupported, RegisteredSchema, Registry, in_context
from clusters.gateway.rest import Denied, segment

LEVELS = ("BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE", "NONE")
MODES = ("READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT")
MODES_FEATURE = "modes"
GLOBAL = ""  # in the place of a subject: what holds where it has nothing of its own


@dataclass(frozen=True)
class SubjectDescription:
    """A subject with its latest version; ``compatibility`` is empty where it has no level of its own."""

    latest: RegisteredSchema
    versions: tuple[int, ...]
    compatibility: str


@dataclass(frozen=True)
class SubjectVersion:
    subject: str
    version: int


def path_of(subject: str) -> str:
    return f"/subjects/{segment(subject)}"


def of_subject(subject: str) -> str:
    """Return the end of a path that is about one subject, or about all of them."""
    return f"/{segment(subject)}" if subject else ""


def list_subjects(registry: Registry) -> dict[str, bool]:
    """Return the names of all subjects, and whether each is deleted softly.

    Raises:
        KafkaFailure: with the cause.
    """
    present = set(registry.subjects())
    everything = {str(name) for name in registry.listed("/subjects?deleted=true")}
    return {name: name not in present for name in sorted(everything | present)}


def describe(registry: Registry, subject: str) -> SubjectDescription:
    """Return a subject with its latest version.

    Raises:
        KafkaFailure: with the cause, NotFound where there is no such subject.
    """
    versions = tuple(registry.versions(subject))
    return SubjectDescription(registry.version(subject), versions, compatibility(registry, subject))


def versions_of(registry: Registry, subject: str, *, deleted: bool = False) -> tuple[int, ...]:
    """Return a subject's versions, the deleted ones too if requested.

    Raises:
        KafkaFailure: with the cause, NotFound where there is no such subject.
    """
    if not deleted:
        return tuple(registry.versions(subject))
    listed = registry.listed(f"{path_of(subject)}/versions?deleted=true", f"subject {subject}")
    return tuple(int(number) for number in listed)


def compatibility(registry: Registry, subject: str = GLOBAL) -> str:
    """Return the compatibility level that is set for a subject, or for all without their own; empty if none is,
    or it is not ours to see.

    Raises:
        KafkaFailure: with the cause.
    """
    try:
        content = registry.get(f"/config{of_subject(subject)}", f"level of the subject {subject}")
    except (NotFound, Denied):
        return ""
    return setting(registry, content, "compatibilityLevel")


def mode(registry: Registry, subject: str = GLOBAL) -> str:
    """Return the mode that is set for a subject, or for all without their own; empty if none is, or none exist.

    Raises:
        KafkaFailure: with the cause.
    """
    try:
        content = registry.send("GET", f"/mode{of_subject(subject)}", f"mode of {subject}", feature=MODES_FEATURE)
    except (NotFound, NotSupported, Denied):
        return ""
    return setting(registry, content, "mode")


def setting(registry: Registry, content: Any, name: str) -> str:
    if not isinstance(content, dict) or not isinstance(content.get(name), str):
        raise registry.not_a_registry()
    return str(content[name])[:40]


def referencing(registry: Registry, subject: str, version: int) -> tuple[int, ...]:
    """Return the ids of the schemas that refer to a version.

    Raises:
        KafkaFailure: with the cause.
    """
    try:
        path = f"{path_of(subject)}/versions/{version}/referencedby"
        content = registry.send("GET", path, f"version {version} of the subject {subject}", feature="references")
    except NotSupported:
        return ()
    return tuple(number for number in (content if isinstance(content, list) else ()) if isinstance(number, int))


def usages(registry: Registry, number: int, context: str = "") -> tuple[SubjectVersion, ...]:
    """Return the versions that have a schema's id, of a context.

    Raises:
        KafkaFailure: with the cause, NotFound where there is no such id.
    """
    listed = registry.listed(f"/schemas/ids/{number}/versions{in_context(context)}", f"schema with id {number}")
    try:
        return tuple(SubjectVersion(str(each["subject"]), int(each["version"])) for each in listed)
    except (TypeError, KeyError, ValueError) as error:
        raise InvalidRequest("The schema registry's versions of an id cannot be read.") from error


def ids_of(registry: Registry, guid: str) -> tuple[tuple[int, str], ...]:
    """Return the ids that a schema has, each with its context, which is empty for the default one.

    Raises:
        KafkaFailure: with the cause, NotFound where there is no such schema.
    """
    listed = registry.send("GET", f"/schemas/guids/{guid}/ids", f"schema with GUID {guid}", feature="ids of GUIDs")
    try:
        return tuple((int(each["id"]), str(each.get("context") or "").rstrip(".")) for each in listed)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise InvalidRequest("The schema registry's ids of a schema cannot be read.") from error
