"""``kafkaadmin drift``: the manifest that a cluster is compared with, and in what it differs, through the API."""

from typing import Any

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of
from kafkaadmin.cli.remote.output import DIFFERS, changed, facts, printed_as_json, table, word

MANIFEST = "/drift/manifest"


@click.group()
def drift() -> None:
    """Keep a manifest for a cluster, and show in what the cluster differs from it, through the API of kafkaadmin."""


@drift.command()
@click.option("--now", is_flag=True, help="Compare first.")
@remote_command
@click.pass_context
def show(ctx: click.Context, now: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show the differences. The exit status is 3 if there are any."""
    remote = remote_of(url, token, cluster)
    if now and not remote("POST", "/drift/compare")["done"]:
        click.echo("not compared yet: no worker has finished it", err=True)
    content = remote("GET", "/drift")
    if not printed_as_json(content, as_json):
        facts(content, ("manifest", "compared_at", "differences"))
        if content["entries"]:
            table(content["entries"], ("name", "what", "expected", "present", "since", "reason"))
        if content["left"]:
            click.echo(f"and {content['left']} more", err=True)
    for section, reason in content["not_compared"].items():
        click.echo(f"{section} not compared: {word(reason)}", err=True)
    if content["error"]:
        click.echo(f"not compared: {word(content['error'])}", err=True)
    if content["differences"]:
        ctx.exit(DIFFERS)


@drift.command(name="set")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--remove", is_flag=True, help="What the file does not list, of the kinds that it has, is drift too.")
@DRY_RUN
@remote_command
def set_manifest(
    file: Any, remove: bool, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:  # fmt: skip
    """Keep FILE (- for standard input) as the manifest that the cluster is compared with."""
    body = {"text": file.read(), "remove": remove}
    changed(remote_of(url, token, cluster)("PUT", MANIFEST, {"dry_run": dry_run}, body), as_json)


@drift.command(name="manifest")
@remote_command
def print_manifest(cluster: str, url: str, token: str, as_json: bool) -> None:
    """Print the manifest that is kept."""
    click.echo(remote_of(url, token, cluster).text("GET", MANIFEST), nl=False)


@drift.command()
@DRY_RUN
@remote_command
def clear(dry_run: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Keep no manifest any more."""
    changed(remote_of(url, token, cluster)("DELETE", MANIFEST, {"dry_run": dry_run}), as_json)
