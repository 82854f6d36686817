"""``kafkaadmin groups``: the consumer groups of a cluster, through the API."""

import click

from kafkaadmin.cli.remote import remote_command, remote_of, segment
from kafkaadmin.cli.remote_words import facts, listed, missing, table, told

COLUMNS = ("name", "state", "type", "members", "topics", "lag", "unknown", "status", "time_lag")


@click.group()
def groups() -> None:
    """List and show groups, through a kafkaadmin's API."""


@groups.command(name="list")
@click.option("--search", "q", default="", help="Only names that contain this.")
@click.option("--state", default="", help="Only groups in this state, such as Stable.")
@click.option("--sort", default="name", show_default=True, help="A column; with a minus before it, downwards.")
@remote_command
def list_groups(q: str, state: str, sort: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List groups."""
    query = {"q": q, "state": state, "sort": sort}
    listed(remote_of(url, token, cluster).every("/groups", query), COLUMNS, as_json)


@groups.command()
@click.argument("name")
@remote_command
def show(name: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show one group: its members, and where it stands in each partition."""
    found = remote_of(url, token, cluster)("GET", f"/groups/{segment(name)}")
    if told(found, as_json):
        return
    facts(found, ("state", "type", "protocol", "coordinator", "status", "lag", "unknown"))
    click.echo()
    table(found["offsets"], ("topic", "partition", "committed", "end", "lag", "member"))
    if found["members"]:
        click.echo()
        table(found["members"], ("id", "client_id", "host"))
    missing(found)
