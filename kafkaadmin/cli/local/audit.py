"""``kafkaadmin audit``: whether the audit log is as it was written, checked beside the database."""

import sys

import click


@click.group()
def audit() -> None:
    """Verify the audit log, on kafkaadmin's host."""
    import django

    django.setup()


@audit.command()
@click.option(
    "--head", default="", help="An end of the chain that an earlier run printed: it must still be part of it."
)
def verify(head: str) -> None:
    """Report the first entry that was changed, added or removed behind kafkaadmin's back; the exit status is 1 then.

    Note the printed head elsewhere: with it, a later run finds also that the log's end was cut off.
    """
    from accounts.audit.verification import verify as verified

    verification = verified(head)
    if verification.problem:
        click.echo(verification.problem, err=True)
        sys.exit(1)
    click.echo(f"The audit log is as it was written: {verification.links:,} links. Head {verification.head}")


@audit.command()
def seal() -> None:
    """Add entries to the chain that are not in it, e.g. of an older version that ran beside this one."""
    from accounts.audit.links import append, unlinked

    pks = list(unlinked().values_list("pk", flat=True))
    for pk in pks:
        append(pk)
    click.echo(f"{len(pks)} entries added to the chain.")
