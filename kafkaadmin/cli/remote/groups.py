"""``kafkaadmin groups``: the consumer groups of a cluster, through the API."""

import csv as csv_format
import sys
from typing import Any, TextIO

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of, segment
from kafkaadmin.cli.remote.output import changed, facts, listed, missing, printed_as_json, table
from kafkaadmin.cli.remote.topics import CONFIG, pairs

CONFIRM = click.option("--confirm", default="", help="The group name; required in production.")
DESTINATIONS = {"csv": "file", "source": "group"}  # as the API calls them
TYPES = ("classic", "consumer", "share", "streams")
SUBTOPOLOGY = (
    "id", "source_topics", "repartition_source_topics", "repartition_sink_topics", "changelog_topics"
)  # fmt: skip
COLUMNS = ("name", "state", "type", "members", "topics", "lag", "unknown", "status", "time_lag")


def partitions_of(text: str) -> dict[str, str | list[str]]:
    """Return what the API takes for orders, which is the whole topic, or for orders:0,1."""
    topic, _, numbers = text.partition(":")
    return {"topic": topic, "partitions": [part for part in numbers.split(",") if part]}


def one_line(part: dict[str, Any]) -> dict[str, str]:
    return {key: value if isinstance(value, str) else ", ".join(value) for key, value in part.items()}


@click.group()
def groups() -> None:
    """List, show, reset and delete consumer groups, through the API of kafkaadmin."""


@groups.command(name="list")
@click.option("--search", "q", default="", help="Search text in names.")
@click.option("--state", default="", help="Only groups in this state, e.g. Stable.")
@click.option("--type", "kind", type=click.Choice(TYPES), help="Only groups of this type.")
@click.option("--sort", default="name", show_default=True, help="Column to sort by; with a leading minus, descending.")
@remote_command
def list_groups(q: str, state: str, kind: str, sort: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List consumer groups."""
    query = {"q": q, "state": state, "type": kind or "", "sort": sort}
    listed(remote_of(url, token, cluster).every("/groups", query), COLUMNS, as_json)


@groups.command()
@click.argument("name")
@remote_command
def show(name: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show one group: its members, its offsets, and the topology of a streams group."""
    group = remote_of(url, token, cluster)("GET", f"/groups/{segment(name)}")
    if printed_as_json(group, as_json):
        return
    facts(group, ("state", "type", "protocol", "coordinator", "epoch", "assignment_epoch", "status", "lag", "unknown"))
    click.echo()
    table(group["offsets"], ("topic", "partition", "committed", "end", "lag", "beyond", "member"))
    if group["members"]:
        click.echo()
        table(group["members"], ("id", "client_id", "host", "epoch"))
    if group["topology"]:
        click.echo()
        table([one_line(part) for part in group["topology"]["subtopologies"]], SUBTOPOLOGY)
    missing(group)


@groups.command()
@click.argument("name")
@click.option("--to-earliest", "to", flag_value="earliest", help="To the earliest offset.")
@click.option("--to-latest", "to", flag_value="latest", help="To the latest offset.")
@click.option(
    "--to-datetime", "time", metavar="TIME", help="To the first record since a timestamp: 2026-01-31T08:00:00Z."
)
@click.option("--to-offset", "offset", type=int)
@click.option("--shift-by", "shift", type=int, help="By a number of records; negative = backwards.")
@click.option("--by-duration", "duration", metavar="P1DT2H", help="To the first record since a duration ago.")
@click.option("--from-file", "csv", type=click.File(), help="Lines of topic,partition,offset; - is standard input.")
@click.option("--from-group", "source", metavar="GROUP", help="To the committed offsets of another group.")
@click.option(
    "--topic",
    default="",
    help="Only this topic, e.g. orders, or orders:0,1 for partitions; with or without committed offsets.",
)
@CONFIRM
@DRY_RUN
@remote_command
def reset(
    name: str, to: str | None, csv: TextIO | None, topic: str, confirm: str, dry_run: bool, cluster: str, url: str,
    token: str, as_json: bool, **values: str | int | None,
) -> None:  # fmt: skip
    """Reset the offsets of a group without members; of a share group, its start offsets.

    The options are those of kafka-consumer-groups.
    """
    chosen = {**values, "csv": csv}
    given = [DESTINATIONS.get(kind, kind) for kind, value in chosen.items() if value is not None]
    given += [to] if to else []
    if len(given) != 1:
        raise click.UsageError(
            "Choose exactly one of --to-earliest, --to-latest, --to-datetime, --to-offset, --shift-by, --by-duration, "
            "--from-file, --from-group."
        )
    present = {kind: value for kind, value in values.items() if value is not None}
    body = {"to": given[0], **partitions_of(topic), **present, "csv": csv.read() if csv else ""}
    query = {"confirm": confirm, "dry_run": dry_run}
    change = remote_of(url, token, cluster)("POST", f"/groups/{segment(name)}/reset", query, body)
    changed(change, as_json)
    if change["records"] and not as_json:
        table(change["records"], ("topic", "partition", "skipped", "again"))


@groups.command()
@click.argument("name")
@remote_command
def configs(name: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List the configs that brokers have for a consumer, share or streams group."""
    rows = remote_of(url, token, cluster)("GET", f"/groups/{segment(name)}/configs")
    listed(rows, ("name", "value", "default", "source"), as_json)


@groups.command()
@click.argument("name")
@CONFIG
@click.option("--reset", multiple=True, metavar="KEY", help="Restore the default.")
@CONFIRM
@DRY_RUN
@remote_command
def configure(
    name: str, configs: tuple[str, ...], reset: tuple[str, ...], confirm: str, dry_run: bool, cluster: str, url: str,
    token: str, as_json: bool,
) -> None:  # fmt: skip
    """Set configs of a consumer, share or streams group, and reset others."""
    body = {"set": pairs(configs), "reset": list(reset)}
    query = {"confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("PATCH", f"/groups/{segment(name)}/configs", query, body), as_json)


@groups.command()
@click.argument("name")
@click.option("--topic", required=True, help="One of its topics, e.g. orders, or orders:0,1 for partitions.")
@CONFIRM
@DRY_RUN
@remote_command
def delete_offsets(
    name: str, topic: str, confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Delete a group's committed offsets of a topic that no member consumes."""
    query = {**partitions_of(topic), "confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("DELETE", f"/groups/{segment(name)}/offsets", query), as_json)


@groups.command()
@click.argument("name")
@remote_command
def export_offsets(name: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Print a group's offsets as topic,partition,offset, for reset --from-file, here or of kafka-consumer-groups."""
    group = remote_of(url, token, cluster)("GET", f"/groups/{segment(name)}")
    offsets = [row for row in group["offsets"] if row["committed"] is not None]
    if not printed_as_json(offsets, as_json):
        writer = csv_format.writer(sys.stdout, lineterminator="\n")
        writer.writerows((row["topic"], row["partition"], row["committed"]) for row in offsets)
    missing(group)


@groups.command()
@click.argument("name")
@click.option("--member", "members", multiple=True, required=True, help="The id of a member, as show prints it.")
@CONFIRM
@DRY_RUN
@remote_command
def remove_members(
    name: str, members: tuple[str, ...], confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Remove members from a group; consumers that still run join again."""
    query = {"confirm": confirm, "dry_run": dry_run}
    body = {"members": list(members)}
    changed(remote_of(url, token, cluster)("POST", f"/groups/{segment(name)}/members/remove", query, body), as_json)


@groups.command()
@click.argument("name")
@CONFIRM
@DRY_RUN
@remote_command
def delete(name: str, confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Delete a group without members, and its offsets."""
    query = {"confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("DELETE", f"/groups/{segment(name)}", query), as_json)
