"""Importing many schemas, as a job: reading a source, registering, then levels and modes."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict, replace
from time import monotonic
from typing import Any

from accounts.models import AuditEntry
from clusters.gateway.errors import Conflict, KafkaFailure, NotFound
from clusters.jobs.kinds import Checkpoint, Need
from clusters.models import Cluster, Job, SchemaRegistry
from clusters.registry_words import address, named
from clusters.schemas import plan, planning
from clusters.schemas.mirror import settings_changed
from clusters.schemas.transfer.file_lines import SettingsLine
from clusters.schemas.transfer.importing import Registrar
from clusters.schemas.transfer.job.pieces import StoredLines
from clusters.schemas.transfer.job.reading import SLICE, client_of, read_source
from clusters.schemas.transfer.job.standing import Standing, from_json
from clusters.schemas.transfer.settings import not_set, settable
from core.patterns import EVERYTHING
from core.plan import Plan, Step
from core.web.formats import plural

NAME = "import-schemas"
MOVED = "The URL of the schema registry {} was changed since this was confirmed."


class ImportSchemas:
    """Its parameters are the target ``registry`` and, unless it is a ``file``, the ``source``, both with ``pk``,
    ``name`` and ``url``.

    ``versions`` and ``subjects`` are counts, ``first`` steps and ``warnings`` for the preview, ``digest`` of the file;
    ``register``, ``configure`` and ``view`` are the resources that its user must be allowed.
    """

    unit = "version"
    changes = True

    def plan(self, parameters: Mapping[str, Any]) -> Plan:
        first, *others = parameters["register"]
        steps = [Step("schemas", None, f"{amount(parameters)} of {origin(parameters)}")]
        if parameters["configure"]:
            steps.append(Step("levels and modes", None, f"those of {origin(parameters)}, when all is registered"))
        steps += [Step(*each) for each in parameters["first"]]
        planned = Plan(plan.REGISTER, first, tuple(steps), tuple(parameters["warnings"]), tuple(others))
        return named(planned, SchemaRegistry(pk=parameters["registry"]["pk"], name=parameters["registry"]["name"]))

    def needs(self, cluster: Cluster, parameters: Mapping[str, Any]) -> tuple[Need, ...]:
        registering = [Need(cluster.slug, plan.REGISTER, name, True) for name in parameters["register"]]
        configuring = [Need(cluster.slug, plan.CONFIGURE, name, True) for name in parameters["configure"]]
        return (*registering, *configuring, *(Need(cluster.slug, "schemas.view", name) for name in parameters["view"]))

    def describe(self, parameters: Mapping[str, Any]) -> str:
        source = parameters["source"]
        name = f"registry {source['name']}" if source else parameters["file"]
        return f"Import schemas of {name} into registry {parameters['registry']['name']}"

    def run(self, job: Job) -> Generator[Checkpoint, None, None]:
        """Go on from where it stands.

        Raises:
            KafkaFailure: a line was refused, or a registry cannot be reached now.
        """
        standing, stored = from_json(job.cursor), StoredLines(job)
        if not job.parameters["source"]:
            standing = replace(standing, pieces=job.parameters["pieces"], versions=job.parameters["versions"])
        elif not standing.is_read:
            for each in read_source(job, row_of(job.parameters["source"]), stored, standing):
                standing = each
                yield checkpoint_of(standing)
        row = row_of(job.parameters["registry"])
        registrar = Registrar(client_of(row), stored.line)
        for number in range(standing.pieces_done, standing.pieces):
            for checkpoint in registered(registrar, stored, number, standing):
                standing = from_json(checkpoint.cursor)
                yield checkpoint
        for each in configured(job, row, registrar, stored, standing):
            yield checkpoint_of(each)

    def facts(self, job: Job) -> list[tuple[str, str]]:
        """Tell what was registered and set, and what was not."""
        if not job.cursor:
            return []
        standing = from_json(job.cursor)
        read = [("Versions read", f"{standing.versions:,}")] if job.parameters["source"] else []
        counts = [("Versions registered", f"{standing.registered:,}"), ("Registered already", f"{standing.present:,}")]
        settings = [("Subjects with new settings", f"{standing.settings_changed:,}")]
        settings *= bool(job.parameters["configure"])
        return [*read, *counts, *settings, *(("Left out", sentence) for sentence in standing.left_out)]

    def link(self, job: Job) -> tuple[str, str] | None:
        row = SchemaRegistry.objects.filter(pk=job.parameters["registry"]["pk"]).select_related("cluster").first()
        return ("Schemas", address(row, "schemas")) if row else None

    def end(self, job: Job) -> None:
        """Nothing of it is in the registry; the list shows it with the next pass."""
        SchemaRegistry.objects.filter(pk=job.parameters["registry"]["pk"]).update(due_at=None)


def registered(registrar: Registrar, stored: StoredLines, number: int, standing: Standing) -> Iterator[Checkpoint]:
    """Register the versions of a piece that are not passed yet; where one is refused, those before it count.

    Raises:
        KafkaFailure: one was refused.
    """
    began, after = monotonic(), standing
    for line in stored.versions(number)[standing.lines_done :]:
        try:
            is_present = registrar.find(line)
            if not is_present:
                registrar.register(line)
        except KafkaFailure:
            yield checkpoint_of(after, whole=after != standing)
            raise
        after = passed(after, is_present)
        if monotonic() - began > SLICE:
            began = monotonic()
            yield checkpoint_of(after)
    yield checkpoint_of(replace(after, pieces_done=number + 1, lines_done=0))


def passed(standing: Standing, is_present: bool) -> Standing:
    count = "present" if is_present else "registered"
    return replace(standing, lines_done=standing.lines_done + 1, **{count: getattr(standing, count) + 1})


def checkpoint_of(standing: Standing, *, whole: bool = True) -> Checkpoint:
    total = standing.versions if standing.pieces_done or standing.done else None
    return Checkpoint(standing.as_json(), standing.done, total, whole=whole)


def configured(
    job: Job, row: SchemaRegistry, registrar: Registrar, stored: StoredLines, standing: Standing
) -> Iterator[Standing]:
    """Make the settings that are not made yet, those for all subjects last."""
    if not job.parameters["configure"]:
        return
    allowed = set(job.parameters["configure"])
    settings = settable(stored.settings(standing.pieces), has_modes=bool(registrar.global_mode),
                        may_configure=lambda name: EVERYTHING in allowed or name in allowed)  # fmt: skip
    lines = sorted(settings.lines, key=lambda line: not line.subject)
    saved, standing = standing, replace(standing, left_out=settings.left_out)
    began = monotonic()
    for at in range(standing.settings_done, len(lines)):
        changed = set_line(job, row, registrar, lines[at])
        standing = replace(standing, settings_done=at + 1, settings_changed=standing.settings_changed + changed)
        if monotonic() - began > SLICE:
            began, saved = monotonic(), standing
            yield standing
    if standing != saved:
        yield standing


def set_line(job: Job, row: SchemaRegistry, registrar: Registrar, line: SettingsLine) -> bool:
    """Set what differs of a subject, and put it on record; tell whether anything did.

    Raises:
        KafkaFailure: it was refused.
    """
    planned = planning.plan_settings(registrar.registry, line.subject, line.values)
    if not planned.steps:
        return False
    try:
        planning.apply_settings(registrar.registry, line.subject, planned)
    except KafkaFailure as failure:
        raise not_set(planned, failure) from failure
    settings_changed(row, client_of(row), line.subject)
    planned = named(planned, row)
    AuditEntry.objects.create(
        username=job.username, address=job.address, action=planned.action, cluster=job.cluster.slug,
        resource=planned.resource, outcome=AuditEntry.DONE, steps=[asdict(step) for step in planned.steps],
        detail=f"{planned.note} Job {job.pk}.",
    )  # fmt: skip
    return True


def row_of(registry: Mapping[str, Any]) -> SchemaRegistry:
    """Return a registry that parameters name.

    Raises:
        NotFound: it was removed.
        Conflict: it is another server now.
    """
    row = SchemaRegistry.objects.filter(pk=registry["pk"]).select_related("cluster").first()
    if row is None:
        raise NotFound(f"There is no schema registry {registry['name']} any more.", "Check the list.")
    if row.url != registry["url"]:
        raise Conflict(MOVED.format(registry["name"]), "Import again.")
    return row


def amount(parameters: Mapping[str, Any]) -> str:
    versions = plural(parameters["versions"], "version") if parameters["versions"] is not None else "all versions"
    return f"{versions} of {plural(parameters['subjects'], 'subject')}"


def origin(parameters: Mapping[str, Any]) -> str:
    if parameters["source"]:
        return f"registry {parameters['source']['name']}"
    return f"{parameters['file']}, SHA-256 {parameters['digest']}"


IMPORT_SCHEMAS = ImportSchemas()
