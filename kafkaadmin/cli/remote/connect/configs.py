"""``kafkaadmin connectors create|configure|apply|plugins``: configurations of connectors, from files of JSON."""

from typing import Any

import click

from clusters.connect.rules.documents import ConfigError, read_json
from kafkaadmin.cli.remote.client import DRY_RUN, Failed, remote_command, remote_of, segment
from kafkaadmin.cli.remote.output import changed, listed

CONNECT = click.argument("connect")
FILE = click.argument("file", type=click.File("r", encoding="utf-8"))


def read(file: Any) -> tuple[str, dict[str, str]]:
    """Return the name, empty where there is none, and the settings of a file.

    Raises:
        ClickException: it has none.
    """
    try:
        return read_json(file.read())
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


@click.command()
@CONNECT
@FILE
@click.option("--name", default="", help="The connector's name, where FILE has none, or another.")
@DRY_RUN
@remote_command
def create(
    connect: str, file: Any, name: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Create a connector from the JSON in FILE (- for standard input), as Kafka Connect takes it."""
    named, config = read(file)
    body = {"name": name or named, "config": config}
    content = remote_of(url, token, cluster)("POST", f"/connectors/{segment(connect)}", {"dry_run": dry_run}, body)
    changed(content, as_json)


@click.command()
@CONNECT
@click.argument("connector")
@FILE
@DRY_RUN
@remote_command
def configure(
    connect: str, connector: str, file: Any, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Replace a connector's configuration by the JSON in FILE. Saved secrets that are [hidden] there stay."""
    path = f"/connectors/{segment(connect)}/{segment(connector)}/config"
    _, config = read(file)
    changed(remote_of(url, token, cluster)("PUT", path, {"dry_run": dry_run}, {"config": config}), as_json)


@click.command()
@CONNECT
@click.argument("files", nargs=-1, required=True, type=click.File("r", encoding="utf-8"))
@DRY_RUN
@remote_command
def apply(
    connect: str, files: tuple[Any, ...], dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Create or configure the connectors of FILES, each with its name. Applying them again changes nothing.

    A file that cannot be applied is reported, the others are applied, and the exit status is 1.
    """
    remote, has_failed = remote_of(url, token, cluster), False
    present = {row["name"] for row in remote.every("/connectors", {"connect": connect})}
    for file in files:
        name, config = read(file)
        base = f"/connectors/{segment(connect)}"
        path, method, body = (
            (f"{base}/{segment(name)}/config", "PUT", {"config": config})
            if name in present
            else (base, "POST", {"name": name, "config": config})
        )
        try:
            changed(remote(method, path, {"dry_run": dry_run}, body), as_json)
        except Failed as failure:
            has_failed = True
            click.echo(f"{file.name}: {failure.message}", err=True)
    if has_failed:
        raise click.exceptions.Exit(1)


@click.command()
@CONNECT
@click.option("--settings", "plugin", default="", metavar="CLASS", help="The settings of this class instead.")
@remote_command
def plugins(connect: str, plugin: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List the plugins of a Connect cluster, or the settings of one."""
    base, remote = f"/connect-clusters/{segment(connect)}/plugins", remote_of(url, token, cluster)
    if plugin:
        rows = remote("GET", f"{base}/{segment(plugin)}")
        listed(rows, ("name", "type", "importance", "required", "default"), as_json)
    else:
        listed(remote("GET", base), ("class", "type", "version"), as_json)
