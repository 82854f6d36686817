"""An import by one request: schemas, then the settings of each subject; confirmed as one, and recorded one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest

from clusters.access import sees
from clusters.changes import apply_change, check, require_confirmed
from clusters.gateway.errors import KafkaFailure, NotAuthorized
from clusters.gateway.registry import subjects
from clusters.gateway.registry.client import Registry
from clusters.models import SchemaRegistry
from clusters.registry_words import named
from clusters.schemas import plan, planning, queries
from clusters.schemas.mirror import settings_changed
from clusters.schemas.transfer.file_lines import SchemaFile
from clusters.schemas.transfer.importing import SECONDS, Import, Registrar
from clusters.schemas.transfer.settings import not_set, settable, settings_plans
from core.patterns import EVERYTHING
from core.plan import Plan, Plans


@dataclass(frozen=True)
class Part:
    """One of the changes, and its plan as it is shown beside the others; what applies it, and what is noted then."""

    plan: Plan
    shown: Plan
    apply: Callable[[], object]
    note: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class PlannedImport:
    """What an import would do; ``left_out`` says what it does not, and ``versions`` which version a line is here."""

    registrar: Registrar
    parts: tuple[Part, ...]
    left_out: tuple[str, ...]

    @property
    def plans(self) -> Plans:
        return Plans(tuple(part.shown for part in self.parts))

    @property
    def warnings(self) -> tuple[str, ...]:
        return (*self.plans.warnings, *self.left_out)


def plan_import(request: HttpRequest, row: SchemaRegistry, file: SchemaFile) -> PlannedImport:
    """Plan to register versions, and to set afterwards what the person may set.

    Raises:
        KafkaFailure: with the cause.
    """
    registry = Registry(row.connection(), seconds=SECONDS)
    registrar = Registrar(registry)
    lines = Import(registrar, file.versions)
    registration = named(lines.planned(), row)
    settings = settable(file.settings, has_modes=bool(file.settings and registrar.global_mode),
                        may_configure=lambda name: sees(request, row.cluster, plan.CONFIGURE, name))  # fmt: skip
    plans = settings_plans(registry, settings.lines)
    parts = (Part(registration, registration, lines.apply), *(settings_part(row, registry, each) for each in plans))
    return PlannedImport(registrar, parts, settings.left_out)


def settings_part(row: SchemaRegistry, registry: Registry, planned: Plan) -> Part:
    subject = subjects.GLOBAL if planned.resource == EVERYTHING else planned.resource
    return Part(
        named(planned, row),
        named(plan.among_others(planned), row),
        partial(planning.apply_settings, registry, subject, planned),
        lambda: settings_changed(row, queries.client_of(row), subject),
    )


def check_import(request: HttpRequest, row: SchemaRegistry, planned: PlannedImport) -> None:
    """Refuse what the person may not register; what they may not set is left out.

    Raises:
        NotAuthorized: no grant covers the schemas, or the cluster is read-only.
    """
    check(request, row.cluster, planned.parts[0].plan)


def apply_import(request: HttpRequest, row: SchemaRegistry, planned: PlannedImport, confirmed_digest: str) -> None:
    """Apply the parts that were confirmed as one; the first that is refused is the last.

    Raises:
        NotAuthorized: no grant covers the schemas, which the audit log has then.
        Conflict: they are no longer what was confirmed.
        KafkaFailure: one part was refused; those before it are done.
    """
    registration, *settings = planned.parts
    try:
        check_import(request, row, planned)
    except NotAuthorized:
        apply_change(request, row.cluster, registration.plan, registration.apply)
    require_confirmed(planned.plans, confirmed_digest)
    if registration.plan.steps:
        apply_change(request, row.cluster, registration.plan, registration.apply)
    apply_settings(request, row, settings)


def apply_settings(request: HttpRequest, row: SchemaRegistry, parts: Sequence[Part]) -> None:
    for part in parts:
        try:
            apply_change(request, row.cluster, part.plan, part.apply)
        except KafkaFailure as failure:
            raise not_set(part.plan, failure) from failure
        part.note()
