"""``kafkaadmin rules``: alert rules of one's own, through the API."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kafkaadmin.cli.remote.client import DRY_RUN, clusterless_command, remote_of, segment
from kafkaadmin.cli.remote.output import changed, facts, listed, printed_as_json

F = TypeVar("F", bound=Callable[..., Any])
COLUMNS = ("name", "kind", "threshold", "for_seconds", "severity", "cluster_glob", "resource_glob", "enabled")
NAME = click.argument("name")


def rule_options(function: F) -> F:
    """Give a command the options for what a rule says."""
    options = (
        click.option("--kind", type=click.Choice(["lag", "time-lag", "rate-above", "rate-below"])),
        click.option(
            "--threshold", type=click.FloatRange(min=0), help="Records, seconds, or records per second, by kind."
        ),
        click.option("--for-seconds", type=click.IntRange(min=0), help="How long the condition must hold."),
        click.option("--severity", type=click.Choice(["critical", "warning", "info"])),
        click.option("--clusters", "cluster_glob", help="Pattern of short names of clusters."),
        click.option("--resources", "resource_glob", help="Pattern of groups, or of topics for rates."),
        click.option("--on/--off", "enabled", default=None, help="Switch the rule on or off."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


@click.group()
def rules() -> None:
    """List, show, add, change and delete alert rules, through the API of kafkaadmin."""


@rules.command(name="list")
@clusterless_command
def list_rules(url: str, token: str, as_json: bool) -> None:
    """List alert rules."""
    listed(remote_of(url, token)("GET", "/alert-rules"), COLUMNS, as_json)


@rules.command()
@NAME
@clusterless_command
def show(name: str, url: str, token: str, as_json: bool) -> None:
    """Show one alert rule, and what its patterns match."""
    rule = remote_of(url, token)("GET", f"/alert-rules/{segment(name)}")
    if not printed_as_json(rule, as_json):
        facts(rule, (*COLUMNS, "clusters", "resources", "met"))


@rules.command()
@NAME
@rule_options
@DRY_RUN
@clusterless_command
def add(name: str, dry_run: bool, url: str, token: str, as_json: bool, **values: Any) -> None:
    """Add an alert rule."""
    body = {"name": name, **given(values)}
    changed(remote_of(url, token)("POST", "/alert-rules", {"dry_run": dry_run}, body), as_json)


@rules.command()
@NAME
@click.option("--rename", metavar="NAME", help="The new name; open alerts continue under it.")
@rule_options
@DRY_RUN
@clusterless_command
def change(name: str, rename: str | None, dry_run: bool, url: str, token: str, as_json: bool, **values: Any) -> None:
    """Change an alert rule."""
    body = given({"name": rename, **values})
    path = f"/alert-rules/{segment(name)}"
    changed(remote_of(url, token)("PATCH", path, {"dry_run": dry_run}, body), as_json)


@rules.command()
@NAME
@DRY_RUN
@clusterless_command
def delete(name: str, dry_run: bool, url: str, token: str, as_json: bool) -> None:
    """Delete an alert rule; its open alerts are resolved."""
    changed(remote_of(url, token)("DELETE", f"/alert-rules/{segment(name)}", {"dry_run": dry_run}), as_json)
