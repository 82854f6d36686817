"""All subjects of a registry as a file of JSON Lines: what others refer to first, levels and modes last."""

import json
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import chain

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

from clusters.access import sees
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.registry import subjects
from clusters.gateway.registry.client import Registry
from clusters.gateway.registry.subjects import GLOBAL
from clusters.models import SchemaRegistry
from clusters.registry_words import parts_of
from clusters.schemas.evolution.levels import NONE
from clusters.schemas.transfer.file_lines import SchemaLine, SettingsLine
from clusters.schemas.transfer.ordering import in_order

SECONDS = 600.0  # for all of it


class SourceRegistry:
    """The schemas and settings of a registry, as far as the person may see its subjects."""

    def __init__(self, registry: Registry, can_see: Callable[[str], bool]) -> None:
        self.registry, self.can_see = registry, can_see

    def names(self) -> list[str]:
        """Raises KafkaFailure."""
        return [name for name in sorted(self.registry.subjects()) if self.can_see(name)]

    def versions(self, subject: str) -> list[int]:
        """Return none of a subject that is only referred to, and out of sight."""
        return self.registry.versions(subject) if self.can_see(subject) else []

    def version(self, subject: str, number: int) -> SchemaLine:
        schema = self.registry.version(subject, number)
        return SchemaLine(subject, number, schema.id, schema.kind, schema.text, schema.references)

    def settings(self, subject: str) -> list[SettingsLine]:
        """Return the line of what is set for a subject, if anything is.

        Apicurio, which has no modes, says NONE of a subject without a level of its own: that is not taken for one.
        """
        level, mode = subjects.compatibility(self.registry, subject), subjects.mode(self.registry, subject)
        if subject and level == NONE and not self.has_modes:
            level = ""
        return [SettingsLine(subject, level, mode)] if level or mode else []

    @cached_property
    def has_modes(self) -> bool:
        return bool(subjects.mode(self.registry))


def export_file(request: HttpRequest, row: SchemaRegistry) -> StreamingHttpResponse:
    """Return the versions of all subjects that the person may see; a file that breaks off says why in its last line.

    Raises:
        KafkaFailure: the registry cannot be read at all.
    """
    lines, cluster = exported_lines(request, row, SECONDS), row.cluster
    first = next(lines, "")  # so that what fails at once is told instead of a file
    name = f"{'-'.join((cluster.slug, *parts_of(row.name)))}-schemas.jsonl"
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    encoded = (f"{line}\n".encode("utf-8", "replace") for line in chain([first] if first else [], lines))
    return StreamingHttpResponse(encoded, content_type="application/jsonl", headers=headers)


def exported_lines(request: HttpRequest, row: SchemaRegistry, seconds: float) -> Iterator[str]:
    """Return the lines of the subjects of a registry that the person may see.

    Raises:
        KafkaFailure: the registry cannot be read at all.
    """
    source = source_of(request, row, seconds)
    return exported(source, source.names())


def source_of(request: HttpRequest, row: SchemaRegistry, seconds: float) -> SourceRegistry:
    """Return a registry for the person of a request."""
    return SourceRegistry(
        Registry(row.connection(), seconds=seconds), lambda name: sees(request, row.cluster, "schemas.view", name)
    )


def exported(source: SourceRegistry, names: list[str]) -> Iterator[str]:
    """Yield the lines of a file."""
    try:
        for line in in_order(names, source.versions, source.version):
            yield line.written()
        for name in [*names, GLOBAL]:
            for settings in source.settings(name):
                yield settings.written()
    except KafkaFailure as failure:
        yield json.dumps({"incomplete": failure.sentence})
