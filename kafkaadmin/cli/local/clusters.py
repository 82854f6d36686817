"""``kafkaadmin clusters``: declaring clusters from a file."""

import sys
from pathlib import Path

import click


@click.group()
def clusters() -> None:
    """Import clusters from a file, or export them."""
    import django

    django.setup()


@clusters.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def apply(file: Path) -> None:
    """Import the clusters of FILE: of kafka-ui, AKHQ or Burrow (YAML or TOML). Applying it again changes nothing.

    An invalid cluster is reported, the others are imported, and the exit status is 2.
    """
    from clusters.declaration import declared
    from clusters.declaration.kept_approvals import weakening
    from clusters.importers.types import ImportRefused

    migrate_embedded()
    try:
        declaration = declared.imported(declared.read_file(file), files=True)
    except ImportRefused as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(2)
    kept = weakening(declaration.clusters)
    stored, refused = declared.apply(declaration)
    for remark in kept:
        click.echo(remark)
    for remark in declaration.remarks:
        click.echo(f"ignored: {remark}")
    for cluster in stored:
        click.echo(f"cluster {cluster.slug}")
    for refused_cluster in refused:
        click.echo(str(refused_cluster), err=True)
    sys.exit(2 if refused else 0)


def migrate_embedded() -> None:
    """Make or update the tables of the embedded database, which nobody else sets up; a shared one is left alone."""
    from django.conf import settings
    from django.core.management import call_command

    if not settings.DATABASE_URL:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)


@clusters.command()
@click.argument("name")
def forget(name: str) -> None:
    """Remove the cluster NAME from kafkaadmin, also an applied one. Kafka itself is not changed."""
    from clusters.models import Cluster

    cluster = Cluster.objects.filter(name=name).first()
    if cluster is None:
        click.echo(f"There is no cluster {name}.", err=True)
        sys.exit(2)
    if not cluster.may_be_forgotten:
        click.echo(f"{name} is managed by configuration; remove it there.", err=True)
        sys.exit(2)
    if cluster.needs_approval:
        click.echo(f"{name} requires approvals. Switch them off first, which a second person approves.", err=True)
        sys.exit(2)
    cluster.delete()
    click.echo(f"{name} removed from kafkaadmin.")


@clusters.command()
def export() -> None:
    """Export the clusters in kafka-ui's format.

    Secrets are left out. Variables, e.g. ${KAFKA_PROD_PASSWORD}, stand in their place, and are read where the file is
    used.
    """
    import yaml

    from clusters.declaration.exporting import configuration
    from clusters.models import Cluster

    click.echo(yaml.safe_dump(configuration(Cluster.objects.all()), sort_keys=False, allow_unicode=True), nl=False)
