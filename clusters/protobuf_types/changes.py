"""Keeping and removing a cluster's Protobuf types, through the door for our own records."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils import timezone

from accounts.own_records import apply_own_change
from clusters.formats.content import UndecodableError
from clusters.gateway.errors import InvalidRequest
from clusters.gateway.registry.protobuf_files import Types, read_types
from clusters.models import Cluster, ProtobufTypes
from core.plan import Plan, Step
from core.web.formats import first_names, plural

EDIT = "clusters.edit"
MOST_FILES = 200
MOST_BYTES = 2_000_000  # of all files together
UPLOAD = "Choose .proto files, or what `protoc --include_imports --descriptor_set_out` writes."


def types_of(cluster: Cluster) -> ProtobufTypes | None:
    return ProtobufTypes.objects.filter(cluster=cluster).first()


def require_own(cluster: Cluster) -> None:
    """Raises InvalidRequest: the types are managed by configuration."""
    if (types := types_of(cluster)) and types.declared:
        raise InvalidRequest("The Protobuf types are managed by configuration.", "Change the files there.")


def read(files: Mapping[str, bytes]) -> Types:
    """Return the types of some files by name.

    Raises:
        InvalidRequest: they cannot be used.
    """
    if not files:
        raise InvalidRequest("There is no file.", UPLOAD, field="file")
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise InvalidRequest(f"At most {MOST_FILES} files of {MOST_BYTES:,} bytes together can be used.", field="file")
    try:
        return read_types(files)
    except UndecodableError as error:
        raise InvalidRequest(str(error), UPLOAD, field="file") from error


def plan_keeping(cluster: Cluster, types: Types) -> Plan:
    """Plan to keep types in place of those that are there; formats that name missing ones are warned of."""
    before = types_of(cluster)
    step = Step("Protobuf types", named(before.messages) if before else None, named(types.messages))
    missing = [name for name in named_by_formats(cluster) if name not in types.messages]
    warnings = (f"The record formats of the cluster name messages that are not there: {first_names(missing)}.",)
    return Plan(EDIT, cluster.slug, (step,), warnings if missing else ())


def named(messages: list[str] | tuple[str, ...]) -> str:
    return f"{plural(len(messages), 'message')}: {first_names(list(messages))}"


def named_by_formats(cluster: Cluster) -> list[str]:
    """Return the messages that the cluster's rules for formats name."""
    return sorted({word.partition("=protobuf:")[2] for word in cluster.formats.split() if "=protobuf:" in word})


def keep(request: HttpRequest, cluster: Cluster, types: Types, plan: Plan) -> None:
    apply_own_change(request, plan, lambda: store(cluster, types), cluster=cluster.slug)


def store(cluster: Cluster, types: Types, *, declared: bool = False) -> None:
    values = {"files": types.files, "messages": types.messages, "descriptors": types.descriptors, "declared": declared}
    ProtobufTypes.objects.update_or_create(cluster=cluster, defaults={**values, "uploaded_at": timezone.now()})


def plan_removal(cluster: Cluster) -> Plan:
    """Raises InvalidRequest: there are none."""
    before = types_of(cluster)
    if before is None:
        raise InvalidRequest("The cluster has no Protobuf types.", UPLOAD)
    in_use = named_by_formats(cluster)
    warnings = (f"Records of topics with these formats will be shown as bytes: {first_names(in_use)}.",)
    return Plan(EDIT, cluster.slug, (Step("Protobuf types", named(before.messages)),), warnings if in_use else ())


def remove(request: HttpRequest, cluster: Cluster, plan: Plan) -> None:
    apply_own_change(
        request, plan, lambda: ProtobufTypes.objects.filter(cluster=cluster).delete(), cluster=cluster.slug
    )
