"""``kafkaadmin brokers``: the brokers of a cluster, through the API."""

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of, segment
from kafkaadmin.cli.remote.output import changed, facts, listed, printed_as_json, table
from kafkaadmin.cli.remote.topics import CONFIG, pairs

COLUMNS = ("broker_id", "host", "port", "rack", "online", "leaders", "replicas", "out_of_sync", "size", "disk_free")
OWN = {"DYNAMIC_BROKER_CONFIG", "DYNAMIC_DEFAULT_BROKER_CONFIG"}
ALL = "all"
CONFIRM = click.option("--confirm", default="", help="The cluster name; required in production.")
NODE_COLUMNS = ("node", "leader", "address", "end_offset", "lag", "seconds_behind")


def broker_or_all(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Return a broker's id, or ``all`` for the defaults of all brokers.

    Raises:
        BadParameter: it is neither.
    """
    if value != ALL and not value.isdecimal():
        raise click.BadParameter(f"{value} is neither a broker's id nor “{ALL}”.")
    return value


BROKER = click.argument("broker", callback=broker_or_all)


def configs_path(broker: str) -> str:
    return "/brokers/configs" if broker == ALL else f"/brokers/{broker}/configs"


@click.group()
def brokers() -> None:
    """List, show and configure brokers, through a kafkaadmin's API."""


@brokers.command(name="list")
@remote_command
def list_brokers(cluster: str, url: str, token: str, as_json: bool) -> None:
    """List brokers."""
    listed(remote_of(url, token, cluster)("GET", "/brokers"), COLUMNS, as_json)


@brokers.command()
@click.argument("broker", type=int)
@remote_command
def show(broker: int, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show one broker: its log directories, and the configs that are set dynamically."""
    details = remote_of(url, token, cluster)("GET", f"/brokers/{broker}")
    if printed_as_json(details, as_json):
        return
    facts(details, COLUMNS)
    click.echo()
    table(details["log_dirs"], ("path", "error", "total_bytes", "usable_bytes"))
    dynamic = [config for config in details["configs"] if config["source"] in OWN]
    if dynamic:
        click.echo()
        table(dynamic, ("name", "value", "default", "source"))


@brokers.command()
@BROKER
@remote_command
def configs(broker: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List the configs of BROKER: an id, or `all` for the cluster-wide defaults."""
    rows = remote_of(url, token, cluster)("GET", configs_path(broker))
    listed(rows, ("name", "value", "default", "source", "read_only"), as_json)


@brokers.command()
@BROKER
@CONFIG
@click.option("--reset", multiple=True, metavar="KEY", help="Restore the default.")
@click.option("--confirm", default="", help="The cluster's name; required in production.")
@DRY_RUN
@remote_command
def configure(
    broker: str, configs: tuple[str, ...], reset: tuple[str, ...], confirm: str, dry_run: bool,
    cluster: str, url: str, token: str, as_json: bool,
) -> None:  # fmt: skip
    """Set dynamic configs of BROKER, an id or `all` for the cluster-wide defaults, and reset others."""
    body = {"set": pairs(configs), "reset": list(reset)}
    query = {"confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("PATCH", configs_path(broker), query, body), as_json)


@brokers.command()
@remote_command
def quorum(cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show the controllers of a KRaft cluster, how far each is, and the feature levels."""
    content = remote_of(url, token, cluster)("GET", "/quorum")
    if printed_as_json(content, as_json):
        return
    facts(content, ("leader", "epoch", "high_watermark", "brokers_away"))
    click.echo()
    table([*content["voters"], *content["observers"]], NODE_COLUMNS)
    click.echo()
    table(content["features"], ("name", "level", "lowest", "highest"))
    for problem in content["problems"]:
        click.echo(problem, err=True)


@brokers.command(name="add-voter")
@click.argument("node", type=int)
@click.argument("address", metavar="HOST:PORT")
@click.option("--listener", default="CONTROLLER", show_default=True, help="The name of its controller listener.")
@CONFIRM
@DRY_RUN
@remote_command
def add_voter(
    node: int, address: str, listener: str, confirm: str, dry_run: bool, cluster: str, url: str, token: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Add a controller that reads along, NODE with its controller listener at HOST:PORT, to the quorum's voters."""
    host, _, port = address.rpartition(":")
    if not (host and port.isdecimal()):
        raise click.UsageError(f"{address} is not of the form HOST:PORT.")
    body = {"node": node, "host": host.strip("[]"), "port": int(port), "listener": listener}
    query = {"confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("POST", "/quorum/voters", query, body), as_json)


@brokers.command(name="remove-voter")
@click.argument("node", type=int)
@CONFIRM
@DRY_RUN
@remote_command
def remove_voter(node: int, confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Remove a controller from the quorum's voters."""
    query = {"confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("DELETE", f"/quorum/voters/{node}", query), as_json)


@brokers.command(name="set-feature")
@click.argument("feature")
@click.argument("level", type=int)
@CONFIRM
@DRY_RUN
@remote_command
def set_feature(
    feature: str, level: int, confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Raise or lower the LEVEL of a FEATURE, e.g. share.version; a dry run has Kafka validate it."""
    query = {"confirm": confirm, "dry_run": dry_run}
    path = f"/features/{segment(feature)}"
    changed(remote_of(url, token, cluster)("PUT", path, query, {"level": level}), as_json)


@brokers.command(name="api-versions")
@click.option("--all", "every", is_flag=True, help="Also APIs in whose versions brokers agree.")
@remote_command
def api_versions(every: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List the APIs of Kafka in whose versions brokers differ."""
    rows = remote_of(url, token, cluster)("GET", "/brokers/api-versions", {"all": every})
    if printed_as_json(rows, as_json):
        return
    numbers = list(rows[0]["versions"]) if rows else []
    table(
        [{"api": row["api"], **{key: spoken(row["versions"][key]) for key in numbers}} for row in rows],
        ("api", *numbers),
    )


def spoken(versions: list[int] | None) -> str | None:
    return None if versions is None else f"{versions[0]} to {versions[1]}"


@brokers.command()
@click.argument("broker", type=int)
@CONFIRM
@DRY_RUN
@remote_command
def unregister(broker: int, confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Have the controllers forget a broker that was taken away."""
    query = {"confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("POST", f"/brokers/{broker}/unregister", query), as_json)


@brokers.command(name="move-replicas")
@click.argument("broker", type=int)
@click.argument("topic")
@click.option("--to", "path", required=True, help="The log directory to move them to.")
@click.option("--partition", "partitions", type=int, multiple=True, help="Only this partition; may be repeated.")
@CONFIRM
@DRY_RUN
@remote_command
def move_replicas(
    broker: int, topic: str, path: str, partitions: tuple[int, ...], confirm: str, dry_run: bool, cluster: str,
    url: str, token: str, as_json: bool,
) -> None:  # fmt: skip
    """Have a broker move a topic's replicas to another of its log directories."""
    body = {"topic": topic, "partitions": list(partitions), "path": path}
    query = {"confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("POST", f"/brokers/{broker}/move-replicas", query, body), as_json)
