"""``kafkaadmin users``: the SCRAM users of a cluster, through the API."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of, segment
from kafkaadmin.cli.remote.output import changed, facts, listed, printed_as_json, table

F = TypeVar("F", bound=Callable[..., Any])
CONFIRM = click.option("--confirm", default="", help="The user name; required in production.")
CONFIRM_OWNER = click.option("--confirm", default="", help="The owner; required in production.")
TOKEN_COLUMNS = ("id", "owner", "requester", "renewers", "issued_at", "expires_at", "max_at")
MECHANISMS = click.Choice(["SCRAM-SHA-256", "SCRAM-SHA-512"])
COLUMNS = ("name", "sha_256", "sha_512")


def credential_options(function: F) -> F:
    """Give a command the options of a credential."""
    options = (
        click.option("--mechanism", type=MECHANISMS, default="SCRAM-SHA-512", show_default=True),
        click.option("--iterations", type=int, help="4096 to 16384."),
        click.option(
            "--password-stdin", is_flag=True, help="Read the password; without, one is generated and printed."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def credential(mechanism: str, iterations: int | None, password_stdin: bool) -> dict[str, Any]:
    """Return what the API takes; a password comes from standard input, which no list of processes shows."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    if password_stdin and not password:
        raise click.UsageError("There is no password on standard input.")
    body = {"mechanism": mechanism, "password": password}
    return body if iterations is None else {**body, "iterations": iterations}


def print_change(change: dict[str, Any], as_json: bool) -> None:
    """Print what was done, and a generated password."""
    changed(change, as_json)
    if as_json:
        return
    for problem in change.get("problems", ()):
        click.echo(f"not done: {problem}", err=True)
    if change["password"]:
        click.echo(f"password: {change['password']}")


@click.group()
def users() -> None:
    """List, show, create and delete SCRAM users of a cluster and set their passwords, through the API of kafkaadmin."""


@users.command(name="list")
@click.option("--search", "q", default="", help="Search text in names.")
@click.option("--sort", default="name", show_default=True, help="Column to sort by; with a leading minus, descending.")
@remote_command
def list_users(q: str, sort: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List users with SCRAM credentials, and the iterations of each."""
    listed(remote_of(url, token, cluster).every("/users", {"q": q, "sort": sort}), COLUMNS, as_json)


@users.command()
@click.argument("name")
@remote_command
def show(name: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show one user's credentials, and the groups that its ACLs let it read."""
    user = remote_of(url, token, cluster)("GET", f"/users/{segment(name)}")
    if not printed_as_json(user, as_json):
        table(user["credentials"], ("mechanism", "iterations"))
        if user["groups"]:
            click.echo()
            table(user["groups"], ("name", "type", "state", "members", "lag", "unknown"))


@users.command()
@click.argument("name")
@credential_options
@click.option("--access", type=click.Choice(["producer", "consumer"]), default=None, help="ACLs to create with it.")
@click.option("--topic", default="", help="The topic of these ACLs.")
@click.option("--pattern-type", type=click.Choice(["LITERAL", "PREFIXED"]), default="LITERAL")
@click.option("--group", default="", help="The consumer group of these ACLs.")
@click.option("--producer-byte-rate", type=float)
@click.option("--consumer-byte-rate", type=float)
@click.option("--request-percentage", type=float)
@DRY_RUN
@remote_command
def create(
    name: str, mechanism: str, iterations: int | None, password_stdin: bool, access: str | None, dry_run: bool,
    cluster: str, url: str, token: str, as_json: bool, **more: Any,
) -> None:  # fmt: skip
    """Create a user, with the ACLs and quotas that it needs."""
    body = {"name": name, **credential(mechanism, iterations, password_stdin), "access": access or "", **more}
    print_change(remote_of(url, token, cluster)("POST", "/users", {"dry_run": dry_run}, body), as_json)


@users.command()
@click.argument("name")
@credential_options
@CONFIRM
@DRY_RUN
@remote_command
def password(
    name: str, mechanism: str, iterations: int | None, password_stdin: bool, confirm: str, dry_run: bool, cluster: str,
    url: str, token: str, as_json: bool,
) -> None:  # fmt: skip
    """Set a user's password for a mechanism."""
    body = credential(mechanism, iterations, password_stdin)
    query = {"confirm": confirm, "dry_run": dry_run}
    print_change(remote_of(url, token, cluster)("PUT", f"/users/{segment(name)}/password", query, body), as_json)


@users.command()
@click.argument("name")
@click.option("--mechanism", type=MECHANISMS, default=None, help="Only this mechanism's credential.")
@CONFIRM
@DRY_RUN
@remote_command
def delete(
    name: str, mechanism: str | None, confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Delete a user's SCRAM credentials; its ACLs and quotas stay."""
    query = {"mechanism": mechanism, "confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("DELETE", f"/users/{segment(name)}", query), as_json)


@users.command()
@remote_command
def tokens(cluster: str, url: str, token: str, as_json: bool) -> None:
    """List delegation tokens, without their secrets."""
    listed(remote_of(url, token, cluster)("GET", "/delegation-tokens"), TOKEN_COLUMNS, as_json)


@users.command()
@click.argument("owner")
@click.option("--renewer", "renewers", multiple=True, metavar="PRINCIPAL", help="May renew and expire it, too.")
@click.option("--lifetime", default="", metavar="P7D", help="For how long it can be renewed; default: the brokers'.")
@CONFIRM_OWNER
@DRY_RUN
@remote_command
def create_token(
    owner: str, renewers: tuple[str, ...], lifetime: str, confirm: str, dry_run: bool, cluster: str, url: str,
    token: str, as_json: bool,
) -> None:  # fmt: skip
    """Create a delegation token of OWNER, e.g. User:billing, and print its HMAC, which is shown this once."""
    body = {"owner": owner, "renewers": list(renewers), "lifetime": lifetime}
    query = {"confirm": confirm, "dry_run": dry_run}
    change = remote_of(url, token, cluster)("POST", "/delegation-tokens", query, body)
    changed(change, as_json)
    if change["hmac"] and not as_json:
        facts(change, ("token", "hmac"))


@users.command()
@click.argument("token_id")
@click.option("--period", default="", metavar="P1D", help="When it shall expire, from now; default: the brokers'.")
@CONFIRM_OWNER
@DRY_RUN
@remote_command
def renew_token(
    token_id: str, period: str, confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Renew a delegation token that kafkaadmin's principal owns or may renew."""
    query = {"confirm": confirm, "dry_run": dry_run}
    path = f"/delegation-tokens/{segment(token_id)}/renew"
    changed(remote_of(url, token, cluster)("POST", path, query, {"period": period}), as_json)


@users.command()
@click.argument("token_id")
@CONFIRM_OWNER
@DRY_RUN
@remote_command
def expire_token(token_id: str, confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Have a delegation token expire at once."""
    query = {"confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("DELETE", f"/delegation-tokens/{segment(token_id)}", query), as_json)
