"""``kafkaadmin approvals``: changes that wait for a second person, through the API."""

import sys
from typing import Any

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of
from kafkaadmin.cli.remote.output import changed, facts, listed, printed_as_json, word

COLUMNS = ("id", "state", "action", "resource", "username", "created_at", "reason")
FACTS = ("state", "action", "resource", "username", "reason", "expires_at", "decided_by", "decision")
NUMBER = click.argument("number", type=click.IntRange(1))


@click.group()
def approvals() -> None:
    """List, approve, refuse and cancel changes that wait for a second person, through the API of kafkaadmin."""


@approvals.command(name="list")
@click.option("--search", "q", default="", help="Search text in resources, actions, users and reasons.")
@click.option("--state", default="waiting", show_default=True, help="Only requests in this state; '' for all.")
@remote_command
def list_approvals(q: str, state: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List requests, the newest first."""
    listed(remote_of(url, token, cluster).every("/approvals", {"q": q, "state": state}), COLUMNS, as_json)


@approvals.command()
@NUMBER
@remote_command
def show(number: int, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show one request, with what it does."""
    print_request(remote_of(url, token, cluster)("GET", f"/approvals/{number}"), as_json)


@approvals.command()
@NUMBER
@remote_command
def approve(number: int, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Approve a request, which is applied if it is still the same; the exit status is 1 unless it was."""
    request = remote_of(url, token, cluster)("POST", f"/approvals/{number}/approve", {}, {})
    print_request(request, as_json)
    sys.exit(0 if request["state"] == "applied" else 1)


@approvals.command()
@NUMBER
@click.option("--reason", required=True, help="Why.")
@remote_command
def refuse(number: int, reason: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Refuse a request."""
    body = {"reason": reason}
    print_request(remote_of(url, token, cluster)("POST", f"/approvals/{number}/refuse", {}, body), as_json)


@approvals.command()
@NUMBER
@remote_command
def cancel(number: int, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Cancel a request of your own."""
    print_request(remote_of(url, token, cluster)("POST", f"/approvals/{number}/cancel", {}, {}), as_json)


@approvals.command(name="switch-off")
@click.option("--reason", default="", help="Why, for whoever decides.")
@DRY_RUN
@remote_command
def switch_off(reason: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Ask to switch approvals of the cluster off: a second person has to approve that as well."""
    query = {"reason": reason, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("POST", "/approvals/switch-off", query, {}), as_json)


def print_request(request: dict[str, Any], as_json: bool) -> None:
    if printed_as_json(request, as_json):
        return
    facts(request, FACTS)
    if request.get("deciders"):
        click.echo(f"may decide: {', '.join(map(word, request['deciders']))}")
    for plan in request["plans"]:
        for step in plan["steps"]:
            before = f" {word(step['before'])} →" if step["before"] is not None else ""
            after = word(step["after"]) if step["after"] is not None else "removed"
            click.echo(f"{word(plan['resource'])}: {word(step['subject'])}:{before} {after}")
