"""A record's key or value as the form has it: what it was decoded to, where that can be written again as it was."""

from dataclasses import dataclass
from typing import Any

from clusters.formats import protobuf
from clusters.formats.avro_values import UnfitError
from clusters.formats.catalogue import PROTOBUF as OWN_TYPE
from clusters.formats.detection import Decoded
from clusters.formats.encoding import unframed
from clusters.formats.plain_text import text_of
from clusters.formats.rewriting import is_equal, is_equal_as
from clusters.formats.schemas import JSON, PROTOBUF, SchemaReference, message_indexes, named_schema
from clusters.gateway.errors import InvalidRequest, KafkaFailure
from clusters.gateway.log.records import Record
from clusters.gateway.registry.client import Registry
from clusters.gateway.registry.subjects import SubjectVersion, ids_of, usages
from clusters.messages.decoding import Decoding
from clusters.messages.own_types import OwnTypes, is_own_type
from clusters.messages.produce.form import LONGEST, SCHEMA, is_by_schema
from clusters.messages.produce.schema import ChosenSchema, SubjectSchema, subject_schema
from clusters.messages.produce.typed_data import NUMBERS, as_typed, bytes_of
from clusters.messages.registries import TopicRegistries
from clusters.messages.rendering.json_layout import in_lines

Fields = dict[str, Any]
NOT_ALL = "Its JSON, written again, would have other bytes: it may have fields that the schema does not have."
OTHER = "Its text, written again, would have other bytes."
BY_GUID = "It names its schema by a GUID in its first bytes; by this form, a schema's id is written there."
LINE_ENDS = "It has carriage returns, which a browser changes."
TOO_LONG = "What it says is too long for the form."


@dataclass(frozen=True)
class Filler:
    """Fills the form from records of a topic, each part so that it is written as the same bytes unless it is edited."""

    topic: str
    decoding: Decoding
    types: OwnTypes
    registries: TopicRegistries

    def fields(self, record: Record, part: str) -> tuple[Fields, str]:
        """Return the fields for a ``key`` or a ``value``, and a sentence where they have not what it was decoded to."""
        raw, _ = record.part(part)
        decoded = self.decoding.decoded(record, part)
        if raw is None or decoded is None:
            return typed(part, "", "null"), ""
        try:
            fields = self.by_format(record, part, raw, decoded)
        except KafkaFailure as failure:
            reason = f"{failure.sentence} {failure.advice}".strip()
        except ValueError as error:
            reason = str(error)
        else:
            return fields, f"The {part} is filled in as text. {decoded.problem}" if decoded.problem else ""
        return as_bytes(part, raw), f"The {part} is filled in as its bytes. {reason}"

    def by_format(self, record: Record, part: str, raw: bytes, decoded: Decoded) -> Fields:
        """Return the fields that are written as the same bytes.

        Raises:
            ValueError: there are none; the message says why.
            KafkaFailure: a schema's subject is not to be had.
        """
        if is_own_type(decoded.format):
            return self.by_own_type(part, raw, decoded)
        if is_by_schema(decoded.format):
            return self.by_schema(record, part, raw, decoded)
        if decoded.format in NUMBERS:
            return by_number(part, raw, decoded)
        if decoded.format in {"hex", "base64"}:
            return as_bytes(part, raw, decoded.format)
        return by_text(part, raw, decoded)

    def by_own_type(self, part: str, raw: bytes, decoded: Decoded) -> Fields:
        text, name = laid_out(decoded), decoded.format.removeprefix(OWN_TYPE)
        if not is_equal_as(raw, self.types.encoded(text, decoded.format), name, self.types.descriptors):
            raise UnfitError(NOT_ALL)
        return typed(part, text, decoded.format)

    def by_schema(self, record: Record, part: str, raw: bytes, decoded: Decoded) -> Fields:
        reference = named_schema(raw, part, record.headers)
        if reference is None or (reference.id is None and not reference.in_header):
            raise UnfitError(BY_GUID)
        kind = decoded.format if decoded.format in dict(self.types.choices()) else SCHEMA
        connection = self.registries.connection(part, kind)
        version = version_of(Registry(connection), reference, f"{self.topic}-{part}")
        subject = subject_schema(connection, ChosenSchema(version.subject, version.version))
        behind_id = reference.rest + raw if reference.in_header else reference.rest
        text, message = said_by(behind_id, subject, decoded), message_in(behind_id, subject)
        written = b"".join(unframed(text, subject.schema, message))
        if reference.id not in {None, subject.id} or not is_equal(behind_id, written, subject.schema):
            raise UnfitError(NOT_ALL)
        chosen = {"subject": version.subject, "version": version.version, "message": message}
        return typed(part, text, kind) | {f"{part}_{name}": value for name, value in chosen.items()}


def version_of(registry: Registry, reference: SchemaReference, usual: str) -> SubjectVersion:
    """Return a version that has a schema, of the usual subject if that has it.

    Raises:
        KafkaFailure: there is none.
    """
    ids = ids_of(registry, reference.guid) if reference.id is None else ((reference.id, ""),)
    versions = [version for number, context in ids for version in usages(registry, number, context)]
    if not versions:
        raise InvalidRequest(f"No subject of the schema registry has its schema ({reference}) any more.")
    return min(versions, key=lambda version: (version.subject != usual, version.subject, -version.version))


def said_by(behind_id: bytes, subject: SubjectSchema, decoded: Decoded) -> str:
    """Return what was decoded as it is edited: JSON that is its own bytes stays as it is."""
    if subject.schema.kind != JSON:
        return laid_out(decoded)
    text = behind_id.decode("utf-8", "replace")
    if "\r" in text:
        raise UnfitError(LINE_ENDS)
    return text


def message_in(behind_id: bytes, subject: SubjectSchema) -> str:
    """Return the full name of the Protobuf message that bytes are of; empty for other schemas."""
    if subject.schema.kind != PROTOBUF:
        return ""
    places, _ = message_indexes(behind_id)
    return str(protobuf.message_class(subject.schema.descriptors, places).DESCRIPTOR.full_name)


def laid_out(decoded: Decoded) -> str:
    text = in_lines(decoded.content.text) or decoded.content.text
    if len(text) > LONGEST:
        raise UnfitError(TOO_LONG)
    return text


def by_number(part: str, raw: bytes, decoded: Decoded) -> Fields:
    text = str(decoded.content.value)
    if bytes_of(text, decoded.format) != raw:
        raise UnfitError(OTHER)
    return typed(part, text, decoded.format)


def by_text(part: str, raw: bytes, decoded: Decoded) -> Fields:
    """Return text; an empty one would be no key."""
    text = text_of(raw, truncated=False)
    if text is None:
        unwritten = f"kafkaadmin reads {decoded.label}, and does not write it." if decoded.format else decoded.why
        raise UnfitError(f"{decoded.problem} {decoded.advice}".strip() or unwritten)
    if "\r" in text:
        raise UnfitError(LINE_ENDS)
    return typed(part, text, "text") if text or part == "value" else as_bytes(part, raw)


def as_bytes(part: str, raw: bytes, kind: str = "hex") -> Fields:
    """Return hexadecimal digits, or base64 where these would be too many."""
    text = as_typed(raw, kind)
    return typed(part, text, kind) if len(text) <= LONGEST else typed(part, as_typed(raw, "base64"), "base64")


def typed(part: str, text: str, kind: str) -> Fields:
    return {part: text, f"{part}_format": kind}
