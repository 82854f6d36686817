"""``kafkaadmin schemas``: the subjects of a cluster's schema registry, through the API."""

import click

from kafkaadmin.cli.remote.client import remote_command, remote_of
from kafkaadmin.cli.remote.output import listed

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
