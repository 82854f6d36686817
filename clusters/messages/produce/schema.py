"""A key or a value of a new record, by a schema of the cluster's registry."""

from dataclasses import dataclass

from clusters.formats.avro_values import UnfitError
from clusters.formats.content import UndecodableError
from clusters.formats.encoding import encoded, unframed
from clusters.formats.registered import LABELS
from clusters.formats.rules import format_for, read_rules
from clusters.formats.samples import sample
from clusters.formats.schemas import HEADERS, Schema, SchemaReference, message_indexes, schema_in_headers
from clusters.gateway.errors import InvalidRequest
from clusters.gateway.registry.client import Registry, RegistryConnection
from clusters.gateway.registry.schemas import RegistrySchemas, resolved
from clusters.messages.own_types import is_of_cluster
from clusters.models import Cluster

Headers = tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True)
class ChosenSchema:
    """A version of a subject; of a Protobuf schema one message, by default its first."""

    subject: str
    version: int | None = None
    message: str = ""


@dataclass(frozen=True)
class SubjectSchema:
    """A chosen schema as the registry has it; ``note`` names it in a plan."""

    schema: Schema
    id: int
    note: str


def subject_schema(registry: RegistryConnection, chosen: ChosenSchema) -> SubjectSchema:
    """Return a schema.

    Raises:
        KafkaFailure: the registry does not answer, or has no such schema.
    """
    requested = Registry(registry)
    registered = requested.version(chosen.subject, chosen.version or "latest")
    if registered.id is None:
        raise InvalidRequest(f"The schema registry does not tell the id of {chosen.subject}.")
    try:
        schema = resolved(requested, registered)
    except UndecodableError as error:
        raise InvalidRequest(str(error)) from error
    label = LABELS.get(schema.kind, schema.kind)
    return SubjectSchema(schema, registered.id, f"{label}, {chosen.subject} version {registered.version}")


def encoded_by(
    registry: RegistryConnection, chosen: ChosenSchema, text: str, part: str, headers: Headers
) -> tuple[bytes, str]:
    """Return the bytes of what was typed, and what names its schema: a header if it has one, else its first bytes.

    Raises:
        KafkaFailure: the schema is not to be had, or is not the one that the header names.
        UnfitError: what was typed does not fit it.
    """
    writer = SchemaWriter(registry, subject_schema(registry, chosen), chosen.message)
    return writer.encoded(text, part, headers), writer.note(part, headers)


@dataclass(frozen=True)
class SchemaWriter:
    """Writes keys or values by a schema, which a header names, or else its id in their first bytes: never both."""

    registry: RegistryConnection
    subject: SubjectSchema
    message: str = ""

    def encoded(self, text: str, part: str, headers: Headers) -> bytes:
        """Return the bytes of what was typed.

        Raises:
            KafkaFailure: the schema is not the one that the header names.
            UnfitError: what was typed does not fit it.
        """
        in_header = named_in(headers, part)
        if in_header is None:
            return encoded(text, self.subject.schema, self.subject.id, self.message)
        indexes, data = unframed(text, self.subject.schema, self.message)
        if not is_named(in_header, self.subject, indexes, self.registry):
            raise InvalidRequest(
                f"The header {HEADERS[part]} names another schema than the chosen one, by which it would be read.",
                "Remove that header: then the schema's id is written before the bytes.",
            )
        return data

    def note(self, part: str, headers: Headers) -> str:
        """Return what names the schema in a plan."""
        by_header = f", as the header {HEADERS[part]} says" if named_in(headers, part) else ""
        return self.subject.note + by_header


def named_in(headers: Headers, part: str) -> SchemaReference | None:
    return schema_in_headers(part, tuple((name, value, len(value or b"")) for name, value in headers))


def is_named(in_header: SchemaReference, subject: SubjectSchema, indexes: bytes, registry: RegistryConnection) -> bool:
    """Tell whether a header names a schema and, of a Protobuf one, the message with these indexes.

    Raises:
        InvalidRequest: the header's schema is not to be had.
    """
    try:
        if in_header.id is None and RegistrySchemas(registry).by_guid(in_header.guid) != subject.schema:
            return False
        if indexes and message_indexes(in_header.rest)[0] != message_indexes(indexes)[0]:
            return False
    except UndecodableError as error:
        raise InvalidRequest(f"The schema that a header names: {error}") from error
    return in_header.id in {None, subject.id}


def sample_of(registry: RegistryConnection, chosen: ChosenSchema) -> str:
    """Return a sample that fits a schema.

    Raises:
        KafkaFailure: the schema is not to be had, or is of no use.
    """
    try:
        return sample(subject_schema(registry, chosen).schema, chosen.message)
    except UnfitError as error:
        raise InvalidRequest(str(error)) from error


def usual_formats(cluster: Cluster, topic: str) -> dict[str, str]:
    """Return what forms begin with: subjects by the topic's name, and the types or the registry that are set for it."""
    fields = {"key_subject": f"{topic}-key", "value_subject": f"{topic}-value"}
    rules = read_rules(cluster.formats)
    set_formats = {f"{part}_format": format_for(rules, topic, part)[0] for part in ("key", "value")}
    return fields | {name: chosen for name, chosen in set_formats.items() if is_of_cluster(chosen)}
