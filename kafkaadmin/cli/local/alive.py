"""``kafkaadmin alive``: for probes of Kubernetes and Compose. Kept small, because it runs every few seconds."""

import sys

import click

from kafkaadmin.runtime import heartbeat


@click.command()
@click.argument("process", type=click.Choice(["worker", "beat"]))
@click.option("--within", default=120, show_default=True, type=int, help="Seconds that may have passed.")
def alive(process: str, within: int) -> None:
    """Tell whether the worker or beat of this machine does its work. The exit status says it, too."""
    age = heartbeat.age(process)
    if age is None:
        click.echo(f"{process} has not started here.", err=True)
    else:
        click.echo(f"{process} was alive {age:.0f} s ago.", err=age > within)
    sys.exit(0 if age is not None and age <= within else 1)
