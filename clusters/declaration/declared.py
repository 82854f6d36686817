"""Clusters declared by a configuration: stored like others, marked as declared, not editable in the UI."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal

from clusters.connections.forms import free_slug
from clusters.declaration.mounted_credentials import fingerprint, joined
from clusters.importers import akhq, burrow, documents, environment, kafka_ui
from clusters.importers.shapes import camel, check_texts
from clusters.importers.types import DeclaredCluster, Imported, ImportRefused, ReadBytes
from clusters.importers.values import web_address
from clusters.models import Cluster, Configuration
from core.encryption import SecretValues
from core.secret_binding import carried_over

BIGGEST = 2_000_000  # bytes of YAML
NOT_SAID = {"id", "slug", "name", "secrets", "declared", "declared_by"}  # never among a declaration's fields
# What an upload leaves as it is unless it sets it: our form's own fields, and what a configuration has in local files.
KEPT = {"ca_pem", "certificate_pem", "read_only", "environment"}
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
        return burrow.read(document, (lambda path: reading(path).decode("utf-8", "replace")) if reading else None)
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


@dataclass
class Reader:
    """Reads the files that a configuration names, and remembers each one's stamp from before it was read."""

    stamps: dict[str, str] = field(default_factory=dict)

    def __call__(self, path: str) -> bytes:
        self.stamps[path] = stamp(path)
        return read_bytes(path)


def stamp(path: str) -> str:
    """Return text that changes when a file does; empty for a missing file."""
    try:
        stat = Path(path).stat()
    except (OSError, ValueError):
        return ""
    return f"{stat.st_ino} {stat.st_size} {stat.st_mtime_ns}"


def parsed(path: Path, text: str) -> object:
    """Return a file's data: TOML by its suffix, YAML otherwise.

    Raises:
        ImportRefused: it is not valid, or would unfold to too much.
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
    """Apply KAFKAADMIN_CONFIG and ``KAFKA_CLUSTERS_…``, and return remarks about them."""
    present, reader = content(), Reader()
    try:
        imports = configured(reader)
        mounted = Path(settings.CREDENTIALS_DIR) if settings.CREDENTIALS_DIR else None
        declare(Imported(tuple(joined(cluster, mounted) for cluster in imports.clusters), ()))
    except ImportRefused as refusal:
        failure = f"The configured clusters were not applied: {refusal}"
        remember(files=sorted(reader.stamps), failure=failure)
        return [failure]
    remember(digest=digest(present, reader.stamps), files=sorted(reader.stamps), failure="")
    return list(imports.remarks)


def configured(read: ReadBytes) -> Imported:
    """Return what the file and the environment declare; the environment takes precedence.

    Raises:
        ImportRefused: one of them cannot be used.
    """
    document = read_file(Path(settings.KAFKAADMIN_CONFIG)) if settings.KAFKAADMIN_CONFIG else None
    documents = environment.overlaid(document, os.environ)
    imports = [imported(document, files=True, read=read) for document in documents]
    by_name = {cluster.name: cluster for each in imports for cluster in each.clusters}
    return Imported(tuple(by_name.values()), tuple(remark for each in imports for remark in each.remarks))


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

    A failing configuration is retried each time; the reason is reported once, until it changes.
    """
    configuration = Configuration.objects.filter(pk=1).first() or Configuration()
    files: list[str] = configuration.files or []
    present = content()
    if not present or not (settings.KAFKAADMIN_CONFIG or settings.CREDENTIALS_DIR or files):
        return []
    if digest(present, {path: stamp(path) for path in files}) != configuration.digest:
        remarks = declare_configured()
        return [] if remarks == [configuration.failure] else remarks
    if configuration.failure:
        remember(failure="")
    return []


def declare(configuration: Imported) -> None:
    """Store the clusters of the configuration; remove those that it no longer declares.

    Raises:
        ImportRefused: one cannot be used; nothing is changed.
    """
    with transaction.atomic():
        names = [cluster.name for cluster in configuration.clusters]
        Cluster.objects.filter(declared=True, declared_by=Cluster.CONFIGURATION).exclude(name__in=names).delete()
        for cluster in configuration.clusters:
            store(cluster)


def apply(imports: Imported) -> list[Cluster]:
    """Store the clusters of a file given to the command; nothing is removed.

    Raises:
        ImportRefused: one cannot be used, or belongs to the configuration; nothing is changed.
    """
    own = Cluster.objects.filter(declared=True, declared_by=Cluster.CONFIGURATION)
    taken = {cluster.name for cluster in imports.clusters} & set(own.values_list("name", flat=True))
    if taken:
        raise ImportRefused(f"{', '.join(sorted(taken))}: declared in the configuration; change it there.")
    with transaction.atomic():
        return [store(cluster, declared_by=Cluster.COMMAND) for cluster in imports.clusters]


def tried(imports: Imported) -> None:
    """Store the clusters of an upload and roll back, to find out whether they can be stored.

    Raises:
        ImportRefused: one cannot be used.
    """
    with transaction.atomic():
        for cluster in imports.clusters:
            store(cluster, declared_by_file=False)
        transaction.set_rollback(True)


def store(
    declared: DeclaredCluster, *, declared_by_file: bool = True, declared_by: str = Cluster.CONFIGURATION
) -> Cluster:
    """Create or update one cluster; if declared by a file it is exactly what the file says, and not editable in the UI.

    Raises:
        ImportRefused: a value is not acceptable.
    """
    check_texts({"name": declared.name, **declared.fields, **declared.lag, **declared.metrics}, declared.place)
    cluster = Cluster.objects.filter(name=declared.name).first()
    if cluster is None:
        cluster = Cluster(name=declared.name, slug=free_slug(declared.name))
    before = cluster.destination()
    unchanged: set[str] = set() if declared_by_file else KEPT
    for name, value in {**defaults(exclude=NOT_SAID | unchanged), **declared.fields}.items():
        setattr(cluster, name, value)
    secrets = (
        {} if declared_by_file else {name: secret for name, secret in cluster.secrets.items() if name in KEPT_SECRETS}
    )
    secrets = carried_over(secrets, before, cluster.destination())
    cluster.secrets = SecretValues({**secrets, **declared.secrets})
    cluster.declared, cluster.declared_by = declared_by_file, declared_by if declared_by_file else ""
    check(cluster, declared.place)
    cluster.save()
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
