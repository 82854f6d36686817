"""Plans for changes of the registry, from what it says now."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from clusters.access import sees
from clusters.formats.content import UndecodableError
from clusters.formats.encoding import check_json_schema
from clusters.formats.schemas import JSON, Schema
from clusters.gateway.errors import InvalidRequest, KafkaFailure, NotFound
from clusters.gateway.registry import changes as kafka
from clusters.gateway.registry import subjects
from clusters.gateway.registry.changes import NewSchema
from clusters.gateway.registry.client import RegisteredSchema, Registry
from clusters.gateway.registry.schemas import resolved
from clusters.models import GroupTopic, SchemaRegistry, Subject
from clusters.schemas import plan
from clusters.schemas.evolution.levels import FULL, NONE, TRANSITIVE, Violation, violations
from clusters.schemas.fields.changes import FieldChange, field_changes
from clusters.schemas.locations import Located, line_of, located
from clusters.schemas.naming import topic_of
from clusters.schemas.plan import Usage
from clusters.schemas.queries import level_of, present_topics
from clusters.schemas.state import referencing
from core.plan import Plan

MOST_EARLIER = 10  # versions that our own rules compare


@dataclass(frozen=True)
class Registration:
    """A schema that is to be registered: the plan, or why the registry would not take it."""

    new: NewSchema
    plan: Plan
    already: int | None
    level: str
    objections: tuple[Located, ...]

    def require_accepted(self) -> None:
        """Raises InvalidRequest: the registry finds the schema incompatible."""
        if self.objections:
            sentences = " ".join(map(str, self.objections))
            raise InvalidRequest(f"Not compatible ({self.level}): {sentences}", field="schema")


def plan_registration(
    request: HttpRequest, row: SchemaRegistry, registry: Registry, subject: str, new: NewSchema
) -> Registration:
    """Check a schema, and plan to register it.

    Raises:
        KafkaFailure: with the cause; InvalidRequest for what is no schema.
    """
    latest = latest_of(registry, subject)
    schema = understood(registry, new)
    same = kafka.registered_as(registry, subject, new) if latest else None
    level = level_of(registry, subject)
    objections = () if same or not latest else objections_of(registry, subject, new, schema, level)
    changes, breaking = differences(registry, latest, schema, level)
    usage = usage_of(request, row, subject)
    number = latest.version if latest else None
    references = [" ".join(map(str, vars(each).values())) for each in new.references]
    planned = plan.register(subject, new.kind, new.text, number, changes, breaking, usage, references=references)
    return Registration(new, planned, same.version if same else None, level, objections)


def latest_of(registry: Registry, subject: str) -> RegisteredSchema | None:
    try:
        return registry.version(subject)
    except NotFound:
        return None


def understood(registry: Registry, new: NewSchema) -> Schema:
    """Return a new schema with all that it uses.

    Raises:
        InvalidRequest: it is none, or uses what is not there.
    """
    try:
        schema = resolved(registry, new.as_registered())
        if schema.kind == JSON:
            check_json_schema(schema)
        field_changes(schema, schema)
    except UndecodableError as error:
        raise InvalidRequest(str(error), field="schema") from error
    except NotFound as failure:
        raise InvalidRequest(failure.sentence, "Check the references.", field="references") from failure
    return schema


def objections_of(registry: Registry, subject: str, new: NewSchema, schema: Schema, level: str) -> tuple[Located, ...]:
    """Return the registry's own objections, with the field and the line of each.

    Apicurio cannot check a schema with references before it is registered: then our own rules stand in.
    """
    try:
        verdict = kafka.check(registry, subject, new, is_transitive=level.endswith(TRANSITIVE))
    except InvalidRequest:
        if not new.references:
            raise
        return own_objections(registry, subject, schema, level)
    if verdict.is_compatible:
        return ()
    return tuple(located(message, new.text) for message in verdict.messages) or (Located("The registry refuses it."),)


def own_objections(registry: Registry, subject: str, schema: Schema, level: str) -> tuple[Located, ...]:
    """Return what our own rules object to: by the latest version, or by the latest ones where all count."""
    numbers = registry.versions(subject)[-(MOST_EARLIER if level.endswith(TRANSITIVE) else 1) :]
    try:
        earlier = [(number, resolved(registry, registry.version(subject, number))) for number in numbers]
        objections = violations(level, schema, earlier)
    except UndecodableError as error:
        raise InvalidRequest(str(error), field="schema") from error
    return tuple(
        Located(
            f"{each.problem.sentence} ({each.who})",
            each.problem.path,
            line_of(each.problem.path.rpartition(".")[2], schema.text),
        )
        for each in objections
    )


def differences(
    registry: Registry, latest: RegisteredSchema | None, schema: Schema, level: str
) -> tuple[list[FieldChange], tuple[Violation, ...]]:
    """Return the changed fields, and what breaks where the level does not look."""
    if latest is None:
        return [], ()
    try:
        old = resolved(registry, latest)
        breaking = violations(FULL, schema, [(latest.version or 0, old)]) if level == NONE else ()
        return field_changes(old, schema), breaking
    except (UndecodableError, KafkaFailure):
        return [], ()


def usage_of(request: HttpRequest, row: SchemaRegistry, subject: str) -> Usage:
    """Return the topic that a subject is of, with its consumer groups, as far as the person may see them."""
    listed, cluster = Subject.objects.filter(registry=row, name=subject).first(), row.cluster
    topic = listed.topic if listed and listed.topic else topic_of(subject)
    if not present_topics(request, cluster, [topic]):
        return Usage()
    groups = GroupTopic.objects.filter(cluster=cluster, topic=topic).order_by("group").values_list("group", flat=True)
    visible = [group for group in groups if sees(request, cluster, "groups.view", group)]
    return Usage(topic, tuple(visible), len(groups) - len(visible))


def plan_settings(registry: Registry, subject: str, after: dict[str, str]) -> Plan:
    """Plan new settings; only those that are named in ``after``.

    Raises:
        KafkaFailure: with the cause.
    """
    present = {plan.LEVEL: lambda: subjects.compatibility(registry, subject),
               plan.MODE: lambda: subjects.mode(registry, subject)}  # fmt: skip
    return plan.configure(subject, {name: present[name]() for name in after}, after)


def apply_settings(registry: Registry, subject: str, planned: Plan) -> None:
    """Raises KafkaFailure: with the cause."""
    for step in plan.in_order(planned):
        setter = kafka.set_compatibility if step.subject == plan.LEVEL else kafka.set_mode
        setter(registry, subject, step.after or "")


def plan_deletion(
    request: HttpRequest, row: SchemaRegistry, registry: Registry, subject: str, version: int | None, *, permanent: bool
) -> Plan:
    """Plan to delete a subject, or one version of it.

    Raises:
        KafkaFailure: with the cause, NotFound where there is no such subject or version.
    """
    every = subjects.versions_of(registry, subject, deleted=permanent)
    if version is not None and version not in every:
        raise NotFound(f"The subject {subject} has no version {version}.", "Choose one of its versions.")
    versions = every if version is None else (version,)
    references = {usage.subject for number in versions[-3:] for usage in referencing(registry, subject, number)}
    usage, identity = usage_of(request, row, subject), identity_of(registry, subject, versions, deleted=permanent)
    return plan.delete(
        subject, versions, references - {subject}, usage, permanent=permanent, whole=version is None, identity=identity
    )


def identity_of(registry: Registry, subject: str, versions: Sequence[int], *, deleted: bool) -> str:
    """Return what tells versions from those that a subject of the same name has later: the newest one's schema."""
    try:
        newest = registry.version(subject, max(versions, default="latest"), deleted=deleted)
    except NotFound:  # not every registry shows what was deleted softly
        return ""
    return plan.fingerprint_of(f"{newest.id} {newest.text}")


def apply_deletion(registry: Registry, subject: str, version: int | None, *, permanent: bool) -> None:
    """Delete; for good only what was deleted softly before, as registries require.

    Raises:
        KafkaFailure: with the cause.
    """
    if permanent:
        present = present_versions(registry, subject)
        if present and (version is None or version in present):
            kafka.delete(registry, subject, version, permanent=False)
    kafka.delete(registry, subject, version, permanent=permanent)


def present_versions(registry: Registry, subject: str) -> tuple[int, ...]:
    try:
        return subjects.versions_of(registry, subject)
    except NotFound:
        return ()
