"""Applies KAFKAADMIN_CONFIG and ``KAFKA_CLUSTERS_…``, and again whenever they change."""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from clusters.declaration.declared import declare, imported, read_bytes, read_file
from clusters.declaration.mounted_credentials import fingerprint, joined
from clusters.importers import environment
from clusters.importers.entries import Entry, read_each
from clusters.importers.types import AllRefused, DeclaredCluster, Imported, ImportRefused, ReadBytes
from clusters.models import Configuration
from core.rereading import stamp

# What is read of the same configuration by clusters.declaration.access, with remarks of its own.
READ_ELSEWHERE = {
    f"{key}: not used by kafkaadmin"
    for key in ("auth", "rbac", "oauth2", "spring", "micronaut", "akhq.security", "kafkahq.security")
}


@dataclass
class Reader:
    """Reads the files that a configuration names, and remembers each one's stamp from before it was read."""

    stamps: dict[str, str] = field(default_factory=dict)

    def __call__(self, path: str) -> bytes:
        self.stamps[path] = stamp(path)
        return read_bytes(path)


@dataclass(frozen=True)
class Application:
    """What came of applying the configuration: why clusters were not applied, and remarks about the others."""

    failures: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def sentences(self) -> list[str]:
        return [*self.failures, *self.remarks]


def declare_configured() -> Application:
    """Apply KAFKAADMIN_CONFIG and ``KAFKA_CLUSTERS_…``: every cluster that can be used."""
    present, reader = content(), Reader()
    application = apply(reader)
    remember(
        digest=digest(present, reader.stamps), files=sorted(reader.stamps), failure="\n".join(application.failures)
    )
    return application


def examine_configured() -> Application:
    """Return what would come of applying the configuration now."""
    with transaction.atomic():
        application = apply(Reader())
        transaction.set_rollback(True)
    return application


def apply(read: ReadBytes) -> Application:
    """Store what can be used of the configuration."""
    try:
        imports = configured(read)
    except ImportRefused as refusal:
        return Application((f"The cluster configuration was not applied: {refusal}",))
    refused, kept = declare(imports)
    return Application(tuple(map(str, imports.refused + refused)), (*imports.remarks, *kept))


def configured(read: ReadBytes) -> Imported:
    """Return what the file, the environment and the mounted credentials declare; the environment takes precedence.

    Raises:
        ImportRefused: the file cannot be used at all.
    """
    document = read_file(Path(settings.KAFKAADMIN_CONFIG)) if settings.KAFKAADMIN_CONFIG else None
    documents = environment.overlaid(document, os.environ)
    imports = [with_refusals(partial(imported, document, files=True, read=read)) for document in documents]
    by_name = {cluster.name: cluster for each in imports for cluster in each.clusters}
    complete = with_refusals(partial(with_credentials, by_name.values()))
    return Imported(
        complete.clusters,
        tuple(remark for each in imports for remark in each.remarks if remark not in READ_ELSEWHERE),
        tuple(cluster for each in (*imports, complete) for cluster in each.refused),
    )


def with_refusals(read: Callable[[], Imported]) -> Imported:
    """Return what was read, also where all clusters are refused.

    Raises:
        ImportRefused: the document cannot be used at all.
    """
    try:
        return read()
    except AllRefused as refusal:
        return Imported((), (), refusal.refused)


def with_credentials(clusters: Iterable[DeclaredCluster]) -> Imported:
    """Return the clusters with their mounted credentials.

    Raises:
        AllRefused: none of them can be used.
    """
    return read_each((Entry(cluster.name, cluster.place, partial(with_mounted, cluster)) for cluster in clusters), [])


def with_mounted(cluster: DeclaredCluster, _remarks: list[str]) -> DeclaredCluster:
    """Return a cluster with its mounted credentials.

    Raises:
        ImportRefused: they cannot be used.
    """
    return joined(cluster, Path(settings.CREDENTIALS_DIR) if settings.CREDENTIALS_DIR else None)


def remember(**values: object) -> None:
    """Store the outcome of applying the configuration."""
    Configuration.objects.update_or_create(pk=1, defaults=values)


def content() -> str:
    """Return a fingerprint of the configuration and the mounted credentials; empty if one cannot be read."""
    try:
        file = Path(settings.KAFKAADMIN_CONFIG).read_bytes() if settings.KAFKAADMIN_CONFIG else b""
        mounted = fingerprint(Path(settings.CREDENTIALS_DIR)) if settings.CREDENTIALS_DIR else ""
        return hashlib.sha256(file + mounted.encode()).hexdigest()
    except OSError:
        return ""


def digest(present: str, stamps: Mapping[str, str]) -> str:
    """Return the fingerprint of the content together with the files that it names."""
    named = "".join(f"\0{path}\0{stamp_of}" for path, stamp_of in sorted(stamps.items()))
    return hashlib.sha256((present + named).encode("utf-8", "replace")).hexdigest() if present else ""


def declare_changed() -> list[str]:
    """Apply the configuration if it, or a file that it names, differs from what was applied last.

    Returns:
        What there is to report about it.
    """
    configuration = Configuration.objects.filter(pk=1).first() or Configuration()
    files: list[str] = configuration.files or []
    present = content()
    if not present or not (settings.KAFKAADMIN_CONFIG or settings.CREDENTIALS_DIR or files):
        return []
    if digest(present, {path: stamp(path) for path in files}) == configuration.digest:
        return []
    return declare_configured().sentences


def failures() -> list[str]:
    """Return why clusters of the configuration were not applied, as of the last attempt."""
    return "\n".join(Configuration.objects.values_list("failure", flat=True)).splitlines()
