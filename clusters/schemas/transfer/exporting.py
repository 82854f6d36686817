"""All subjects of a registry as a file of JSON Lines, what others refer to first."""

import json
from collections.abc import Callable, Iterator
from itertools import chain

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

from clusters.access import sees
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.registry.client import Registry
from clusters.models import SchemaRegistry
from clusters.registry_words import parts_of
from clusters.schemas.transfer.file_lines import SchemaLine, in_order

SECONDS = 600.0  # for all of it


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

    def can_see(name: str) -> bool:
        return sees(request, row.cluster, "schemas.view", name)

    registry = Registry(row.connection(), seconds=seconds)
    return exported(registry, [name for name in sorted(registry.subjects()) if can_see(name)], can_see)


def exported(registry: Registry, names: list[str], can_see: Callable[[str], bool]) -> Iterator[str]:
    """Yield the lines of a file."""

    def versions(subject: str) -> list[int]:
        return registry.versions(subject) if can_see(subject) else []

    def version(subject: str, number: int) -> SchemaLine:
        schema = registry.version(subject, number)
        return SchemaLine(subject, number, schema.id, schema.kind, schema.text, schema.references)

    try:
        for line in in_order(names, versions, version):
            yield line.written()
    except KafkaFailure as failure:
        yield json.dumps({"incomplete": failure.sentence})
