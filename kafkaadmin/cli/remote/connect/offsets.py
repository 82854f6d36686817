"""``kafkaadmin connectors offsets|set-offsets|reset-offsets|loggers``: how far connectors are, and loggers."""

from typing import Any

import click

from clusters.connect.rules.documents import ConfigError
from clusters.connect.rules.offsets import as_json as offsets_as_json
from clusters.connect.rules.offsets import read_json
from clusters.gateway.connect.offsets import ConnectorOffset
from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of, segment
from kafkaadmin.cli.remote.output import changed, listed, printed_as_json

CONNECT = click.argument("connect")
CONNECTOR = click.argument("connector")


def address(connect: str, connector: str) -> str:
    return f"/connectors/{segment(connect)}/{segment(connector)}"


@click.command()
@CONNECT
@CONNECTOR
@remote_command
def offsets(connect: str, connector: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show the offsets of a connector, as set-offsets takes them."""
    content = remote_of(url, token, cluster)("GET", address(connect, connector))
    if not printed_as_json(content["offsets"], as_json):
        click.echo(offsets_as_json([ConnectorOffset(**each) for each in content["offsets"] or ()]))


@click.command(name="set-offsets")
@CONNECT
@CONNECTOR
@click.argument("file", type=click.File("r", encoding="utf-8"))
@DRY_RUN
@remote_command
def set_offsets(
    connect: str, connector: str, file: Any, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Set offsets of a stopped connector from the JSON in FILE (- for standard input)."""
    try:
        typed = read_json(file.read())
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    body = {"offsets": [{"partition": each.partition, "offset": each.offset} for each in typed]}
    path = f"{address(connect, connector)}/offsets"
    changed(remote_of(url, token, cluster)("PATCH", path, {"dry_run": dry_run}, body), as_json)


@click.command(name="reset-offsets")
@CONNECT
@CONNECTOR
@click.option("--confirm", default="", help="The connector's name; required in production.")
@DRY_RUN
@remote_command
def reset_offsets(
    connect: str, connector: str, confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Remove all offsets of a stopped connector."""
    query, path = {"confirm": confirm, "dry_run": dry_run}, f"{address(connect, connector)}/offsets"
    changed(remote_of(url, token, cluster)("DELETE", path, query), as_json)


@click.command()
@CONNECT
@click.option("--set", "level", nargs=2, metavar="LOGGER LEVEL", help="Set a level on all workers.")
@DRY_RUN
@remote_command
def loggers(
    connect: str, level: tuple[str, str] | None, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """List the workers' loggers that have a level, or set one."""
    path, remote = f"/connect-clusters/{segment(connect)}/loggers", remote_of(url, token, cluster)
    if level:
        body = {"level": level[1].upper()}
        changed(remote("PUT", f"{path}/{segment(level[0])}", {"dry_run": dry_run}, body), as_json)
    else:
        listed(remote("GET", path), ("name", "level"), as_json)
