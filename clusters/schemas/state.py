"""What the registry says of one subject, for its page and the API: asked within one deadline."""

import json
from contextlib import suppress
from dataclasses import dataclass

from clusters.formats.avro_values import UnfitError
from clusters.formats.content import UndecodableError
from clusters.formats.samples import sample
from clusters.formats.schemas import PROTOBUF
from clusters.gateway.errors import KafkaFailure, NotFound
from clusters.gateway.registry import subjects as kafka
from clusters.gateway.registry.client import RegisteredSchema, Registry
from clusters.gateway.registry.schemas import resolved
from clusters.gateway.registry.subjects import SubjectVersion
from clusters.gateway.result import noted
from clusters.schemas.evolution.levels import Direction, allowed_levels, directions
from clusters.schemas.fields.changes import FieldChange, field_rows, row_changes
from clusters.schemas.fields.tree import Row, is_cut
from clusters.schemas.naming import context_of
from clusters.schemas.text_diff import Line, side_by_side

MOST_SHOWN = 300_000  # characters of a schema's text
MOST_REFERENCING = 20  # schemas whose subjects are looked up


@dataclass(frozen=True)
class VersionState:
    """A version of a subject; ``problem`` says why its fields are not known."""

    number: int | None
    registered: RegisteredSchema
    text: str
    rows: tuple[Row, ...] = ()
    sample: str = ""
    problem: str = ""

    @property
    def is_cut(self) -> bool:
        """Whether there may be more fields than the rows have."""
        return is_cut(self.rows)


@dataclass(frozen=True)
class SubjectState:
    """A subject and one of its versions; the levels and modes are empty where none is set."""

    name: str
    versions: tuple[int, ...]
    shown: VersionState
    compatibility: str
    global_compatibility: str
    mode: str
    global_mode: str
    referenced_by: tuple[SubjectVersion, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What two versions differ in, as text and by meaning, and which levels allow it."""

    versions: tuple[int, ...]
    before: int
    after: int
    lines: list[Line]
    changes: list[FieldChange]
    directions: tuple[Direction, ...]
    levels: dict[str, bool]
    problem: str = ""
    is_cut: bool = False

    @property
    def is_breaking(self) -> bool:
        return not all(self.levels.values())


def subject_state(registry: Registry, name: str, version: int | None = None) -> SubjectState:
    """Return a subject with its latest version, or another.

    Raises:
        KafkaFailure: with the cause, NotFound where there is no such subject or version.
    """
    versions = kafka.versions_of(registry, name)
    if version is not None and version not in versions:
        raise NotFound(f"The subject {name} has no version {version}.", "Choose one of its versions.")
    registered = registry.version(name, version if version is not None else "latest")
    number = registered.version or (versions[-1] if versions else None)
    missing: list[str] = []
    level = global_level = mode = global_mode = ""
    referenced_by: tuple[SubjectVersion, ...] = ()
    with noted(missing):
        level, global_level = kafka.compatibility(registry, name), kafka.compatibility(registry)
        mode, global_mode = kafka.mode(registry, name), kafka.mode(registry)
    with noted(missing):
        referenced_by = referencing(registry, name, number) if number is not None else ()
    shown = version_state(registry, registered, number)
    return SubjectState(name, versions, shown, level, global_level, mode, global_mode, referenced_by, tuple(missing))


def referencing(registry: Registry, name: str, version: int) -> tuple[SubjectVersion, ...]:
    """Return the versions that refer to a version, of a bounded number of schemas."""
    ids = kafka.referencing(registry, name, version)[:MOST_REFERENCING]
    return tuple(usage for number in ids for usage in kafka.usages(registry, number, context_of(name)))


def version_state(registry: Registry, registered: RegisteredSchema, number: int | None) -> VersionState:
    """Return a schema as pages show it: laid out, with its fields and a sample."""
    text = laid_out(registered.kind, registered.text)
    text = text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}\n…"
    try:
        schema = resolved(registry, registered)
        rows = tuple(field_rows(schema))
    except (UndecodableError, KafkaFailure) as error:
        return VersionState(number, registered, text, problem=str(error))
    try:
        return VersionState(number, registered, text, rows, sample(schema))
    except UnfitError:
        return VersionState(number, registered, text, rows)


def laid_out(kind: str, text: str) -> str:
    """Return a schema's text in lines: JSON laid out, Protobuf as it was written."""
    if kind != PROTOBUF:
        with suppress(ValueError, RecursionError):
            text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    return text


def compare(registry: Registry, name: str, before: int | None = None, after: int | None = None) -> Comparison:
    """Compare two versions of a subject: by default the latest, and the one before the later one.

    Raises:
        KafkaFailure: with the cause, NotFound where there is no such version.
    """
    versions = kafka.versions_of(registry, name)
    if not versions:
        raise NotFound(f"The subject {name} has no versions.")
    after = after if after is not None else versions[-1]
    earlier = [version for version in versions if version < after]
    before = before if before is not None else earlier[-1] if earlier else after
    old, new = registry.version(name, before), registry.version(name, after)
    lines = side_by_side(laid_out(old.kind, old.text), laid_out(new.kind, new.text))
    try:
        older, newer = resolved(registry, old), resolved(registry, new)
        rows, both = (field_rows(older), field_rows(newer)), directions(newer, older)
    except UndecodableError as error:
        return Comparison(versions, before, after, lines, [], (), {}, str(error))
    changes, cut = row_changes(*rows), any(map(is_cut, rows))
    return Comparison(versions, before, after, lines, changes, both, allowed_levels(both), is_cut=cut)


def schema_by_id(registry: Registry, number: int, context: str = "") -> tuple[VersionState, tuple[SubjectVersion, ...]]:
    """Return the schema that an id stands for, and the versions that have it.

    Raises:
        KafkaFailure: with the cause, NotFound where there is no such id.
    """
    registered = registry.by_id(number, context)
    return version_state(registry, registered, None), kafka.usages(registry, number, context)
