"""``kafkaadmin alive``: for probes of Kubernetes and Compose. Kept small, because it runs every few seconds."""

import sys

import click

from kafkaadmin.runtime import heartbeat


@click.command()
@click.argument("process", type=click.Choice(["worker", "beat"]))
@click.option(
    "--within", default=120, show_default=True, type=int, help="Maximum age of the last sign of life, in seconds."
)
def alive(process: str, within: int) -> None:
    """Check whether the worker or beat on this host is alive; the exit status tells."""
    age = heartbeat.age(process)
    if age is None:
        click.echo(f"{process} has not started here.", err=True)
    else:
        click.echo(f"{process} was alive {age:.0f} s ago.", err=age > within)
    sys.exit(0 if age is not None and age <= within else 1)
