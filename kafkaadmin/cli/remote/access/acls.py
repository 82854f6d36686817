"""``kafkaadmin acls``: the access control entries of a cluster, through the API."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of
from kafkaadmin.cli.remote.output import changed, facts, listed, printed_as_json, table

F = TypeVar("F", bound=Callable[..., Any])
COLUMNS = ("principal", "permission", "operation", "resource_type", "resource_name", "pattern_type", "host")


def entry_options(function: F) -> F:
    """Give a command the options that name an entry."""
    options = (
        click.option("--principal", required=True, metavar="USER:NAME"),
        click.option("--operation", default="", help="READ, WRITE, …"),
        click.option("--resource-type", default="TOPIC", show_default=True),
        click.option("--resource-name", default=""),
        click.option("--pattern-type", type=click.Choice(["LITERAL", "PREFIXED"]), default="LITERAL"),
        click.option("--permission", type=click.Choice(["ALLOW", "DENY"]), default="ALLOW"),
        click.option("--host", default="*", show_default=True),
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.group()
def acls() -> None:
    """List, evaluate, create and delete ACLs, through the API of kafkaadmin."""


@acls.command(name="list")
@click.option("--search", "q", default="", help="Search text in principals and names.")
@click.option(
    "--sort", default="principal", show_default=True, help="Column to sort by; with a leading minus, descending."
)
@remote_command
def list_acls(q: str, sort: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List ACLs."""
    listed(remote_of(url, token, cluster).every("/acls", {"q": q, "sort": sort}), COLUMNS, as_json)


@acls.command()
@click.option("--principal", required=True, metavar="USER:NAME")
@click.option("--operation", required=True, help="READ, WRITE, …")
@click.option("--resource-type", default="TOPIC", show_default=True)
@click.option("--resource-name", default="", help="The name itself, not a pattern.")
@click.option("--host", default="", help="The client's IP address; without one, a host that no ACL names.")
@remote_command
def access(cluster: str, url: str, token: str, as_json: bool, **question: str) -> None:
    """Tell whether a principal has access, and which ACL decides."""
    content = remote_of(url, token, cluster)("GET", "/acls/access", question)
    if printed_as_json(content, as_json):
        return
    facts(content, ("allowed", "reason", "sentence"))
    if not content["super_users_known"]:
        click.echo("warning: super users are not known, and are allowed everything", err=True)


@acls.command()
@click.option("--resource-type", type=click.Choice(["TOPIC", "GROUP"]), default="TOPIC", show_default=True)
@click.option("--resource-name", required=True, help="The name itself, not a pattern.")
@click.option("--search", "q", default="", help="Only principals whose names contain this text.")
@remote_command
def who(cluster: str, url: str, token: str, as_json: bool, **query: str) -> None:
    """List the principals that have access to a topic or a group, with the operations allowed to each."""
    rows = remote_of(url, token, cluster).every("/acls/principals", query)
    if not as_json:
        rows = ({**row, "allowed": allowed_words(row)} for row in rows)
    listed(rows, ("principal", "allowed"), as_json)


def allowed_words(row: dict[str, Any]) -> str:
    allowed = " ".join(operation for operation, is_allowed in row["allowed"].items() if is_allowed)
    return "super user" if row["is_super_user"] else allowed or "–"


@acls.command()
@click.option("--template", type=click.Choice(["custom", "producer", "consumer"]), default="custom")
@click.option("--group", default="", help="The consumer group.")
@entry_options
@DRY_RUN
@remote_command
def grant(
    template: str, group: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool, **entry: str
) -> None:
    """Create an ACL, or the ACLs that a producer or a consumer needs."""
    body = {"template": template, "group": group, **entry}
    changed(remote_of(url, token, cluster)("POST", "/acls", {"dry_run": dry_run}, body), as_json)


@acls.command(name="copy")
@click.option("--from", "source", required=True, metavar="USER:NAME", help="Whose rights to copy.")
@click.option("--to", "target", required=True, metavar="USER:NAME", help="Who gets them.")
@DRY_RUN
@remote_command
def copy_rights(
    source: str, target: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:  # fmt: skip
    """Create the ACLs that a principal lacks for the rights of another one."""
    body = {"source": source, "target": target}
    changed(remote_of(url, token, cluster)("POST", "/acls/copy", {"dry_run": dry_run}, body), as_json)


@acls.command(name="tidy-up")
@remote_command
def tidy_up(cluster: str, url: str, token: str, as_json: bool) -> None:
    """List ACLs that change nothing because of others, and those that seem to be unused."""
    content = remote_of(url, token, cluster)("GET", "/acls/tidy-up")
    if printed_as_json(content, as_json):
        return
    rows = [{**row["acl"], **row} for row in (*content["without_effect"], *content["unused"])]
    table(rows, ("kind", *COLUMNS, "reason"))
    more = content["more_without_effect"] + content["more_unused"]
    if more:
        click.echo(f"and {more} more", err=True)


@acls.command()
@entry_options
@click.option("--confirm", default="", help="The cluster name; required in production.")
@DRY_RUN
@remote_command
def revoke(confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool, **entry: str) -> None:
    """Delete an ACL."""
    query = {**entry, "confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("DELETE", "/acls", query), as_json)
