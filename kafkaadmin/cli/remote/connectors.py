"""``kafkaadmin connectors``: the connectors of a cluster's Connect clusters, through the API."""

import click

from kafkaadmin.cli.remote.client import remote_command, remote_of, segment
from kafkaadmin.cli.remote.output import facts, listed, printed_as_json, table

COLUMNS = ("connect", "name", "type", "state", "tasks_running", "tasks", "tasks_failed", "plugin", "lag")
CONNECT = click.argument("connect")
CONNECTOR = click.argument("connector")


def address(connect: str, connector: str) -> str:
    return f"/connectors/{segment(connect)}/{segment(connector)}"


@click.group()
def connectors() -> None:
    """List, show and change connectors of Kafka Connect, through the API of kafkaadmin."""


@connectors.command(name="list")
@click.option("--search", "q", default="", help="Search text in names, classes and topics.")
@click.option("--connect", default="", help="Only of this Connect cluster.")
@click.option("--state", default="", help="RUNNING, FAILED, PAUSED, STOPPED or UNASSIGNED.")
@click.option("--type", "kind", type=click.Choice(["source", "sink"]), default=None)
@click.option("--unhealthy", is_flag=True, help="Only unhealthy ones.")
@click.option("--sort", default="name", show_default=True, help="Column to sort by; with a leading minus, descending.")
@remote_command
def list_connectors(
    q: str, connect: str, state: str, kind: str | None, unhealthy: bool, sort: str,
    cluster: str, url: str, token: str, as_json: bool,
) -> None:  # fmt: skip
    """List connectors."""
    query = {"q": q, "connect": connect, "state": state, "type": kind, "unhealthy": unhealthy, "sort": sort}
    listed(remote_of(url, token, cluster).every("/connectors", query), COLUMNS, as_json)


@connectors.command()
@CONNECT
@CONNECTOR
@remote_command
def show(connect: str, connector: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show a connector: its tasks, topics and configuration."""
    content = remote_of(url, token, cluster)("GET", address(connect, connector))
    if printed_as_json(content, as_json):
        return
    facts(content, ("name", "state", "type", "plugin", "worker", "group", "topics"))
    click.echo()
    tasks = [{**task, "problem": task["trace"].partition("\n")[0]} for task in content["tasks"]]
    table(tasks, ("id", "state", "worker", "problem"))
    click.echo()
    table([{"setting": name, "value": value} for name, value in content["config"].items()], ("setting", "value"))
    for sentence in content["missing"]:
        click.echo(f"warning: {sentence}", err=True)


@connectors.command()
@remote_command
def clusters(cluster: str, url: str, token: str, as_json: bool) -> None:
    """List the Connect clusters, and which of them cannot be read."""
    content = remote_of(url, token, cluster)("GET", "/connect-clusters")
    if printed_as_json(content, as_json):
        return
    table(content, ("name", "url", "version", "connectors"))
    for row in content:
        if row["error"]:
            click.echo(f"{row['name']}: {row['error']} {row['advice']}".strip(), err=True)
