"""``kafkaadmin schemas export`` and ``import``: all subjects of a registry, as JSON Lines."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from kafkaadmin.cli.remote.client import DRY_RUN, Failed, remote_command, remote_of
from kafkaadmin.cli.remote.output import changed, printed_as_json

SECONDS = 600.0
BATCH = 50  # lines of one request
SETTINGS = {
    "compatibility": (
        "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE", "NONE",
    ),
    "mode": ("READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT"),
}  # fmt: skip
REGISTRY = click.option("--registry", default="", help="The name of a schema registry; the default one if omitted.")
SCHEMAS_ONLY = click.option("--schemas-only", is_flag=True, help="Leave out levels and modes.")
Versions = dict[tuple[str, int], int]
Line = dict[str, Any]


@click.command(name="export")
@REGISTRY
@remote_command
def export_schemas(registry: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Print all versions of all subjects as JSON Lines, what others refer to first, levels and modes last."""
    text = remote_of(url, token, cluster).text("GET", "/schema-export", {"registry": registry}, seconds=SECONDS)
    click.echo(text, nl=False)
    last = text.rstrip("\n").rpartition("\n")[2]
    if last.startswith('{"incomplete"'):
        raise Failed(f"The export is incomplete: {json.loads(last)['incomplete']}")


@click.command(name="import")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@SCHEMAS_ONLY
@DRY_RUN
@REGISTRY
@remote_command
def import_schemas(
    file: Any, schemas_only: bool, dry_run: bool, registry: str, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Register the versions in FILE (- for standard input), as exported, then set its levels and modes.

    Ids and versions are kept in mode IMPORT, which `kafkaadmin schemas mode --set IMPORT` sets. What is registered
    already stays, so that an import that was interrupted can be repeated.
    """
    remote, versions = remote_of(url, token, cluster), Versions()
    lines, settings = lines_of(file)
    for body in bodies(lines, [] if schemas_only else settings, versions):
        content = remote("POST", "/schema-import", {"dry_run": dry_run, "registry": registry}, body)
        versions |= {(each["subject"], each["version"]): each["registered"] for each in content["versions"]}
        if not printed_as_json(content, as_json):
            changed(content["change"], as_json)


@click.command(name="take-over")
@click.argument("source")
@SCHEMAS_ONLY
@DRY_RUN
@REGISTRY
@remote_command
def take_over(
    source: str, schemas_only: bool, dry_run: bool, registry: str, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Import all schemas of the registry SOURCE of the cluster, as a job, then its levels and modes.

    The job goes on after an interruption; its number is printed: see `kafkaadmin jobs wait`.
    """
    query, body = {"dry_run": dry_run, "registry": registry}, {"source": source, "schemas_only": schemas_only}
    started = remote_of(url, token, cluster)("POST", "/schema-import/job", query, body)
    if dry_run or as_json:
        changed(started, as_json)
    else:
        click.echo(f"job {started['job']}")


def bodies(lines: Sequence[Line], settings: Sequence[Line], versions: Versions) -> Iterator[dict[str, Any]]:
    """Yield the bodies of the requests for some lines; settings come last, when all is registered."""
    for start in range(0, len(lines), BATCH):
        yield {"lines": [translated(line, versions) for line in lines[start : start + BATCH]]}
    for start in range(0, len(settings), BATCH):
        yield {"settings": settings[start : start + BATCH]}


def lines_of(file: Iterable[str]) -> tuple[list[Line], list[Line]]:
    """Return the versions and the settings of a file, as the API takes them.

    Raises:
        Failed: a line is neither.
    """
    lines: list[Line] = []
    settings: list[Line] = []
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            content = json.loads(text)
            if "incomplete" in content:
                raise Failed(f"Line {number}: the export was incomplete: {content['incomplete']}")
            if "settings" in content:
                settings.append({"subject": content["subject"], **settings_in(number, content["settings"])})
            else:
                lines.append({**content, "text": content["schema"], "schemaType": content.get("schemaType") or "AVRO"})
                del lines[-1]["schema"]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Failed(f"Line {number} is neither a version of a subject nor its settings.") from error
    return lines, settings


def settings_in(number: int, settings: dict[str, str]) -> dict[str, str]:
    """Raises Failed: one of them does not exist."""
    for name, value in settings.items():
        if value not in SETTINGS.get(name, ()):
            there_are = SETTINGS.get(name, tuple(SETTINGS))
            raise Failed(f"Line {number}: there is no {name} “{value}”; there are {', '.join(there_are)}.")
    return settings


def translated(line: dict[str, Any], versions: Versions) -> dict[str, Any]:
    """Return a line whose references to lines of earlier requests have the versions that were given there."""
    references = [
        {**each, "version": versions.get((each["subject"], each["version"]), each["version"])}
        for each in line.get("references") or ()
    ]
    return {**line, "references": references}
