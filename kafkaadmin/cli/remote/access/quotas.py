"""``kafkaadmin quotas``: the client quotas of a cluster, through the API."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of
from kafkaadmin.cli.remote.output import changed, listed, printed_as_json, table

F = TypeVar("F", bound=Callable[..., Any])
CONFIRM = click.option("--confirm", default="", help="The cluster name; required in production.")
RATES = (
    "producer_byte_rate", "consumer_byte_rate", "request_percentage", "controller_mutation_rate",
    "connection_creation_rate",
)  # fmt: skip
COLUMNS = ("user", "client_id", "ip", *RATES)
ENTITY = {"user": "user", "client_id": "client-id", "ip": "ip"}


def entity_options(function: F) -> F:
    """Give a command the options that name an entity; those of kafka-configs, one for each part."""
    options: list[Any] = []
    for name, word in ENTITY.items():
        options.append(click.option(f"--{word}", name, default=None))
        options.append(click.option(f"--default-{word}", f"default_{name}", is_flag=True, help=f"The default {word}."))
    for option in reversed(options):
        function = option(function)
    return function


def entity_of(values: dict[str, Any]) -> dict[str, str]:
    """Return the entity as the API takes it.

    Raises:
        UsageError: there is none, or it is one that Kafka does not have.
    """
    names = {name: "" if values.pop(f"default_{name}") else values.get(name) for name in ENTITY}
    named = {name: value for name, value in names.items() if value is not None}
    kind = "-".join(ENTITY[name] for name in named)
    if kind not in {"user", "client-id", "user-client-id", "ip"}:
        raise click.UsageError("Name a user, a client id, both of them, or an IP address.")
    return {"kind": kind, **named}


@click.group()
def quotas() -> None:
    """List, evaluate, set and remove client quotas, through the API of kafkaadmin."""


@quotas.command(name="list")
@click.option("--search", "q", default="", help="Search text in users, client ids and addresses.")
@click.option(
    "--sort", default="resource", show_default=True, help="Column to sort by; with a leading minus, descending."
)
@remote_command
def list_quotas(q: str, sort: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List quotas; an empty name is the default."""
    rows = remote_of(url, token, cluster).every("/quotas", {"q": q, "sort": sort})
    if not as_json:
        rows = (row | {name: "<default>" for name in ENTITY if row[name] == ""} for row in rows)
    listed(rows, COLUMNS, as_json)


@quotas.command()
@click.option("--user", default="")
@click.option("--client-id", default="")
@click.option("--ip", default="")
@remote_command
def effective(user: str, client_id: str, ip: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Tell which quotas apply to a client, and whose they are."""
    query = {"user": user, "client_id": client_id, "ip": ip}
    content = remote_of(url, token, cluster)("GET", "/quotas/effective", query)
    if not printed_as_json(content, as_json):
        table(content, ("name", "value", "source", "overrides"))


@quotas.command(name="set")
@entity_options
@click.argument("rates", nargs=-1, required=True, metavar="NAME=VALUE…")
@CONFIRM
@DRY_RUN
@remote_command
def set_quotas(
    rates: tuple[str, ...], confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool, **names: Any
) -> None:
    """Set quotas of an entity, e.g. producer_byte_rate=1048576; NAME= removes one, others stay."""
    body: dict[str, Any] = dict(entity_of(names))
    for rate in rates:
        name, equals, value = rate.partition("=")
        if name not in RATES or not equals:
            raise click.UsageError(f"{rate} is not NAME=VALUE with one of {', '.join(RATES)}.")
        body[name] = value or None
    query = {"confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("PATCH", "/quotas", query, body), as_json)


@quotas.command()
@entity_options
@CONFIRM
@DRY_RUN
@remote_command
def remove(confirm: str, dry_run: bool, cluster: str, url: str, token: str, as_json: bool, **names: Any) -> None:
    """Remove all quotas of an entity."""
    query = {**entity_of(names), "confirm": confirm, "dry_run": dry_run}
    changed(remote_of(url, token, cluster)("DELETE", "/quotas", query), as_json)
