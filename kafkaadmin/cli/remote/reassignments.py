"""``kafkaadmin reassignments``: moving replicas between brokers, through the API."""

import json
from collections.abc import Callable
from typing import Any, TextIO

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of
from kafkaadmin.cli.remote.output import changed, printed_as_json, table

COLUMNS = ("topic", "partition", "origin", "target", "bytes_left", "bytes_total", "job")
GOALS = ("rebalance", "leaders", "drain", "fill", "replication", "rollback")
CONFIRM = click.option("--confirm", default="", help="The cluster name; required in production.")
Command = Callable[..., Any]
LIMITS: tuple[Callable[[Command], Command], ...] = (
    click.option("--rate", type=click.IntRange(1), help="Throttle, in bytes per second and broker."),
    click.option("--partitions-at-once", type=click.IntRange(1, 1000), default=50, show_default=True),
    click.option("--bytes-at-once", type=click.IntRange(1)),
    click.option("--plan", default="", help="The plan of a dry run: exactly that is started."),
    CONFIRM,
    DRY_RUN,
)


def limited(command: Command) -> Command:
    """Give a command the options that bound a reassignment."""
    for option in reversed(LIMITS):
        command = option(command)
    return command


@click.group()
def reassignments() -> None:
    """List, plan, start and cancel reassignments of partitions, through the API of kafkaadmin."""


@reassignments.command(name="list")
@remote_command
def list_reassignments(cluster: str, url: str, token: str, as_json: bool) -> None:
    """List the partitions that are being moved, whoever started it."""
    content = remote_of(url, token, cluster)("GET", "/reassignments")
    if not printed_as_json(content, as_json):
        table(content["items"], COLUMNS)


@reassignments.command()
@click.argument("goal", type=click.Choice(GOALS))
@click.option("--broker", "brokers", type=int, multiple=True, help="To drain, or to fill; may be repeated.")
@click.option("--target", "targets", type=int, multiple=True, help="Takes over what is drained; may be repeated.")
@click.option("--topic", "topics", multiple=True, help="Only topics that match this glob; may be repeated.")
@click.option("--factor", type=click.IntRange(1, 100), help="The replication factor.")
@click.option("--job", type=click.IntRange(1), help="The ended job to roll back.")
@limited
@remote_command
def start(
    goal: str, brokers: tuple[int, ...], targets: tuple[int, ...], topics: tuple[str, ...], factor: int | None,
    job: int | None, cluster: str, url: str, token: str, as_json: bool, **limits: Any,
) -> None:  # fmt: skip
    """Plan a reassignment and start its job, for a goal.

    rebalance evens out bytes, replicas and leaders; leaders moves no data; drain empties brokers; fill moves replicas
    to new ones; replication changes the replication factor of topics; rollback takes an ended job back.
    """
    body = {"goal": goal, "brokers": list(brokers), "targets": list(targets), "topics": list(topics),
            "factor": factor, "job": job}  # fmt: skip
    post(remote_of(url, token, cluster), body, as_json, **limits)


@reassignments.command(name="apply")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@limited
@remote_command
def apply_file(file: TextIO, cluster: str, url: str, token: str, as_json: bool, **limits: Any) -> None:
    """Start a reassignment from a JSON file of kafka-reassign-partitions."""
    post(remote_of(url, token, cluster), {"goal": "file", "assignment": file.read()}, as_json, **limits)


def post(
    remote: Any, body: dict[str, Any], as_json: bool, *, rate: int | None, partitions_at_once: int,
    bytes_at_once: int | None, plan: str, confirm: str, dry_run: bool,
) -> None:  # fmt: skip
    """Plan or start, and print it."""
    body |= {"rate": rate, "partitions_at_once": partitions_at_once, "bytes_at_once": bytes_at_once}
    change = remote("POST", "/reassignments", {"plan": plan, "confirm": confirm, "dry_run": dry_run}, body)
    changed(change, as_json)
    if not as_json and change["job"]:
        click.echo(f"job {change['job']}")
    elif not as_json and dry_run and change["steps"]:
        click.echo(f"plan {change['plan']}")


@reassignments.command()
@click.argument("topic", default="")
@click.option("--partition", "partitions", type=int, multiple=True, help="Only this partition; may be repeated.")
@CONFIRM
@DRY_RUN
@remote_command
def cancel(
    topic: str, partitions: tuple[int, ...], confirm: str, dry_run: bool, cluster: str, url: str, token: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Have partitions that are being moved go back, of a topic or, without a name, of all."""
    body = {"topic": topic, "partitions": list(partitions)}
    query = {"confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("POST", "/reassignments/cancel", query, body), as_json)


@reassignments.command()
@click.argument("job", type=click.IntRange(1))
@click.option("--before", is_flag=True, help="Of before the job, to roll it back.")
@remote_command
def export(job: int, before: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Print the JSON of a job, as kafka-reassign-partitions takes it."""
    query = {"before": before}
    content = remote_of(url, token, cluster)("GET", f"/reassignments/jobs/{job}/assignment", query)
    click.echo(json.dumps(content, indent=1))


@reassignments.command(name="last-batch")
@click.argument("job", type=click.IntRange(1))
@remote_command
def last_batch(job: int, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Have a job end once the batch that is being moved is over."""
    changed(remote_of(url, token, cluster)("POST", f"/reassignments/jobs/{job}/last-batch", {}, {}), as_json)


@reassignments.command()
@click.argument("job", type=click.IntRange(1))
@click.argument("rate", type=click.IntRange(0))
@CONFIRM
@DRY_RUN
@remote_command
def throttle(
    job: int, rate: int, confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:  # fmt: skip
    """Have a job that runs copy at most RATE bytes per second and broker; 0: without a throttle."""
    query, path = {"confirm": confirm, "dry_run": dry_run}, f"/reassignments/jobs/{job}/throttle"
    changed(remote_of(url, token, cluster)("POST", path, query, {"rate": rate or None}), as_json)
