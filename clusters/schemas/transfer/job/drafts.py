"""What a job will import, counted and compared at its beginning: of a file, or of another registry of the cluster."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from django.http import HttpRequest

from clusters.access import sees
from clusters.gateway.registry.client import Registry
from clusters.gateway.registry.subjects import GLOBAL
from clusters.models import SchemaRegistry, Subject
from clusters.schemas import plan
from clusters.schemas.transfer.exporting import source_of
from clusters.schemas.transfer.file_lines import SchemaFile
from clusters.schemas.transfer.importing import SECONDS, Registrar
from clusters.schemas.transfer.job.comparison import FIRST, compared, first_settings
from clusters.schemas.transfer.job.pieces import pieces_of
from clusters.schemas.transfer.ordering import in_order
from clusters.schemas.transfer.settings import NOT_ALLOWED
from core.patterns import EVERYTHING
from core.web.formats import first_names

NO_SETTINGS = "Levels and modes are left out: that needs schemas.configure."
COMPARED = (
    "Only the first {} versions are compared here. The job compares the others: what is registered already stays."
)


@dataclass(frozen=True)
class ImportDraft:
    """The parameters of a job, and the pieces that it needs."""

    parameters: dict[str, Any]
    pieces: list[bytes]


def draft_of_file(request: HttpRequest, row: SchemaRegistry, file: SchemaFile, name: str, digest: str) -> ImportDraft:
    """Plan to import a file.

    Raises:
        KafkaFailure: the registry cannot be read.
    """
    subjects = list(dict.fromkeys(line.subject for line in file.versions))
    with_settings = [line.subject or EVERYTHING for line in file.settings]
    pieces = list(pieces_of([*file.versions, *file.settings]))
    beginning = SchemaFile(file.versions[: FIRST + 1], first_settings(file.settings))
    parameters: dict[str, Any] = {"source": None, "file": name, "digest": digest, "pieces": len(pieces), "view": [],
                  "versions": len(file.versions), "subjects": len(subjects)}  # fmt: skip
    return ImportDraft(parameters | common(request, row, subjects, with_settings, beginning), pieces)


def draft_of_registry(
    request: HttpRequest, row: SchemaRegistry, source: SchemaRegistry, *, schemas_only: bool
) -> ImportDraft:
    """Plan to take over what a person sees of another registry, as it is when the job reads it.

    Raises:
        KafkaFailure: one of the registries cannot be read.
    """
    schemas = source_of(request, source, SECONDS)
    names = schemas.names()
    first = list(islice(in_order(names, schemas.versions, schemas.version), FIRST + 1))
    with_settings = [] if schemas_only else [*names, EVERYTHING]
    beginning = SchemaFile(tuple(first), tuple(schemas.settings(GLOBAL)) if with_settings else ())
    parameters = {"source": pinned(source), "file": "", "digest": "", "subjects": len(names),
                  "view": covering(request, row, "schemas.view", names),
                  "versions": versions_listed(source, names)}  # fmt: skip
    return ImportDraft(parameters | common(request, row, names, with_settings, beginning), [json.dumps(names).encode()])


def common(
    request: HttpRequest, row: SchemaRegistry, names: Sequence[str], with_settings: Sequence[str], beginning: SchemaFile
) -> dict[str, Any]:
    """Return the parameters that both kinds have; the beginning is compared with the registry."""
    configure = covering(request, row, plan.CONFIGURE, with_settings)
    allowed = [line for line in beginning.settings if {EVERYTHING, line.subject or EVERYTHING} & set(configure)]
    planned = compared(Registrar(Registry(row.connection(), seconds=SECONDS)), beginning.versions[:FIRST], allowed)
    partly = [COMPARED.format(FIRST)] * (len(beginning.versions) > FIRST)
    return {
        "registry": pinned(row),
        "first": [list(asdict(step).values()) for step in planned.steps],
        "warnings": [*planned.warnings, *partly, *settings_left_out(with_settings, configure)],
        "register": covering(request, row, plan.REGISTER, names, all_of_them=True) or [""],
        "configure": configure,
    }


def pinned(row: SchemaRegistry) -> dict[str, Any]:
    return {"pk": row.pk, "name": row.name, "url": row.url}


def covering(
    request: HttpRequest, row: SchemaRegistry, action: str, names: Sequence[str], *, all_of_them: bool = False
) -> list[str]:
    """Return the resources on which a person does something: all, where they may, else each that they may.

    With ``all_of_them``, those that they may not are named too, and refused.
    """
    if names and sees(request, row.cluster, action, EVERYTHING):
        return [EVERYTHING]
    return [name for name in names if all_of_them or sees(request, row.cluster, action, name)]


def settings_left_out(with_settings: Sequence[str], configure: Sequence[str]) -> list[str]:
    missing = [] if EVERYTHING in configure else [name for name in with_settings if name not in set(configure)]
    if not missing:
        return []
    names = ["all other subjects" if name == EVERYTHING else name for name in missing]
    return [NOT_ALLOWED.format(first_names(names, 3)) if configure else NO_SETTINGS]


def versions_listed(source: SchemaRegistry, names: Sequence[str]) -> int | None:
    """Return how many versions the subjects have, as they were last listed; None where that is not known of all."""
    rows = Subject.objects.filter(registry=source, deleted=False).values_list("name", "versions")
    counts = {name: versions for name, versions in rows if versions is not None}
    return sum(counts[name] for name in names) if counts.keys() >= set(names) else None
