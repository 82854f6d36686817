"""``kafkaadmin schemas``: the subjects of a cluster's schema registry, through the API."""

from typing import Any

import click

from kafkaadmin.cli.remote.client import DRY_RUN, Remote, remote_command, remote_of, segment
from kafkaadmin.cli.remote.output import changed, facts, listed, printed_as_json, table
from kafkaadmin.cli.remote.registry.transfer import REGISTRY, SETTINGS, export_schemas, import_schemas, take_over

COLUMNS = ("name", "type", "version", "versions", "schema_id", "compatibility", "topic")


@click.group()
def schemas() -> None:
    """List, show, check and register schemas of a cluster's schema registry, through the API of kafkaadmin."""


@schemas.command(name="list")
@click.option("--search", "q", default="", help="Search text in names of subjects and records.")
@click.option("--type", "kind", type=click.Choice(["AVRO", "JSON", "PROTOBUF"]), default=None)
@click.option("--deleted", is_flag=True, help="List soft-deleted subjects too.")
@click.option("--sort", default="name", show_default=True, help="Column to sort by; with a leading minus, descending.")
@REGISTRY
@remote_command
def list_subjects(
    q: str, kind: str | None, deleted: bool, sort: str, registry: str, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """List subjects."""
    query = {"q": q, "type": kind, "deleted": deleted, "sort": sort, "registry": registry}
    listed(remote_of(url, token, cluster).every("/schemas", query), COLUMNS, as_json)


@schemas.command()
@click.argument("subject")
@click.option("--version", type=click.IntRange(1), help="The latest by default.")
@click.option("--text", "only_text", is_flag=True, help="Print only the schema, as the registry has it.")
@REGISTRY
@remote_command
def show(
    subject: str, version: int | None, only_text: bool, registry: str, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Show a subject with one of its versions."""
    content = remote_of(url, token, cluster)(
        "GET", f"/schemas/{segment(subject)}", {"version": version, "registry": registry}
    )
    if only_text:
        click.echo(content["definition"]["text"])
        return
    if printed_as_json(content, as_json):
        return
    facts(content, ("name", "versions", "compatibility", "global_compatibility", "mode"))
    facts(content["definition"], ("type", "id", "version"))
    print_schema(content["definition"])


@schemas.command(name="id")
@click.argument("number", type=click.IntRange(0))
@REGISTRY
@remote_command
def by_id(number: int, registry: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show the schema that an id stands for."""
    content = remote_of(url, token, cluster)("GET", f"/schema-ids/{number}", {"registry": registry})
    if not printed_as_json(content, as_json):
        table(content["usages"], ("subject", "version"))
        print_schema(content["definition"])


@schemas.command()
@click.argument("subject")
@click.option("--before", type=click.IntRange(1), help="By default the version before the other one.")
@click.option("--after", type=click.IntRange(1), help="The latest by default.")
@REGISTRY
@remote_command
def compare(
    subject: str,
    before: int | None,
    after: int | None,
    registry: str,
    cluster: str,
    url: str,
    token: str,
    as_json: bool,
) -> None:
    """Compare two versions of a subject, field by field."""
    path, query = f"/schemas/{segment(subject)}/compare", {"before": before, "after": after, "registry": registry}
    content = remote_of(url, token, cluster)("GET", path, query)
    if printed_as_json(content, as_json):
        return
    table(content["fields"], ("path", "kind", "before", "after"))
    for name in ("backward", "forward"):
        for problem in content[name]:
            click.echo(f"{name}: {problem['path']} {problem['sentence']}".replace(":  ", ": "))


FILE = click.argument("file", type=click.File("r", encoding="utf-8"))
TYPE = click.option(
    "--type", "kind", type=click.Choice(["AVRO", "JSON", "PROTOBUF"]), default="AVRO", show_default=True
)
REFERENCE = click.option(
    "--reference", "references", multiple=True, metavar="NAME=SUBJECT@VERSION", help="Can be repeated."
)


def body_of(file: Any, kind: str, references: tuple[str, ...]) -> dict[str, Any]:
    """Return a schema as the API takes it.

    Raises:
        UsageError: a reference is none.
    """
    parsed = []
    for reference in references:
        name, _, target = reference.partition("=")
        subject, _, version = target.rpartition("@")
        if not (name and subject and version.isdecimal()):
            raise click.UsageError(f"{reference} is not a reference: write NAME=SUBJECT@VERSION.")
        parsed.append({"name": name, "subject": subject, "version": int(version)})
    return {"type": kind, "text": file.read(), "references": parsed}


@schemas.command()
@click.argument("subject")
@FILE
@TYPE
@REFERENCE
@REGISTRY
@remote_command
def check(
    subject: str,
    file: Any,
    kind: str,
    references: tuple[str, ...],
    registry: str,
    cluster: str,
    url: str,
    token: str,
    as_json: bool,
) -> None:
    """Check whether the schema in FILE (- for standard input) could be registered; exit status 1 if not."""
    body = body_of(file, kind, references)
    content = remote_of(url, token, cluster)("POST", f"/schemas/{segment(subject)}/check", {"registry": registry}, body)
    if not printed_as_json(content, as_json):
        facts(content, ("compatible", "level", "version"))
        changed(content["planned"], as_json)
        for objection in content["objections"]:
            place = f"line {objection['line']}: " if objection["line"] else ""
            click.echo(f"{place}{objection['message']}", err=True)
    if not content["compatible"]:
        raise click.exceptions.Exit(1)


@schemas.command()
@click.argument("subject")
@FILE
@TYPE
@REFERENCE
@DRY_RUN
@REGISTRY
@remote_command
def register(
    subject: str, file: Any, kind: str, references: tuple[str, ...], dry_run: bool,
    registry: str, cluster: str, url: str, token: str, as_json: bool,
) -> None:  # fmt: skip
    """Register the schema in FILE (- for standard input) as the next version of a subject."""
    body, path = body_of(file, kind, references), f"/schemas/{segment(subject)}/versions"
    changed(remote_of(url, token, cluster)("POST", path, {"dry_run": dry_run, "registry": registry}, body), as_json)


@schemas.command()
@click.argument("subject", required=False)
@click.option("--set", "level", type=click.Choice(SETTINGS["compatibility"]), help="The new level.")
@click.option("--unset", is_flag=True, help="Remove the level.")
@DRY_RUN
@REGISTRY
@remote_command
def compatibility(
    subject: str | None,
    level: str | None,
    unset: bool,
    dry_run: bool,
    registry: str,
    cluster: str,
    url: str,
    token: str,
    as_json: bool,
) -> None:
    """Set the compatibility level of a subject; without one, of all that have none of their own."""
    if bool(level) == unset:
        raise click.UsageError("Give --set or --unset, one of them.")
    query = {"dry_run": dry_run, "registry": registry}
    changed(configured(remote_of(url, token, cluster), subject, {"compatibility": level or ""}, query), as_json)


@schemas.command()
@click.argument("subject", required=False)
@click.option("--set", "value", type=click.Choice(SETTINGS["mode"]))
@click.option("--unset", is_flag=True, help="Remove the mode.")
@DRY_RUN
@REGISTRY
@remote_command
def mode(
    subject: str | None,
    value: str | None,
    unset: bool,
    dry_run: bool,
    registry: str,
    cluster: str,
    url: str,
    token: str,
    as_json: bool,
) -> None:
    """Set the mode of a subject; without one, of all that have none of their own."""
    if bool(value) == unset:
        raise click.UsageError("Give --set or --unset, one of them.")
    query = {"dry_run": dry_run, "registry": registry}
    changed(configured(remote_of(url, token, cluster), subject, {"mode": value or ""}, query), as_json)


def configured(remote: Remote, subject: str | None, body: dict[str, str], query: dict[str, Any]) -> Any:
    path = f"/schemas/{segment(subject)}/settings" if subject else "/schema-settings"
    return remote("PATCH", path, query, body)


@schemas.command()
@click.argument("subject")
@click.option("--version", type=click.IntRange(1), help="Only this version.")
@click.option("--permanent", is_flag=True, help="Delete for good; deleted softly otherwise.")
@click.option("--confirm", default="", help="The subject name; required in production.")
@DRY_RUN
@REGISTRY
@remote_command
def delete(
    subject: str, version: int | None, permanent: bool, confirm: str, dry_run: bool,
    registry: str, cluster: str, url: str, token: str, as_json: bool,
) -> None:  # fmt: skip
    """Delete a subject, or one of its versions."""
    query = {"version": version, "permanent": permanent, "confirm": confirm, "dry_run": dry_run, "registry": registry}
    changed(remote_of(url, token, cluster)("DELETE", f"/schemas/{segment(subject)}", query), as_json)


def print_schema(schema: dict[str, object]) -> None:
    click.echo()
    rows = schema["fields"]
    table(rows if isinstance(rows, list) else [], ("path", "type", "default", "doc"))
    if schema["problem"]:
        click.echo(f"warning: {schema['problem']}", err=True)


@schemas.command()
@remote_command
def registries(cluster: str, url: str, token: str, as_json: bool) -> None:
    """List the schema registries, and which of them cannot be read."""
    content = remote_of(url, token, cluster)("GET", "/schema-registries")
    if printed_as_json(content, as_json):
        return
    table(content, ("name", "url", "compatibility", "mode", "subjects"))
    for row in content:
        if row["error"]:
            click.echo(f"{row['name']}: {row['error']} {row['advice']}".strip(), err=True)


@schemas.command(name="make-default")
@click.argument("registry")
@click.option("--former-name", help="New name of the present default registry.")
@DRY_RUN
@remote_command
def make_default(
    registry: str, former_name: str | None, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Make REGISTRY the default schema registry: the one that is used wherever none is named."""
    body = {"former_name": former_name} if former_name else {}
    path = f"/schema-registries/{segment(registry)}/default"
    changed(remote_of(url, token, cluster)("POST", path, {"dry_run": dry_run}, body), as_json)


schemas.add_command(export_schemas)
schemas.add_command(import_schemas)
schemas.add_command(take_over)
