"""``kafkaadmin lag``: verdicts on groups through the API, and the engine on its own."""

import click

from kafkaadmin.cli.remote.client import remote_command, remote_of, segment
from kafkaadmin.cli.remote.output import facts, listed, printed_as_json, table
from lag.burrow.cli import lag as engine

COLUMNS = ("name", "status", "total_lag", "max_lag", "time_lag", "partitions", "bad", "lost", "since")


@click.group(commands=dict(engine.commands))
def lag() -> None:
    """List and explain the lag status of consumer groups, through the API of kafkaadmin.

    Or evaluate, decode and replay JSON lines, without it.
    """


@lag.command(name="list")
@click.option("--search", "q", default="", help="Search text in names.")
@click.option("--status", type=click.Choice(["OK", "WARN", "ERR"]), help="Only groups with this status.")
@click.option(
    "--sort", default="-status", show_default=True, help="Column to sort by; with a leading minus, descending."
)
@remote_command
def list_lag(q: str, status: str | None, sort: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List all evaluated groups, worst first."""
    query = {"q": q, "status": status, "sort": sort}
    listed(remote_of(url, token, cluster).every("/lag", query), COLUMNS, as_json)


@lag.command()
@click.argument("group")
@remote_command
def show(group: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Explain the status of a group, partition by partition."""
    group_lag = remote_of(url, token, cluster)("GET", f"/lag/{segment(group)}")
    if printed_as_json(group_lag, as_json):
        return
    facts(group_lag, ("status", "since", "sentence", "total_lag"))
    click.echo()
    table(group_lag["partitions"], ("topic", "partition", "status", "lag", "time_lag", "reason"))
