"""``kafkaadmin backup``, ``restore`` and ``rotate-keys``."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write users, roles, clusters, settings and the audit log to FILE (compressed JSON lines).

    Secrets in it stay encrypted: keep KAFKAADMIN_SECRET_KEY, or the data folder's secret.key, apart from it.
    """
    import django

    django.setup()
    from kafkaadmin.cli.local.backup import write

    click.echo(f"{write(file):,} objects written to {file}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Restore FILE into an empty data folder or database, and create its tables. Start kafkaadmin only after that."""
    import django

    django.setup()
    from django.core.management import call_command

    from kafkaadmin.cli.local.backup import BackupRefused, read

    call_command("migrate", verbosity=0)
    try:
        click.echo(f"{read(file):,} objects restored.")
    except BackupRefused as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(2)


@click.command("rotate-keys")
@click.option("--new-key", is_flag=True, help="First add a new key to the data folder's secret.key.")
@click.option("--drop-old", is_flag=True, help="Then remove all but the first key from that file.")
def rotate_keys(new_key: bool, drop_old: bool) -> None:
    """Re-encrypt all saved secrets with the first key.

    With KAFKAADMIN_SECRET_KEY set, put the new key first, separated by a comma, restart, run this, then remove the
    old one. Sessions and links that were signed with a key last until it is removed.
    """
    import django

    django.setup()
    from django.conf import settings

    from core import environment
    from kafkaadmin.cli.local import key_rotation

    own = bool(environment.text("KAFKAADMIN_SECRET_KEY"))
    if own and (new_key or drop_old):
        click.echo("The keys are in KAFKAADMIN_SECRET_KEY: change them there.", err=True)
        sys.exit(2)
    if new_key:
        key_rotation.put_new_key()
        settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS = (
            key_rotation.key_file().read_text(encoding="ascii").split(",")
        )
    number, lost = key_rotation.encrypt_again()
    click.echo(f"{number:,} objects re-encrypted with the first key.")
    problem = key_rotation.seal_audit_log_again()
    if problem:
        click.echo(f"The audit log was not sealed with the first key: {problem}", err=True)
    for name in lost:
        click.echo(f"{name}: no configured key decrypts its secrets; enter them again.", err=True)
    if drop_old and not lost and not problem:
        key_rotation.drop_old_keys()
        click.echo("The previous keys were removed. Restart all processes.")
    sys.exit(1 if lost or problem else 0)
