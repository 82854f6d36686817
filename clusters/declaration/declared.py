"""Clusters declared by a configuration: stored like others, marked as declared, not editable in the UI."""

import os
from collections.abc import Callable, Collection, Iterable
from copy import copy
from dataclasses import replace
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal

from clusters.connections.forms import free_slug
from clusters.declaration import connect_clusters, protobuf_files, registries
from clusters.declaration.kept_approvals import remove_undeclared, weakening
from clusters.importers import akhq, burrow, documents, kafka_ui
from clusters.importers.shapes import camel
from clusters.importers.types import AllRefused, DeclaredCluster, Imported, ImportRefused, ReadBytes, RefusedCluster
from clusters.importers.values import web_address
from clusters.models import Cluster
from core import environment
from core.encryption import SecretValues
from core.rereading import note

BIGGEST = 2_000_000  # bytes of YAML
NOT_SAID = {"id", "slug", "name", "secrets", "declared", "declared_by"}  # never among a declaration's fields
# What an upload leaves as it is unless it sets it: our form's own fields, and what a configuration has in local files.
KEPT = {
    "ca_pem", "certificate_pem", "read_only", "needs_approval", "environment", "formats", "masking", "super_users",
}  # fmt: skip
OF_METRICS = "metrics_"  # begins the names of secrets that the app metrics stores
KEPT_SECRETS = {"key_pem", "key_password"}

declared_cluster = Signal()
"""Sent with ``cluster`` and ``declared`` once a declared cluster is stored; other apps store their settings for it."""


def imported(document: object, *, files: bool = False, read: ReadBytes | None = None) -> Imported:
    """Return what a document in the format of kafka-ui, AKHQ or Burrow declares.

    ``files`` tells whether local files that it names, such as certificates, may be read; ``read`` reads them.

    Raises:
        ImportRefused: the document has none of these formats, or cannot be used.
    """
    reading = (read or read_bytes) if files else None
    variables = os.environ if files else {}
    if burrow.is_burrows(document):
        read_text = (lambda path: reading(path).decode("utf-8", "replace")) if reading else None
        return burrow.read(document, read_text, variables)
    if akhq.is_akhqs(document):
        return akhq.read(document, variables, reading)
    return kafka_ui.read(document, variables, reading)


def read_bytes(path: str) -> bytes:
    """Read a certificate or key store that a configuration names.

    Raises:
        ImportRefused: it cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise ImportRefused(f"{path} cannot be read: {error}") from error


def parsed(path: Path, text: str, profiles: Collection[str] = ()) -> object:
    """Return a file's data: TOML by its suffix, YAML otherwise, of which Spring's ``profiles`` may choose documents.

    Raises:
        ImportRefused: it is not valid, or would unfold to too much.
    """
    return documents.read(text, toml=path.suffix == ".toml", profiles=profiles)


def read_file(path: Path) -> object:
    """Read a YAML or TOML file.

    Raises:
        ImportRefused: it cannot be read or is not such YAML.
    """
    note(path)
    try:
        if path.stat().st_size > BIGGEST:
            raise ImportRefused(f"{path} is larger than {BIGGEST:,} bytes.")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ImportRefused(f"{path} cannot be read: {error}") from error
    try:
        return parsed(path, text, environment.words("SPRING_PROFILES_ACTIVE"))
    except ImportRefused as refusal:
        raise ImportRefused(f"{path}: {refusal}") from refusal


def declare(configuration: Imported) -> tuple[tuple[RefusedCluster, ...], tuple[str, ...]]:
    """Store the clusters of the configuration; remove those that it no longer declares.

    A refused one stays as it was.

    Returns:
        Those that cannot be used, and remarks about approvals that stay on.
    """
    with transaction.atomic():
        names = [cluster.name for cluster in configuration.clusters]
        names += [cluster.name for cluster in configuration.refused]
        remarks = (*weakening(configuration.clusters), *remove_undeclared(names))
        return store_each(configuration.clusters, store)[1], remarks


def apply(imports: Imported) -> tuple[list[Cluster], tuple[RefusedCluster, ...]]:
    """Store the clusters of a file given to the command; nothing is removed.

    Returns:
        The stored clusters, and those that cannot be used.
    """
    with transaction.atomic():
        stored, refused = store_each(imports.clusters, store_applied)
    return stored, imports.refused + refused


def store_applied(declared: DeclaredCluster) -> Cluster:
    """Store a cluster for the command.

    Raises:
        ImportRefused: it cannot be used, or belongs to the configuration.
    """
    own = Cluster.objects.filter(declared=True, declared_by=Cluster.CONFIGURATION)
    if own.filter(name=declared.name).exists():
        raise ImportRefused(f"{declared.name}: managed by configuration; change it there.")
    return store(declared, declared_by=Cluster.COMMAND)


def store_each(
    clusters: Iterable[DeclaredCluster], store_one: Callable[[DeclaredCluster], Cluster]
) -> tuple[list[Cluster], tuple[RefusedCluster, ...]]:
    """Store what can be stored, and return it with what is refused. Runs in a transaction."""
    stored, refused = [], []
    for declared in clusters:
        try:
            with transaction.atomic():
                stored.append(store_one(declared))
        except ImportRefused as refusal:
            refused.append(RefusedCluster(declared.name, declared.place, str(refusal)))
    return stored, tuple(refused)


def storable(imports: Imported) -> Imported:
    """Return an upload without the clusters that cannot be stored, which are added to its refused ones.

    Raises:
        AllRefused: none of its clusters can be stored.
    """
    with transaction.atomic():
        _, refused = store_each(imports.clusters, store_uploaded)
        transaction.set_rollback(True)
    paths = {cluster.path for cluster in refused}
    clusters = tuple(cluster for cluster in imports.clusters if cluster.place not in paths)
    if refused and not clusters:
        raise AllRefused(imports.refused + refused)
    return replace(imports, clusters=clusters, refused=imports.refused + refused)


def store_uploaded(declared: DeclaredCluster) -> Cluster:
    """Store a cluster of an upload.

    Raises:
        ImportRefused: it cannot be used, or is declared elsewhere.
    """
    if Cluster.objects.filter(name=declared.name, declared=True).exists():
        raise ImportRefused(f"{declared.name}: managed by configuration; change it there.")
    if "needs_approval" in declared.fields and (remarks := weakening((declared,))):
        raise ImportRefused(f"{remarks[0]}.")
    return store(declared, declared_by_file=False)


def store(
    declared: DeclaredCluster, *, declared_by_file: bool = True, declared_by: str = Cluster.CONFIGURATION
) -> Cluster:
    """Create or update one cluster; if declared by a file it is exactly what the file says, and not editable in the UI.

    Raises:
        ImportRefused: a value is not acceptable.
    """
    cluster = Cluster.objects.filter(name=declared.name).first()
    if cluster is None:
        cluster = Cluster(name=declared.name, slug=free_slug(declared.name))
    before = copy(cluster)
    unchanged: set[str] = set() if declared_by_file else KEPT
    for name, value in {**defaults(exclude=NOT_SAID | unchanged), **declared.fields}.items():
        setattr(cluster, name, value)
    cluster.needs_approval |= before.needs_approval
    secrets = (
        {} if declared_by_file else {name: secret for name, secret in cluster.secrets.items() if name in KEPT_SECRETS}
    )
    before.secrets = SecretValues(secrets)
    secrets = before.carried_secrets(cluster)
    own = {name: secret for name, secret in declared.secrets.items() if not name.startswith(OF_METRICS)}
    cluster.secrets = SecretValues({**secrets, **own})
    cluster.declared, cluster.declared_by = declared_by_file, declared_by if declared_by_file else ""
    check(cluster, declared.place)
    cluster.save()
    registries.store(cluster, declared.registries, declared_by_file=declared_by_file)
    registries.check_rules(cluster, declared.place)
    connect_clusters.store(cluster, declared.connect, declared_by_file=declared_by_file)
    protobuf_files.store(cluster, declared.protobuf)
    declared_cluster.send(sender=Cluster, cluster=cluster, declared=declared)
    return cluster


def defaults(*, exclude: set[str]) -> dict[str, object]:
    """Return the field values of a new cluster."""
    return {
        model_field.name: model_field.get_default()
        for model_field in Cluster._meta.concrete_fields
        if model_field.name not in exclude
    }


def check(cluster: Cluster, place: str) -> None:
    """Refuse what the database would refuse, and what the form would not offer.

    Raises:
        ImportRefused: a value is not acceptable; the message names it.
    """
    try:
        # The model's URL validator refuses single-label host names, which Kubernetes services have.
        cluster.clean_fields(exclude=["oauth_token_url"])
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise ImportRefused(f"{place}.{camel(name)}: {' '.join(messages)}") from error
    web_address(cluster.oauth_token_url, f"{place}.oauthTokenUrl")
