"""``kafkaadmin schemas``: the subjects of a cluster's schema registry, through the API."""

import click

from kafkaadmin.cli.remote.client import remote_command, remote_of, segment
from kafkaadmin.cli.remote.output import facts, listed, printed_as_json, table

COLUMNS = ("name", "type", "version", "versions", "schema_id", "compatibility", "topic")


@click.group()
def schemas() -> None:
    """List, show, check and register schemas of a cluster's schema registry, through the API of kafkaadmin."""


@schemas.command(name="list")
@click.option("--search", "q", default="", help="Search text in names of subjects and records.")
@click.option("--type", "kind", type=click.Choice(["AVRO", "JSON", "PROTOBUF"]), default=None)
@click.option("--deleted", is_flag=True, help="List soft-deleted subjects too.")
@click.option("--sort", default="name", show_default=True, help="Column to sort by; with a leading minus, descending.")
@remote_command
def list_subjects(
    q: str, kind: str | None, deleted: bool, sort: str, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """List subjects."""
    query = {"q": q, "type": kind, "deleted": deleted, "sort": sort}
    listed(remote_of(url, token, cluster).every("/schemas", query), COLUMNS, as_json)


@schemas.command()
@click.argument("subject")
@click.option("--version", type=click.IntRange(1), help="The latest by default.")
@click.option("--text", "only_text", is_flag=True, help="Print only the schema, as the registry has it.")
@remote_command
def show(subject: str, version: int | None, only_text: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show a subject with one of its versions."""
    content = remote_of(url, token, cluster)("GET", f"/schemas/{segment(subject)}", {"version": version})
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
@remote_command
def by_id(number: int, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show the schema that an id stands for."""
    content = remote_of(url, token, cluster)("GET", f"/schema-ids/{number}")
    if not printed_as_json(content, as_json):
        table(content["usages"], ("subject", "version"))
        print_schema(content["definition"])


@schemas.command()
@click.argument("subject")
@click.option("--before", type=click.IntRange(1), help="By default the version before the other one.")
@click.option("--after", type=click.IntRange(1), help="The latest by default.")
@remote_command
def compare(
    subject: str, before: int | None, after: int | None, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Compare two versions of a subject, field by field."""
    path, query = f"/schemas/{segment(subject)}/compare", {"before": before, "after": after}
    content = remote_of(url, token, cluster)("GET", path, query)
    if printed_as_json(content, as_json):
        return
    table(content["fields"], ("path", "kind", "before", "after"))
    for name in ("backward", "forward"):
        for problem in content[name]:
            click.echo(f"{name}: {problem['path']} {problem['sentence']}".replace(":  ", ": "))


def print_schema(schema: dict[str, object]) -> None:
    click.echo()
    rows = schema["fields"]
    table(rows if isinstance(rows, list) else [], ("path", "type", "default", "doc"))
    if schema["problem"]:
        click.echo(f"warning: {schema['problem']}", err=True)
