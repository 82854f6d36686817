"""``kafkaadmin findings``: what is wrong in a cluster, through the API."""

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of
from kafkaadmin.cli.remote.output import changed, facts, listed, printed_as_json, table

COLUMNS = ("id", "severity", "rule", "subject", "value", "since", "silenced_until")
FACTS = ("severity", "rule", "subject", "value", "threshold", "since", "resolved_at", "meaning", "causes", "action")
SILENCE = ("silenced_until", "silenced_by", "silenced_reason")
NUMBER = click.argument("number", type=click.IntRange(min=1), metavar="ID")
HOURS = click.Choice(["1", "8", "24", "168", "720"])


@click.group()
def findings() -> None:
    """List, show and mute alerts, through the API of kafkaadmin."""


@findings.command(name="list")
@click.option("--search", "q", default="", help="Search text in rules, resources and values.")
@click.option("--severity", type=click.Choice(["critical", "warning", "info"]), help="Only alerts of this severity.")
@click.option("--rule", default="", help="Only alerts of this rule.")
@click.option("--state", type=click.Choice(["open", "resolved", "all"]), default="open", show_default=True)
@click.option(
    "--sort", default="-badness", show_default=True, help="Column to sort by; with a leading minus, descending."
)
@remote_command
def list_findings(
    q: str, severity: str | None, rule: str, state: str, sort: str, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """List open alerts, worst first; or resolved ones."""
    query = {"q": q, "severity": severity, "rule": rule, "state": state, "sort": sort}
    listed(remote_of(url, token, cluster).every("/findings", query), COLUMNS, as_json)


@findings.command()
@NUMBER
@remote_command
def show(number: int, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show one alert: its meaning, likely causes and what to do."""
    finding = remote_of(url, token, cluster)("GET", f"/findings/{number}")
    if printed_as_json(finding, as_json):
        return
    click.echo(finding["title"])
    facts(finding, (*FACTS, *(SILENCE if finding["silenced_until"] else ())))
    if finding["names"]:
        click.echo()
        table([{"concerned": name} for name in finding["names"]], ("concerned",))


@findings.command()
@NUMBER
@click.option("--hours", type=HOURS, default="8", show_default=True)
@click.option("--reason", required=True, help="Visible to others.")
@DRY_RUN
@remote_command
def silence(
    number: int, hours: str, reason: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Mute an alert: no notifications are sent for a while; it is still listed."""
    body = {"hours": int(hours), "reason": reason}
    path = f"/findings/{number}/silence"
    changed(remote_of(url, token, cluster)("POST", path, {"dry_run": dry_run}, body), as_json)


@findings.command()
@NUMBER
@DRY_RUN
@remote_command
def unsilence(number: int, dry_run: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Unmute an alert."""
    changed(remote_of(url, token, cluster)("DELETE", f"/findings/{number}/silence", {"dry_run": dry_run}), as_json)
