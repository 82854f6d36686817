"""``kafkaadmin export`` and ``apply``: a cluster as a manifest, and a manifest applied to it, through the API."""

from typing import Any

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of
from kafkaadmin.cli.remote.output import DIFFERS, printed_as_json, word

SECONDS = 120.0


@click.command(name="export")
@click.option(
    "--only", "section", multiple=True, type=click.Choice(["topics", "users", "acls", "quotas"]), help="Repeatable."
)
@remote_command
def export_manifest(section: tuple[str, ...], cluster: str, url: str, token: str, as_json: bool) -> None:
    """Print topics, users, ACLs and quotas of a cluster as YAML, without passwords."""
    text = remote_of(url, token, cluster).text("GET", "/manifest", {"section": section}, seconds=SECONDS)
    click.echo(text, nl=False)


@click.command(name="apply")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--remove", is_flag=True, help="Remove what the file does not list, of the kinds that it lists all of.")
@click.option("--rate", type=click.IntRange(1),
              help="Throttle of the job that changes replication factors, in bytes per second and broker.")  # fmt: skip
@click.option("--confirm", default="", help="The cluster name; required in production.")
@DRY_RUN
@remote_command
@click.pass_context
def apply_manifest(
    ctx: click.Context, file: Any, remove: bool, rate: int | None, confirm: str, dry_run: bool, cluster: str, url: str,
    token: str, as_json: bool,
) -> None:  # fmt: skip
    """Make a cluster what FILE (- for standard input) says, in our layout, Strimzi's, kafka-gitops' or JulieOps'.

    The exit status is 3 if anything differs: after a dry run, or because it could not be applied.
    """
    remote, body = remote_of(url, token, cluster), {"text": file.read(), "remove": remove, "rate": rate}
    path, query = ("/manifest/compare", {}) if dry_run else ("/manifest", {"confirm": confirm})
    while True:
        result = remote("POST", path, query, body, SECONDS)
        if not printed_as_json(result, as_json):
            print_result(result)
        if dry_run or not result["left"] or not any(item["done"] for item in result["items"]):
            break
    if result["differs"]:
        ctx.exit(DIFFERS)


def print_result(result: dict[str, Any]) -> None:
    """Print what was done or is planned, and what is not."""
    for item in result["items"]:
        verb = "done" if item["done"] else "planned"
        for step in item["steps"] if not item["problem"] else ():
            before = f" {word(step['before'])} →" if step["before"] is not None else ""
            after = word(step["after"]) if step["after"] is not None else "removed"
            click.echo(f"{verb}: {word(item['name'])}: {word(step['subject'])}:{before} {after}")
        if item["problem"]:
            click.echo(f"not done: {word(item['name'])}: {word(item['problem'])}", err=True)
        for warning in item["warnings"]:
            click.echo(f"warning: {warning}", err=True)
    if not result["items"]:
        click.echo("no changes")
    if result["left"]:
        click.echo(f"{result['left']} more differences", err=True)
    for remark in result["remarks"]:
        click.echo(f"not read: {word(remark)}", err=True)
