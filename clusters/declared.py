"""Clusters declared by the configuration: stored like others, marked as declared, not editable in the UI."""

import os
from pathlib import Path

import yaml
from django.conf import settings
from django.db import transaction

from clusters.forms import free_slug
from clusters.importers import kafka_ui
from clusters.importers.types import DeclaredCluster, Imported, ImportRefused
from clusters.models import Cluster
from clusters.secrets import SecretValues

BIGGEST = 2_000_000  # bytes of YAML


def read_file(path: Path) -> object:
    """Read a YAML file: data only, no tags, no aliases that could unfold without end.

    Raises:
        ImportRefused: it cannot be read or is not such YAML.
    """
    try:
        if path.stat().st_size > BIGGEST:
            raise ImportRefused(f"{path} is larger than {BIGGEST:,} bytes.")
        text = path.read_text(encoding="utf-8")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise ImportRefused(f"{path} uses YAML aliases; write the values out.")
        return yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ImportRefused(f"{path} cannot be read: {error}") from error


def declare_configured() -> list[str]:
    """Apply KAFKAADMIN_CONFIG and ``KAFKA_CLUSTERS_…``, and return what there is to say about them."""
    documents = []
    sentences: list[str] = []
    try:
        if settings.KAFKAADMIN_CONFIG:
            documents.append(read_file(Path(settings.KAFKAADMIN_CONFIG)))
        from_environment = kafka_ui.from_environment(os.environ)
        documents += [from_environment] if from_environment else []
        found = [kafka_ui.read(document, os.environ) for document in documents]
    except ImportRefused as refusal:
        return [f"The configured clusters were not applied: {refusal}"]
    for imported in found:
        sentences += imported.remarks
    declare(Imported(tuple(one for imported in found for one in imported.clusters), ()))
    return sentences


def declare(imported: Imported) -> None:
    """Store the declared clusters; forget those that are declared no more."""
    with transaction.atomic():
        names = [one.name for one in imported.clusters]
        Cluster.objects.filter(declared=True).exclude(name__in=names).delete()
        for one in imported.clusters:
            store(one)


def store(declared: DeclaredCluster) -> Cluster:
    """Make or update one declared cluster."""
    cluster = Cluster.objects.filter(name=declared.name).first()
    if cluster is None:
        cluster = Cluster(name=declared.name, slug=free_slug(declared.name))
    for name, value in declared.fields.items():
        setattr(cluster, name, value)
    cluster.secrets = SecretValues(declared.secrets)
    cluster.declared = True
    cluster.save()
    return cluster
