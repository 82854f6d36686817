"""``kafkaadmin topics``: the topics of a cluster, through the API."""

import json
import sys
from typing import Any

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of, segment
from kafkaadmin.cli.remote.formats import OWN_TYPE, FormatChoice
from kafkaadmin.cli.remote.output import Row, changed, listed, missing, printed_as_json, table
from kafkaadmin.cli.remote.topic_comparison import align, compare

COLUMNS = ("name", "partitions", "replication", "under_replicated", "offline", "messages", "size", "rate", "groups",
           "cleanup_policy")  # fmt: skip
TYPED = ("schema", "short", "integer", "long", "float", "double", "uuid", "hex", "base64")  # formats beside text
BASE64 = "base64:"  # begins the value of a header that is no text
CONFIG = click.option("--config", "configs", multiple=True, metavar="KEY=VALUE", help="Can be repeated.")


def pairs(texts: tuple[str, ...]) -> dict[str, str]:
    """Return ``key=value`` arguments as configs.

    Raises:
        BadParameter: an argument has another form.
    """
    configs = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter(f"{text} is not KEY=VALUE.")
        configs[key] = value
    return configs


@click.group()
def topics() -> None:
    """List, show, create, change and delete topics, through the API of kafkaadmin."""


topics.add_command(compare)
topics.add_command(align)


@topics.command(name="list")
@click.option("--search", "q", default="", help="Search text in names.")
@click.option("--internal", is_flag=True, help="Include internal topics.")
@click.option("--unhealthy", is_flag=True, help="Only unhealthy topics: under-replicated or offline partitions.")
@click.option("--sort", default="name", show_default=True, help="Column to sort by; with a leading minus, descending.")
@remote_command
def list_topics(
    q: str, internal: bool, unhealthy: bool, sort: str, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """List topics."""
    query = {"q": q, "internal": internal, "unhealthy": unhealthy, "sort": sort}
    rows = remote_of(url, token, cluster).every("/topics", query)
    listed(rows if as_json else map(with_bound, rows), COLUMNS, as_json)


def with_bound(row: Row) -> Row:
    """Return a topic or partition with its number of messages marked where it is an upper bound."""
    return {**row, "messages": f"≤ {row['messages']}"} if row["messages_at_most"] else row


@topics.command()
@click.argument("name")
@remote_command
def show(name: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show a topic's partitions and overridden configs."""
    topic = remote_of(url, token, cluster)("GET", f"/topics/{segment(name)}")
    if printed_as_json(topic, as_json):
        return
    table(map(with_bound, topic["partitions"]), ("id", "leader", "replicas", "isr", "low", "high", "messages"))
    own = [config for config in topic["configs"] if config["source"] == "DYNAMIC_TOPIC_CONFIG"]
    if own:
        click.echo()
        table(own, ("name", "value", "default"))
    missing(topic)


@topics.command()
@click.argument("name")
@click.option("--from", "seek", type=click.Choice(["newest", "oldest"]), default="newest", show_default=True)
@click.option("--offset", type=int, help="Start offset.")
@click.option("--time", metavar="TIME", help="Start timestamp: 2026-01-31T08:00:00Z.")
@click.option("--partitions", default="", help="E.g. 0,3-5; all by default.")
@click.option("--contains", default="", help="Search text: key, value or header (case-insensitive).")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@click.option("--isolation", type=click.Choice(["all", "committed"]), default="all", show_default=True)
@click.option("--key-format", default="", help="Decode keys as this format, e.g. long; detected by default.")
@click.option("--value-format", default="", help="E.g. msgpack or protobuf:shop.Order; detected by default.")
@remote_command
def messages(
    name: str, seek: str, offset: int | None, time: str | None, partitions: str, contains: str, limit: int,
    isolation: str, key_format: str, value_format: str, cluster: str, url: str, token: str, as_json: bool,
) -> None:  # fmt: skip
    """Fetch records of a topic, newest first by default."""
    if offset is not None and time:
        raise click.UsageError("Give --offset or --time, not both.")
    begin = "offset" if offset is not None else "time" if time else seek
    query = {"seek": begin, "offset": "" if offset is None else str(offset), "time": time, "partitions": partitions}
    path = f"/topics/{segment(name)}/messages"
    query |= {"contains": contains, "limit": str(limit), "isolation": isolation}
    query |= {"key_format": key_format, "value_format": value_format}
    page = remote_of(url, token, cluster)("GET", path, query)
    if as_json:
        listed(page["items"], (), as_json)
    else:
        rows = [
            {**message, "key": readable(message["key"]), "value": readable(message["value"])}
            for message in page["items"]
        ]
        transaction = ("transaction",) if any(row["transaction"] for row in rows) else ()
        table(rows, ("time", "partition", "offset", *transaction, "key", "value"))
    missing(page)


@topics.command()
@click.argument("name")
@click.option("--schema", metavar="SUBJECT[@VERSION]", default="", help="Of the cluster's schema registry.")
@click.option("--message", default="", help="Of a Protobuf schema; its first one by default.")
@click.option("--format", "own_type", metavar="protobuf:MESSAGE|schema:REGISTRY", default="",
              help="One of the cluster's own types, or in which registry the schema is.")  # fmt: skip
@remote_command
def sample(
    name: str, schema: str, message: str, own_type: str, cluster: str, url: str, token: str, as_json: bool
) -> None:  # fmt: skip
    """Print a value that fits a schema or a Protobuf type, for the formats of `topics produce`."""
    if bool(schema) == own_type.startswith(OWN_TYPE):
        raise click.UsageError("Give --schema, or --format with a Protobuf type.")
    fields = schema_fields("value", schema)
    query = {"subject": fields["value_subject"], "version": fields.get("value_version"), "message": message,
             "format": own_type}  # fmt: skip
    present = {key: value for key, value in query.items() if value}
    page = remote_of(url, token, cluster)("GET", f"/topics/{segment(name)}/messages/sample", present)
    click.echo(json.dumps(page) if as_json else page["text"])


@topics.command()
@click.argument("name")
@click.option("--key", default="", help="No key if empty.")
@click.option("--value", default="-", show_default="standard input", help="The value; - reads standard input.")
@click.option("--value-format", type=FormatChoice(["text", "json", *TYPED, "null"]), default="text",
              show_default=True, help="json is checked; schema is JSON that fits it; null is a tombstone.")  # fmt: skip
@click.option("--key-format", type=FormatChoice(["text", *TYPED]), default="text",
              show_default=True)  # fmt: skip
@click.option("--value-schema", metavar="SUBJECT[@VERSION]", default="", help="For --value-format schema.")
@click.option("--key-schema", metavar="SUBJECT[@VERSION]", default="", help="For --key-format schema.")
@click.option("--value-message", default="", help="Of a Protobuf schema; its first message by default.")
@click.option("--key-message", default="", help="Of a Protobuf schema; its first message by default.")
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="NAME=VALUE",
    help="Can be repeated; a name alone is a null header, NAME=base64:AAEC one that is no text.",
)
@click.option("--partition", type=int, help="Chosen by the key by default, as in Java clients.")
@click.option("--confirm", default="", help="The topic name; required in production.")
@DRY_RUN
@remote_command
def produce(
    name: str, key: str, value: str, value_format: str, key_format: str, value_schema: str, key_schema: str,
    value_message: str, key_message: str, headers: tuple[str, ...], partition: int | None, confirm: str,
    dry_run: bool, cluster: str, url: str, token: str, as_json: bool,
) -> None:  # fmt: skip
    """Write a record into a topic."""
    if value == "-" and value_format != "null":
        value = sys.stdin.read()
    body: dict[str, Any] = {
        "key": key,
        "value": "" if value_format == "null" else value,
        "value_format": value_format,
        "key_format": key_format,
        **schema_fields("key", key_schema),
        **schema_fields("value", value_schema),
        "key_message": key_message,
        "value_message": value_message,
        "headers": [header_fields(header) for header in headers],
        "partition": partition,
    }
    path = f"/topics/{segment(name)}/messages"
    changed(remote_of(url, token, cluster)("POST", path, {"confirm": confirm, "dry_run": dry_run}, body), as_json)


def header_fields(text: str) -> dict[str, Any]:
    """Return a header of ``NAME=VALUE``."""
    name, equals, value = text.partition("=")
    if value.startswith(BASE64):
        return {"name": name, "value": value.removeprefix(BASE64), "format": "base64"}
    return {"name": name, "value": value if equals else None}


def schema_fields(part: str, schema: str) -> dict[str, Any]:
    """Return the subject and the version of ``SUBJECT@VERSION``; the latest version without one."""
    subject, at, version = schema.rpartition("@")
    if at and version.isdecimal():
        return {f"{part}_subject": subject, f"{part}_version": int(version)}
    return {f"{part}_subject": schema}


def readable(data: dict[str, Any]) -> str | None:
    """Return a key or value as a word: decoded where it is not text, or base64."""
    text: str | None = data["text"]
    if text is None and data["decoded"] is not None:
        return json.dumps(data["decoded"], ensure_ascii=False)
    return text if data["base64"] is None else f"base64:{data['base64']}"


@topics.command()
@click.argument("name")
@click.option("--partitions", type=int)
@click.option("--replication-factor", type=int)
@click.option("--like", default="", metavar="TOPIC", help="Take what is not given from this topic, with its configs.")
@CONFIG
@DRY_RUN
@remote_command
def create(
    name: str, partitions: int | None, replication_factor: int | None, like: str, configs: tuple[str, ...],
    dry_run: bool, cluster: str, url: str, token: str, as_json: bool,
) -> None:  # fmt: skip
    """Create a topic."""
    if not like and None in (partitions, replication_factor):
        raise click.UsageError("Give --partitions and --replication-factor, or --like.")
    numbers = {"partitions": partitions, "replication_factor": replication_factor}
    given = {field: number for field, number in numbers.items() if number is not None}
    body = {"name": name, **given, "configs": pairs(configs), "like": like}
    changed(remote_of(url, token, cluster)("POST", "/topics", {"dry_run": dry_run}, body), as_json)


@topics.command()
@click.argument("name")
@CONFIG
@click.option("--reset", multiple=True, metavar="KEY", help="Reset to its default.")
@click.option("--confirm", default="", help="The topic name; required in production if records may be deleted.")
@DRY_RUN
@remote_command
def configure(
    name: str, configs: tuple[str, ...], reset: tuple[str, ...], confirm: str, dry_run: bool,
    cluster: str, url: str, token: str, as_json: bool,
) -> None:  # fmt: skip
    """Set configs of a topic, and reset others to their default."""
    body = {"set": pairs(configs), "reset": list(reset)}
    path = f"/topics/{segment(name)}/configs"
    changed(remote_of(url, token, cluster)("PATCH", path, {"confirm": confirm, "dry_run": dry_run}, body), as_json)


@topics.command()
@click.argument("name")
@click.argument("total", type=int)
@DRY_RUN
@remote_command
def partitions(name: str, total: int, dry_run: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Add partitions to a topic, up to TOTAL."""
    path = f"/topics/{segment(name)}/partitions"
    body = {"partitions": total}
    changed(remote_of(url, token, cluster)("POST", path, {"dry_run": dry_run}, body), as_json)


@topics.command()
@click.argument("name")
@click.option("--confirm", default="", help="The topic name; required in production.")
@DRY_RUN
@remote_command
def delete(name: str, confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Delete a topic."""
    query = {"confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("DELETE", f"/topics/{segment(name)}", query), as_json)


@topics.command()
@click.argument("name")
@click.option("--under-members", is_flag=True, help="Also while groups that read it have active members.")
@click.option("--confirm", default="", help="The topic name; required.")
@DRY_RUN
@remote_command
def recreate(
    name: str, under_members: bool, confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:  # fmt: skip
    """Delete a topic with its records, and create it again with the same partitions, replicas and own configs."""
    query = {"confirm": confirm, "dry_run": dry_run}
    path, body = f"/topics/{segment(name)}/recreate", {"under_members": under_members}
    changed(remote_of(url, token, cluster)("POST", path, query, body), as_json)


@topics.command(name="elect-leaders")
@click.argument("name", default="")
@click.option("--partition", "partitions", type=int, multiple=True, help="Only this partition; may be repeated.")
@click.option("--confirm", default="", help="The cluster name; required in production.")
@DRY_RUN
@remote_command
def elect_leaders(
    name: str, partitions: tuple[int, ...], confirm: str, dry_run: bool, cluster: str, url: str, token: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Make the preferred replicas leaders, of a topic or, without a name, of all."""
    body = {"topic": name, "partitions": list(partitions)}
    query = {"confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("POST", "/elect-leaders", query, body), as_json)


@topics.command(name="elect-unclean-leaders")
@click.argument("name")
@click.option("--partition", "partitions", type=int, multiple=True, help="Only this partition; may be repeated.")
@click.option("--confirm", default="", help="The topic name; required.")
@DRY_RUN
@remote_command
def elect_unclean_leaders(
    name: str, partitions: tuple[int, ...], confirm: str, dry_run: bool, cluster: str, url: str, token: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Make out-of-sync replicas leaders of partitions that have none. Records are lost."""
    query, body = {"confirm": confirm, "dry_run": dry_run}, {"partitions": list(partitions)}
    path = f"/topics/{segment(name)}/elect-unclean-leaders"
    changed(remote_of(url, token, cluster)("POST", path, query, body), as_json)


@topics.command(name="delete-records")
@click.argument("name")
@click.option("--before-offset", "offset", type=click.IntRange(0), help="The first offset that is kept.")
@click.option("--before-time", "time", metavar="TIME", help="Delete what is older: 2026-01-31T08:00:00Z.")
@click.option("--all", "purge", is_flag=True, help="Delete all records.")
@click.option("--partitions", default="", help="E.g. 0,3-5; all by default.")
@click.option("--confirm", default="", help="The topic name; required in production.")
@DRY_RUN
@remote_command
def delete_records(
    name: str, offset: int | None, time: str | None, purge: bool, partitions: str, confirm: str, dry_run: bool,
    cluster: str, url: str, token: str, as_json: bool,
) -> None:  # fmt: skip
    """Delete records of a topic before an offset or a time, or all of them."""
    choices = {"offset": offset is not None, "time": time is not None, "end": purge}
    if sum(choices.values()) != 1:
        raise click.UsageError("Give --before-offset, --before-time or --all, one of them.")
    before = next(choice for choice, given in choices.items() if given)
    body = {"before": before, "offset": offset, "time": time, "partitions": partitions}
    path = f"/topics/{segment(name)}/messages/delete"
    changed(remote_of(url, token, cluster)("POST", path, {"confirm": confirm, "dry_run": dry_run}, body), as_json)
