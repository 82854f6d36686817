"""``kafkaadmin jobs``: the jobs of a cluster, through the API."""

import sys
import time
from typing import Any

import click

from kafkaadmin.cli.remote.client import Remote, remote_command, remote_of
from kafkaadmin.cli.remote.output import changed, facts, listed, printed_as_json, word

COLUMNS = ("id", "state", "title", "username", "done", "total", "created_at")
FACTS = ("state", "kind", "resource", "username", "done", "total", "per_second", "seconds", "seconds_left", "failure")
OPEN = {"waiting", "running", "stopping"}
PAUSE = 1.0  # seconds between two looks while waiting
NUMBER = click.argument("number", type=click.IntRange(1))


@click.group()
def jobs() -> None:
    """List, show, stop and wait for jobs, through the API of kafkaadmin."""


@jobs.command(name="list")
@click.option("--search", "q", default="", help="Search text in titles and user names.")
@click.option("--state", default="", help="Only jobs in this state, e.g. running.")
@click.option("--sort", default="-created_at", show_default=True, help="Column to sort by.")
@remote_command
def list_jobs(q: str, state: str, sort: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List jobs, the newest first."""
    query = {"q": q, "state": state, "sort": sort}
    listed(remote_of(url, token, cluster).every("/jobs", query), COLUMNS, as_json)


@jobs.command()
@NUMBER
@remote_command
def show(number: int, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show one job: how far it is, and its result."""
    print_job(remote_of(url, token, cluster)("GET", f"/jobs/{number}"), as_json)


@jobs.command()
@NUMBER
@remote_command
def stop(number: int, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Stop a job before its next slice; what it has done stays."""
    changed(remote_of(url, token, cluster)("POST", f"/jobs/{number}/stop", {}, {}), as_json)


@jobs.command()
@NUMBER
@remote_command
def wait(number: int, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Wait until a job has ended, and show it; the exit status is 1 unless it is done."""
    job = ended_job(remote_of(url, token, cluster), number)
    print_job(job, as_json)
    sys.exit(0 if job["state"] == "done" else 1)


def ended_job(remote: Remote, number: int) -> dict[str, Any]:
    """Return a job as soon as it has ended; tell on standard error how far it is, where somebody reads that."""
    while True:
        job: dict[str, Any] = remote("GET", f"/jobs/{number}")
        if job["state"] not in OPEN:
            return job
        if sys.stderr.isatty():
            click.echo(f"{word(job['state'])}: {job['done']:,} of {word(job['total'])} {job['unit']}s", err=True)
        time.sleep(PAUSE)


def print_job(job: dict[str, Any], as_json: bool) -> None:
    if printed_as_json(job, as_json):
        return
    click.echo(word(job["title"]))
    facts(job, FACTS)
    for fact in job["result"]:
        click.echo(f"{word(fact['label'])}: {word(fact['value'])}")
