"""``kafkaadmin schemas export`` and ``import``: all subjects of a registry, as JSON Lines."""

import json
from collections.abc import Iterator
from typing import Any

import click

from kafkaadmin.cli.remote.client import DRY_RUN, Failed, remote_command, remote_of
from kafkaadmin.cli.remote.output import changed, printed_as_json

SECONDS = 600.0
BATCH = 50  # lines of one request
REGISTRY = click.option("--registry", default="", help="The name of a schema registry; the default one if omitted.")
Versions = dict[tuple[str, int], int]


@click.command(name="export")
@REGISTRY
@remote_command
def export_schemas(registry: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Print all versions of all subjects as JSON Lines, what others refer to first."""
    text = remote_of(url, token, cluster).text("GET", "/schema-export", {"registry": registry}, seconds=SECONDS)
    click.echo(text, nl=False)
    last = text.rstrip("\n").rpartition("\n")[2]
    if last.startswith('{"incomplete"'):
        raise Failed(f"The export is incomplete: {json.loads(last)['incomplete']}")


@click.command(name="import")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@DRY_RUN
@REGISTRY
@remote_command
def import_schemas(file: Any, dry_run: bool, registry: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Register the versions in FILE (- for standard input), as exported.

    Ids and versions are kept in mode IMPORT, which `kafkaadmin schemas mode --set IMPORT` sets. What is registered
    already stays, so that an import that was interrupted can be repeated.
    """
    remote, versions = remote_of(url, token, cluster), Versions()
    for batch in batches(file):
        body = {"lines": [translated(line, versions) for line in batch]}
        content = remote("POST", "/schema-import", {"dry_run": dry_run, "registry": registry}, body)
        versions |= {(each["subject"], each["version"]): each["registered"] for each in content["versions"]}
        if not printed_as_json(content, as_json):
            changed(content["change"], as_json)


def batches(file: Any) -> Iterator[list[dict[str, Any]]]:
    """Yield the lines of a file, some at a time.

    Raises:
        Failed: one is no JSON object.
    """
    batch: list[dict[str, Any]] = []
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            content = json.loads(line)
            if "incomplete" in content:
                raise Failed(f"Line {number}: the export was incomplete: {content['incomplete']}")
            batch.append({**content, "text": content["schema"], "schemaType": content.get("schemaType") or "AVRO"})
            del batch[-1]["schema"]
        except (ValueError, TypeError, KeyError) as error:
            raise Failed(f"Line {number} is not a version of a subject.") from error
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def translated(line: dict[str, Any], versions: Versions) -> dict[str, Any]:
    """Return a line whose references to lines of earlier requests have the versions that were given there."""
    references = [
        {**each, "version": versions.get((each["subject"], each["version"]), each["version"])}
        for each in line.get("references") or ()
    ]
    return {**line, "references": references}
