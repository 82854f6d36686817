"""``kafkaadmin transactions``: transactions and producers of a cluster, through the API."""

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of, segment
from kafkaadmin.cli.remote.output import changed, facts, missing, printed_as_json, table

COLUMNS = ("transactional_id", "state", "producer_id", "coordinator")
PRODUCER = ("topic", "partition", "producer_id", "epoch", "last_sequence", "last_timestamp_ms", "open_since")


@click.group()
def transactions() -> None:
    """List and describe transactions and producers, find hanging transactions and abort them, through the API."""


@transactions.command(name="list")
@click.option("--search", "q", default="", help="Search text in transactional ids.")
@click.option("--state", default="", help="Only transactions in this state, e.g. Ongoing.")
@remote_command
def list_transactions(q: str, state: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List transactional ids."""
    content = remote_of(url, token, cluster)("GET", "/transactions", {"q": q, "state": state})
    if not printed_as_json(content, as_json):
        table(content["items"], COLUMNS)
    missing(content)


@transactions.command()
@click.argument("transactional_id")
@remote_command
def show(transactional_id: str, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Show one transactional id, and the partitions of its open transaction."""
    content = remote_of(url, token, cluster)("GET", f"/transactions/ids/{segment(transactional_id)}")
    if printed_as_json(content, as_json):
        return
    facts(content, ("state", "producer_id", "producer_epoch", "started_ms", "timeout_ms", "coordinator"))
    table(content["partitions"], ("topic", "partition"))


@transactions.command()
@click.option("--topic", default="", help="Only this topic.")
@click.option("--minutes", type=int, help="Open for longer than this; 15 by default.")
@remote_command
def hanging(topic: str, minutes: int | None, cluster: str, url: str, token: str, as_json: bool) -> None:
    """Find transactions that no coordinator will end."""
    content = remote_of(url, token, cluster)("GET", "/transactions/hanging", {"topic": topic, "minutes": minutes})
    if not printed_as_json(content, as_json):
        table(content["items"], (*PRODUCER, "transactional_id"))
    missing(content)


@transactions.command()
@click.argument("topic")
@click.option("--partition", type=int, help="Only this partition.")
@remote_command
def producers(topic: str, partition: int | None, cluster: str, url: str, token: str, as_json: bool) -> None:
    """List the producers that the leaders of a topic's partitions remember."""
    query = {} if partition is None else {"partition": str(partition)}
    content = remote_of(url, token, cluster)("GET", f"/topics/{segment(topic)}/producers", query)
    if not printed_as_json(content, as_json):
        table(content["items"], PRODUCER)
    missing(content)


@transactions.command()
@click.argument("topic")
@click.option("--partition", type=int, required=True)
@click.option("--start-offset", type=int, required=True, help="The first offset of the transaction.")
@click.option("--confirm", default="", help="The topic name; required in production.")
@DRY_RUN
@remote_command
def abort(
    topic: str, partition: int, start_offset: int, confirm: str, dry_run: bool, cluster: str, url: str, token: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Abort an open transaction on one partition."""
    body = {"partition": partition, "start_offset": start_offset}
    query = {"confirm": confirm, "dry_run": dry_run}
    path = f"/topics/{segment(topic)}/abort-transaction"
    changed(remote_of(url, token, cluster)("POST", path, query, body), as_json)
