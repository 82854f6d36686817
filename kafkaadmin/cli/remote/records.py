"""``kafkaadmin records``: a topic's records as JSON Lines, through the API. Made for pipes: it ends when they do."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from kafkaadmin.cli.remote.client import Remote, remote_command, remote_of, segment
from kafkaadmin.cli.remote.formats import FormatChoice
from kafkaadmin.cli.remote.jobs import ended_job, print_job
from kafkaadmin.cli.remote.output import changed, missing, printed_as_json, word

F = TypeVar("F", bound=Callable[..., Any])
PAGE = 500  # records of a request
SECONDS = 4  # that a request of a search may take
PART = 2_000_000  # bytes of a request, as JSON
FORMATS = FormatChoice(["text", "json", "schema", "hex", "base64"])
PAUSE = 1.0  # seconds between two looks while following
INTERRUPTED, BROKEN_PIPE = 130, 141  # as shells have it


@click.group()
def records() -> None:
    """Read, search, follow, write, copy and count records, as JSON Lines, through the API of kafkaadmin."""


def options(*, bounded: bool) -> Callable[[F], F]:
    """Give a command the options of filters, and of bounds."""
    filters = (
        click.option("--partitions", default="", help="E.g. 0,3-5; all by default."),
        click.option("--isolation", type=click.Choice(["all", "committed"]), default="all", show_default=True),
        click.option("--contains", default="", help="Text in the key, value or a header (case-insensitive)."),
        click.option("--equals", default="", help="The whole text of a key, value or header."),
        click.option("--regex", default="", help="A regular expression (RE2)."),
        click.option("--where", type=click.Choice(["anywhere", "key", "value", "headers"]), default="anywhere",
                     show_default=True, help="For --contains, --equals and --regex."),
        click.option("--key", default="", help="The whole key; only its partition is read (murmur2)."),
        click.option("--all-partitions", is_flag=True, help="Search for --key in all partitions."),
        click.option("--json-path", default="", help="E.g. '$.user.id = 7', in the value."),
        click.option("--cel", default="", help="A CEL expression, e.g. 'value.amount > 100'."),
        click.option("--key-format", default="", help="Decode keys as this format; detected by default."),
        click.option("--value-format", default="",
                     help="Decode values as this format, e.g. msgpack or protobuf:shop.Order; detected by default."),
    )  # fmt: skip
    bounds = (
        click.option("--from", "seek", default="oldest", show_default=True,
                     type=click.Choice(["oldest", "newest", "5m", "1h", "today", "yesterday"])),
        click.option("--offset", type=int, help="Start offset."),
        click.option("--time", metavar="TIME", help="Start timestamp: 2026-01-31T08:00:00Z."),
        click.option("--to-offset", type=int, help="Last offset."),
        click.option("--to-time", metavar="TIME", help="Only records before this timestamp."),
        click.option("--order", type=click.Choice(["newest", "oldest"]), help="Which come first."),
        click.option("--limit", type=click.IntRange(1), help="End after so many records."),
    )  # fmt: skip

    def decorate(command: F) -> F:
        for option in reversed((*bounds, *filters) if bounded else filters):
            command = option(command)
        return command

    return decorate


@records.command()
@click.argument("topic")
@options(bounded=True)
@remote_command
def read(topic: str, limit: int | None, cluster: str, url: str, token: str, as_json: bool, **query: Any) -> None:
    """Print the records between two bounds: all of them, or so many."""
    ending_well(lambda: printed(every(remote_of(url, token, cluster), topic, where_to_begin(query), limit)))


@records.command()
@click.argument("topic")
@options(bounded=True)
@remote_command
def search(topic: str, limit: int | None, cluster: str, url: str, token: str, as_json: bool, **query: Any) -> None:
    """Print the records that match, as they are found, and tell on standard error how far the search is."""
    if not any(query[name] for name in ("contains", "equals", "regex", "key", "json_path", "cel")):
        raise click.UsageError("Give --contains, --equals, --regex, --key, --json-path or --cel.")
    page = every(remote_of(url, token, cluster), topic, where_to_begin(query), limit, tells=sys.stderr.isatty())
    ending_well(lambda: printed(page))


@records.command()
@click.argument("topics", nargs=-1, required=True, metavar="TOPIC...")
@options(bounded=False)
@remote_command
def follow(topics: tuple[str, ...], cluster: str, url: str, token: str, as_json: bool, **query: Any) -> None:
    """Print the records that are written from now on, until Ctrl-C; of several topics, each with its topic."""
    ending_well(lambda: printed(new_ones(remote_of(url, token, cluster), topics, query)))


@records.command()
@click.argument("topic")
@click.option("--file", "source", type=click.File(encoding="utf-8-sig"), default="-", help="JSON Lines; - is stdin.")
@click.option("--csv", "is_csv", is_flag=True, help="The file is CSV; its first line names the columns.")
@click.option("--key-format", type=FORMATS, default="text", show_default=True)
@click.option("--key-schema", default="", help="A subject of the schema registry, for --key-format schema.")
@click.option("--value-format", type=FORMATS, default="text", show_default=True)
@click.option("--value-schema", default="", help="As for the key.")
@click.option("--partition", type=click.Choice(["file", "key"]), default="file", help="Which partitions to write to.")
@click.option("--time", type=click.Choice(["file", "now"]), default="file", help="Which timestamps to write.")
@click.option("--confirm", default="", help="The topic name; required in production.")
@click.option("--dry-run", is_flag=True, help="Only check the lines.")
@remote_command
def produce(
    topic: str, source: TextIO, is_csv: bool, dry_run: bool, cluster: str, url: str, token: str, as_json: bool,
    key_schema: str, value_schema: str, confirm: str, **fields: str,
) -> None:  # fmt: skip
    """Write the records of a file, or of what is piped in, as jobs of at most 2 MB, one after another.

    It ends once all are written; a part that fails ends it with status 1.
    """
    remote = remote_of(url, token, cluster)
    named = {**fields, "kind": "csv" if is_csv else "jsonl", "key_subject": key_schema, "value_subject": value_schema}
    query = {"confirm": confirm, "dry_run": dry_run}
    name = Path(getattr(source, "name", "<stdin>")).name.strip("<>")
    for number, content in enumerate(parts_of(source, has_head=is_csv), 1):
        body = {**named, "content": content, "name": f"{name}, part {number}"}
        started = remote("POST", f"/topics/{segment(topic)}/messages/file", query, body)
        if dry_run:
            changed(started, as_json)
            continue
        job = ended_job(remote, started["job"])
        if not printed_as_json(job, as_json):
            click.echo(f"job {job['id']}: {job['state']}, {job['done']:,} records {word(job['failure'])}")
        if job["state"] != "done":
            sys.exit(1)


@records.command()
@click.argument("topic")
@click.argument("target")
@click.option("--to", "target_cluster", default="", help="Short name of the target's cluster; the same by default.")
@options(bounded=True)
@click.option("--by-key", is_flag=True, help="Choose partitions by the key, not the source's.")
@click.option("--now", "is_now", is_flag=True, help="Write the present time, not the source's timestamps.")
@click.option("--rate", type=click.IntRange(1), help="Records per second, at most.")
@click.option("--confirm", default="", help="The target's name; required in production.")
@click.option("--dry-run", is_flag=True, help="Only show the planned changes.")
@remote_command
def copy(
    topic: str, target: str, target_cluster: str, by_key: bool, is_now: bool, rate: int | None, confirm: str,
    dry_run: bool, cluster: str, url: str, token: str, as_json: bool, limit: int | None, **query: Any,
) -> None:  # fmt: skip
    """Copy the records that match to another topic, as a job, and print its number: see kafkaadmin jobs wait."""
    if limit is not None:
        raise click.UsageError("Use --to-offset or --to-time: --limit is not for copies.")
    source = {name: value for name, value in where_to_begin(query).items() if value not in (None, "", False)}
    body = {
        "source": {**source, "cluster": cluster, "topic": topic},
        "partition": "key" if by_key else "same", "time": "now" if is_now else "same", "rate": rate,
    }  # fmt: skip
    remote = remote_of(url, token, target_cluster or cluster)
    path = f"/topics/{segment(target)}/messages/copy"
    started = remote("POST", path, {"confirm": confirm, "dry_run": dry_run}, body)
    changed(started, as_json)
    if not (dry_run or as_json):
        click.echo(f"job {started['job']}")


@records.command()
@click.argument("topic")
@click.option("--last", type=click.IntRange(1, 10_000_000), default=10_000, show_default=True, help="Per partition.")
@click.option("--scan", is_flag=True, help="Read all records.")
@remote_command
def insight(topic: str, last: int, scan: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Count what the records of a topic are like, as a job, wait for it, and print what was counted."""
    remote = remote_of(url, token, cluster)
    path = f"/topics/{segment(topic)}/insight"
    number = remote("POST", path, {}, {"last": None if scan else last})["job"]
    job = ended_job(remote, number)
    if as_json:
        insights = remote("GET", path, {})["items"]
        printed_as_json(next((item for item in insights if item["job"] == number), job), as_json)
    else:
        print_job(job, as_json)
    sys.exit(0 if job["state"] == "done" else 1)


def parts_of(source: TextIO, *, has_head: bool) -> Iterator[str]:
    """Yield a file in parts of whole lines, each with the file's first line if that names the columns."""
    head = source.readline() if has_head else ""
    part, held = [head], 0
    for line in source:
        size = len(json.dumps(line))
        if held + size > PART and len(part) > 1:
            yield "".join(part)
            part, held = [head], 0
        part.append(line)
        held += size
    if "".join(part[1:]).strip():
        yield "".join(part)


def where_to_begin(query: dict[str, Any]) -> dict[str, Any]:
    """Return a query whose start is the offset or time that was given.

    Raises:
        UsageError: both were given.
    """
    if query["offset"] is not None and query["time"]:
        raise click.UsageError("Give --offset or --time, not both.")
    seek = "offset" if query["offset"] is not None else "time" if query["time"] else query["seek"]
    return {name: str(value) if isinstance(value, int) and not isinstance(value, bool) else value
            for name, value in {**query, "seek": seek}.items()}  # fmt: skip


def every(
    remote: Remote, topic: str, query: dict[str, Any], limit: int | None = None, *, tells: bool = False
) -> Iterator[dict[str, Any]]:
    """Yield the records of all pages, up to a limit.

    Raises:
        ClickException: nothing more can be read now, but not all was.
    """
    left: int | None = limit
    cursor: str | None = ""
    while cursor is not None:
        size = PAGE if left is None else min(PAGE, left)
        page = remote("GET", f"/topics/{segment(topic)}/messages",
                      {**query, "limit": size, "seconds": SECONDS, "cursor": cursor})  # fmt: skip
        yield from page["items"]
        missing(page)
        for part in page.get("unfit", ()):  # a server of an earlier version does not tell it
            click.echo(f"{word(part['subject'])}: {word(part['sentence'])}", err=True)
        if page["missing"] and not page["looked_at"]:
            raise click.ClickException("What is left cannot be read now; try again later.")
        if tells:
            click.echo(f"{page['progress']['percent']} %, {page['progress']['looked_at']:,} scanned", err=True)
        left = None if left is None else left - len(page["items"])
        cursor = page["next"] if left is None or left > 0 else None


def new_ones(remote: Remote, topics: tuple[str, ...], query: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield records as they are written, topic by topic, each second."""
    places = dict.fromkeys(topics, ("", 0))
    while True:
        for topic, place in places.items():
            look, places[topic] = look_at(remote, topic, query, *place)
            yield from (look["items"] if len(topics) == 1 else [{"topic": topic, **row} for row in look["items"]])
        time.sleep(PAUSE)


def look_at(
    remote: Remote, topic: str, query: dict[str, Any], cursor: str, announced: int
) -> tuple[dict[str, Any], tuple[str, int]]:
    """Fetch what is new in a topic; tell how many records were left out, since more came than is fetched in time."""
    look = remote("GET", f"/topics/{segment(topic)}/messages/new", {**query, "cursor": cursor})
    missing(look)
    if look["left_out"] > announced:
        click.echo(
            f"{topic}: {look['left_out'] - announced:,} records not shown: more came than can be fetched", err=True
        )
    return look, (look["next"], look["left_out"])


def printed(rows: Iterator[dict[str, Any]]) -> None:
    """Print rows as JSON Lines, each at once: what follows in the pipe waits for it."""
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


def ending_well(act: Callable[[], None]) -> None:
    """Run a command until it ends, its reader does, or Ctrl-C comes; without a trace of Python's in any case."""
    try:
        act()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that nothing is written at exit
        raise SystemExit(BROKEN_PIPE) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
