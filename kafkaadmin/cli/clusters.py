"""``kafkaadmin clusters``: declaring clusters from a file."""

import sys
from pathlib import Path

import click


@click.group()
def clusters() -> None:
    """Declare clusters from a file, or write the present ones out."""
    import django

    django.setup()


@clusters.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def apply(file: Path) -> None:
    """Make the clusters of FILE: of kafka-ui, AKHQ or Burrow (YAML or TOML). Applying it again changes nothing."""
    from clusters.declared import imported, read_file, store
    from clusters.importers.types import ImportRefused

    try:
        found = imported(read_file(file), files=True)
    except ImportRefused as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(2)
    for remark in found.remarks:
        click.echo(f"not taken over: {remark}")
    for declared in found.clusters:
        click.echo(f"cluster {store(declared).slug}")


@clusters.command()
def export() -> None:
    """Write the clusters in kafka-ui's layout. Secrets are left out."""
    import yaml

    from clusters.models import Cluster

    entries = [
        {
            "name": cluster.name,
            "bootstrapServers": cluster.bootstrap_servers,
            "readOnly": cluster.read_only,
            "properties": {
                key: value
                for key, value in (
                    ("security.protocol", cluster.security_protocol),
                    ("sasl.mechanism", cluster.sasl_mechanism),
                    *sorted(cluster.properties.items()),
                )
                if value
            },
        }
        for cluster in Cluster.objects.all()
    ]
    click.echo(yaml.safe_dump({"kafka": {"clusters": entries}}, sort_keys=False), nl=False)
