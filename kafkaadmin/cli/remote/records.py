"""``kafkaadmin records``: a topic's records as JSON Lines, through the API. Made for pipes: it ends when they do."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import click

from kafkaadmin.cli.remote.client import Remote, remote_command, remote_of, segment
from kafkaadmin.cli.remote.output import missing

F = TypeVar("F", bound=Callable[..., Any])
PAGE = 500  # records of a request
SECONDS = 4  # that a request of a search may take
PAUSE = 1.0  # seconds between two looks while following
INTERRUPTED, BROKEN_PIPE = 130, 141  # as shells have it


@click.group()
def records() -> None:
    """Read, search and follow the records of a topic, as JSON Lines, through the API of kafkaadmin."""


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
