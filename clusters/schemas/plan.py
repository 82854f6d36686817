"""What a change of the registry would do. Pure: the present state and the request in, steps and warnings out."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from clusters.schemas.evolution.levels import Violation
from clusters.schemas.fields.changes import FieldChange
from clusters.schemas.transfer.file_lines import SchemaLine
from core.patterns import EVERYTHING
from core.plan import Plan, Step
from core.web.formats import first_names, plural

REGISTER, CONFIGURE, DELETE = "schemas.register", "schemas.configure", "schemas.delete"
LEVEL, MODE = "compatibility", "mode"
MOST_STEPS = 50
NEW_IDS = "Ids are not kept: the mode is not IMPORT. Records that were written before keep their old ids."
LEVEL_WARNINGS = {"NONE": "NONE accepts any schema: consumers may fail on new records, or on old ones."}
MODE_WARNINGS = {
    "READONLY": "READONLY: no schema can be registered, producers with new schemas fail.",
    "READONLY_OVERRIDE": "READONLY_OVERRIDE: no subject takes new schemas, producers with them fail.",
    "IMPORT": "IMPORT: schemas are registered with given ids, and without a check of compatibility.",
}


@dataclass(frozen=True)
class Usage:
    """Who depends on a subject: its topic, if that exists, and the topic's consumer groups."""

    topic: str = ""
    groups: tuple[str, ...] = ()
    hidden_groups: int = 0

    @property
    def sentence(self) -> str:
        if not self.topic:
            return ""
        count = len(self.groups) + self.hidden_groups
        names = f": {first_names(self.groups, 5)}" if self.groups else ""
        consumers = f" and has {plural(count, 'consumer group')}{names}" if count else ""
        return f"Topic {self.topic} uses this subject{consumers}."


def register(
    subject: str, kind: str, text: str, latest: int | None, changes: Sequence[FieldChange],
    breaking: Collection[Violation], usage: Usage, *, references: Collection[str] = (),
) -> Plan:  # fmt: skip
    """Plan a new version; what breaks although the level allows it is warned of."""
    fingerprint = fingerprint_of("\n".join((kind, text, *references)))
    version = f"version {latest + 1}" if latest else "version 1"
    first = Step(
        f"subject {subject}", f"version {latest}" if latest else None, f"{version}, {kind}, SHA-256 {fingerprint}…"
    )
    fields = [Step(f"{change.subject} {change.path}", change.before, change.after) for change in changes]
    warnings = [f"Breaking, though the level allows it: {violation}." for violation in list(breaking)[:5]]
    if latest and usage.sentence:
        warnings.append(usage.sentence)
    if len(fields) > MOST_STEPS:
        warnings.append(f"{len(fields) - MOST_STEPS} more fields differ.")
    return Plan(REGISTER, subject, (first, *fields[:MOST_STEPS]), tuple(warnings))


def configure(subject: str, before: dict[str, str], after: dict[str, str]) -> Plan:
    """Plan new settings of a subject, or, without one, of all that have none of their own; empty is what is not set."""
    steps = tuple(
        Step(name, before.get(name) or None, value or None)
        for name, value in after.items()
        if value != before.get(name, "")
    )
    changed = {step.subject: step.after for step in steps}
    warnings = [
        warning
        for name, sentences in ((LEVEL, LEVEL_WARNINGS), (MODE, MODE_WARNINGS))
        if (warning := sentences.get(changed.get(name) or ""))
    ]
    if not subject and steps:
        warnings.append("This concerns every subject without a setting of its own.")
    return Plan(CONFIGURE, subject or EVERYTHING, steps, tuple(warnings))


def opens(planned: Plan) -> bool:
    """Tell whether settings end that nothing else can be changed."""
    return any(step.subject == MODE and (step.before or "").startswith("READONLY") for step in planned.steps)


def in_order(planned: Plan) -> list[Step]:
    """Return the steps of settings as they can be made: a mode that forbids changes ends first, and begins last."""
    return sorted(planned.steps, key=lambda step: (step.subject == MODE) != opens(planned))


def among_others(planned: Plan) -> Plan:
    """Return a plan of settings beside those of other subjects: each step says of which it is."""
    whose = " (global)" if planned.resource == EVERYTHING else f" of {planned.resource}"
    return replace(planned, steps=tuple(replace(step, subject=f"{step.subject}{whose}") for step in planned.steps))


def delete(
    subject: str, versions: Sequence[int], referenced_by: Collection[str], usage: Usage,
    *, permanent: bool, whole: bool, identity: str = "",
) -> Plan:  # fmt: skip
    """Plan the deletion of some versions, which are all of them where the ``whole`` subject goes."""
    steps = [Step(f"version {version}", "registered", None if permanent else "deleted (soft)") for version in versions]
    if whole:
        steps.insert(
            0, Step(f"subject {subject}", plural(len(versions), "version"), None if permanent else "deleted (soft)")
        )
    warnings = [usage.sentence] if usage.sentence else []
    if permanent:
        warnings.append("Permanent: records with these schema ids can no longer be decoded by the registry.")
    else:
        warnings.append("Soft: schemas are still found by id; registering one of them again restores it.")
    if referenced_by:
        warnings.append(f"Referenced by {first_names(sorted(referenced_by), 5)}: registries refuse the deletion.")
    return Plan(DELETE, subject, tuple(steps), tuple(warnings), destructive=True, identity=identity)


def import_lines(new: Sequence[tuple[SchemaLine, bool]], present: int) -> Plan:
    """Plan to register lines of an export; each with whether its id is kept."""
    names = list(dict.fromkeys(line.subject for line, _ in new))
    steps = tuple(
        Step(
            f"{line.subject} version {line.version}",
            None,
            f"{line.kind}, {f'id {line.id}' if keeps_id else 'new id'}, SHA-256 {fingerprint_of(line.text)}…",
        )
        for line, keeps_id in new
    )
    warnings = [f"{plural(present, 'version')} registered already."] if present else []
    if any(not keeps_id for _, keeps_id in new):
        warnings.append(NEW_IDS)
    return Plan(REGISTER, names[0] if names else "", steps, tuple(warnings), tuple(names[1:]))


def fingerprint_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
