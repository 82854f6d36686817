"""``kafkaadmin connectors``: the connectors of a cluster's Connect clusters, through the API."""

from typing import Any

import click

from kafkaadmin.cli.remote.client import DRY_RUN, Remote, remote_command, remote_of
from kafkaadmin.cli.remote.connect.configs import apply, configure, create, plugins
from kafkaadmin.cli.remote.connect.offsets import address, loggers, offsets, reset_offsets, set_offsets
from kafkaadmin.cli.remote.connect.selections import several
from kafkaadmin.cli.remote.output import changed, facts, listed, printed_as_json, table

COLUMNS = ("connect", "name", "type", "state", "tasks_running", "tasks", "tasks_failed", "plugin", "lag")
CONNECT = click.argument("connect")
CONNECTOR = click.argument("connector")


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


def operate(
    remote: Remote, connect: str, connector: str, operation: str, dry_run: bool, task: int | None = None
) -> Any:
    body = {"operation": operation, "task": task}
    return remote("POST", f"{address(connect, connector)}/operations", {"dry_run": dry_run}, body)


def add_operation(name: str, explanation: str) -> None:
    """Add a command that does one operation."""

    @connectors.command(name=name, help=explanation)
    @CONNECT
    @CONNECTOR
    @DRY_RUN
    @remote_command
    def operation(
        connect: str, connector: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
    ) -> None:
        changed(operate(remote_of(url, token, cluster), connect, connector, name, dry_run), as_json)


for _name, _explanation in (
    ("pause", "Pause a connector: its tasks stay, and do nothing."),
    ("resume", "Resume a connector that was paused or stopped."),
    ("stop", "Stop a connector: its tasks are shut down."),
):
    add_operation(_name, _explanation)


@connectors.command()
@CONNECT
@CONNECTOR
@click.option("--failed", "which", flag_value="restart-failed", help="Only what failed, tasks too.")
@click.option("--all", "which", flag_value="restart-all", help="The connector and all its tasks.")
@click.option("--task", type=click.IntRange(0), help="Only this task.")
@DRY_RUN
@remote_command
def restart(
    connect: str, connector: str, which: str | None, task: int | None, dry_run: bool,
    cluster: str, url: str, token: str, as_json: bool,
) -> None:  # fmt: skip
    """Restart a connector; its tasks only with --failed, --all or --task."""
    if which and task is not None:
        raise click.UsageError("Give --failed, --all or --task, one of them.")
    operation = "restart-task" if task is not None else which or "restart"
    changed(operate(remote_of(url, token, cluster), connect, connector, operation, dry_run, task), as_json)


@connectors.command(name="restart-failed")
@click.option("--connect", default="", help="Only of this Connect cluster.")
@DRY_RUN
@remote_command
def restart_failed(connect: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Restart everything that failed, 100 connectors at once; exit status 1 if something could not be restarted."""
    query, body = {"dry_run": dry_run}, {"connect": connect}
    content = remote_of(url, token, cluster)("POST", "/connector-restarts", query, body)
    if not printed_as_json(content, as_json):
        table(content["restarts"], ("connect", "connector", "done", "error"))
    for sentence in content["problems"]:
        click.echo(f"warning: {sentence}", err=True)
    if content["rest"]:
        click.echo(f"{content['rest']} more failed; repeat this for them.", err=True)
    if content["problems"] or (not dry_run and not all(row["done"] for row in content["restarts"])):
        raise click.exceptions.Exit(1)


@connectors.command()
@CONNECT
@CONNECTOR
@click.option("--confirm", default="", help="The connector's name; required in production.")
@DRY_RUN
@remote_command
def delete(
    connect: str, connector: str, confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Delete a connector. Its offsets stay."""
    query = {"confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("DELETE", address(connect, connector), query), as_json)


for _command in (several, create, configure, apply, plugins, offsets, set_offsets, reset_offsets, loggers):
    connectors.add_command(_command)
