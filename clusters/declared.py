"""Clusters declared by the configuration: stored like others, marked as declared, not editable in the UI."""

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.dispatch import Signal

from clusters.forms import free_slug
from clusters.importers import akhq, burrow, documents, kafka_ui
from clusters.importers.types import DeclaredCluster, Imported, ImportRefused
from clusters.models import Cluster, Configuration
from clusters.mounted import fingerprint, joined
from clusters.secrets import SecretValues

BIGGEST = 2_000_000  # bytes of YAML


declared_cluster = Signal()
"""Sent with ``cluster`` and ``declared`` once a declared cluster is stored, for whoever keeps more about it."""


def imported(document: object, *, files: bool = False) -> Imported:
    """Return what a document declares, be it in the layout of kafka-ui, AKHQ or Burrow.

    ``files`` says whether local files that the document names, such as certificates, may be read.

    Raises:
        ImportRefused: the document has neither layout, or cannot be used.
    """
    environment = os.environ if files else {}
    if burrow.is_burrows(document):
        return burrow.read(document, (lambda path: read_bytes(path).decode("utf-8", "replace")) if files else None)
    if akhq.is_akhqs(document):
        return akhq.read(document, environment, read_bytes if files else None)
    return kafka_ui.read(document, environment, read_bytes if files else None)


def read_bytes(path: str) -> bytes:
    """Read a certificate or key store that a configuration names.

    Raises:
        ImportRefused: it cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read: {error}") from error


def parsed(path: Path, text: str) -> object:
    """Return the data of a file: TOML by its name, YAML otherwise.

    Raises:
        ImportRefused: it is neither, or would not stay small.
    """
    return documents.read(text, toml=path.suffix == ".toml")


def read_file(path: Path) -> object:
    """Read a YAML or TOML file.

    Raises:
        ImportRefused: it cannot be read or is not such YAML.
    """
    try:
        if path.stat().st_size > BIGGEST:
            raise ImportRefused(f"{path} is larger than {BIGGEST:,} bytes.")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ImportRefused(f"{path} cannot be read: {error}") from error
    try:
        return parsed(path, text)
    except ImportRefused as refusal:
        raise ImportRefused(f"{path}: {refusal}") from refusal


def declare_configured() -> list[str]:
    """Apply KAFKAADMIN_CONFIG and ``KAFKA_CLUSTERS_…``, and return what there is to say about them."""
    Configuration.objects.update_or_create(pk=1, defaults={"digest": digest()})
    documents = []
    try:
        if settings.KAFKAADMIN_CONFIG:
            documents.append(read_file(Path(settings.KAFKAADMIN_CONFIG)))
        from_environment = kafka_ui.from_environment(os.environ)
        documents += [from_environment] if from_environment else []
        found = [imported(document, files=True) for document in documents]
        mounted = Path(settings.CREDENTIALS_DIR) if settings.CREDENTIALS_DIR else None
        declare(Imported(tuple(joined(cluster, mounted) for one in found for cluster in one.clusters), ()))
    except ImportRefused as refusal:
        return [f"The configured clusters were not applied: {refusal}"]
    return [remark for one in found for remark in one.remarks]


def digest() -> str:
    """Return a fingerprint of the configuration and the mounted credentials; nothing where one cannot be read."""
    try:
        file = Path(settings.KAFKAADMIN_CONFIG).read_bytes() if settings.KAFKAADMIN_CONFIG else b""
        mounted = fingerprint(Path(settings.CREDENTIALS_DIR)) if settings.CREDENTIALS_DIR else ""
        return hashlib.sha256(file + mounted.encode()).hexdigest()
    except OSError:
        return ""


def declare_changed() -> list[str]:
    """Apply the configuration if its file was changed since it was last applied."""
    known = Configuration.objects.filter(pk=1).values_list("digest", flat=True).first()
    watched = settings.KAFKAADMIN_CONFIG or settings.CREDENTIALS_DIR
    return declare_configured() if watched and digest() not in {"", known} else []


def declare(all_of_them: Imported) -> None:
    """Store the declared clusters; forget those that are declared no more."""
    with transaction.atomic():
        names = [one.name for one in all_of_them.clusters]
        Cluster.objects.filter(declared=True).exclude(name__in=names).delete()
        for one in all_of_them.clusters:
            store(one)


def store(declared: DeclaredCluster, *, declared_by_file: bool = True) -> Cluster:
    """Make or update one cluster; one that a file declares is not editable in the UI."""
    cluster = Cluster.objects.filter(name=declared.name).first()
    if cluster is None:
        cluster = Cluster(name=declared.name, slug=free_slug(declared.name))
    for name, value in declared.fields.items():
        setattr(cluster, name, value)
    cluster.secrets = SecretValues(declared.secrets)
    cluster.declared = declared_by_file
    cluster.save()
    declared_cluster.send(sender=Cluster, cluster=cluster, declared=declared)
    return cluster
