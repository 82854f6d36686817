"""A record that is there already as the beginning of a new one: ``?again=3-42`` names its partition and offset.

With ``tombstone=1`` it is the beginning of the tombstone of its key, in its partition.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from accounts.access import granted
from accounts.permissions import may
from clusters.gateway.log.records import Record
from clusters.messages.decoding import decoding_of, formats_in
from clusters.messages.own_types import OwnTypes
from clusters.messages.produce.filling import Filler, typed
from clusters.messages.produce.typed_data import header_line
from clusters.messages.reading_audit import record_for
from clusters.messages.registries import TopicRegistries
from clusters.models import Cluster
from core.web.formats import size

PLACE = re.compile(r"([0-9]{1,9})-([0-9]{1,18})")
EMPTY = "The form is empty:"
NOT_SEEN = f"{EMPTY} you don't have access to the records of this topic (messages.view)."
MASKED = f"{EMPTY} parts of the record are masked for you, and would be written so (it needs messages.unmask)."
PARTLY = f"{EMPTY} the record is too large to be read whole here. Copy it by “Copy these records…” instead."


@dataclass(frozen=True)
class Repetition:
    """The form's fields for a record, and what they do not have as it was."""

    fields: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def repetition_of(
    request: HttpRequest,
    cluster: Cluster,
    topic: str,
    leaders: Mapping[int, int | None],
    types: OwnTypes,
    registries: TopicRegistries,
) -> Repetition:
    """Return the form's fields for the record that the address names, decoded by the formats that it names.

    Raises:
        KafkaFailure: it cannot be read.
    """
    place = PLACE.fullmatch(request.GET.get("again", ""))
    if not place:
        return Repetition()
    if not may(granted(request), "messages.view", cluster.slug, topic):
        return Repetition(notes=(NOT_SEEN,))
    record = record_for(request, cluster, topic, leaders, int(place[1]), int(place[2]))
    if record is None:
        return Repetition(notes=(f"{EMPTY} there is no record at offset {place[2]} of partition {place[1]}.",))
    filler = Filler(topic, decoding_of(cluster, topic, **formats_in(request.GET)), types, registries)
    return tombstone_of(record, filler) if request.GET.get("tombstone") else repeated(record, filler)


def repeated(record: Record, filler: Filler) -> Repetition:
    """Return a record as the form has it."""
    if record.masked:
        return Repetition(notes=(MASKED,))
    if len(record.key or b"") < record.key_size or len(record.value or b"") < record.value_size:
        return Repetition(notes=(PARTLY,))
    (key, about_key), (value, about_value) = filler.fields(record, "key"), filler.fields(record, "value")
    lines, about_headers = headers_of(record)
    notes = tuple(filter(None, (about_key, about_value, *about_headers)))
    return Repetition({"partition": None, **key, **value, "headers": "\n".join(lines)}, notes)


def tombstone_of(record: Record, filler: Filler) -> Repetition:
    """Return what makes compaction delete a record's key: one with a null value, in the same partition."""
    if "key" in record.masked:
        return Repetition(notes=(MASKED,))
    if len(record.key or b"") < record.key_size:
        return Repetition(notes=(PARTLY,))
    key, about_key = filler.fields(record, "key")
    notes = tuple(filter(None, (about_key,)))
    return Repetition({**key, **typed("value", "", "null"), "partition": record.partition}, notes)


def headers_of(record: Record) -> tuple[list[str], list[str]]:
    """Return a line for each header, and what is said of those without one."""
    lines, notes = list[str](), list[str]()
    for name, value, whole in record.headers:
        if value is not None and len(value) < whole:
            notes.append(f"The header “{name}” ({size(whole)}) is left out: it is too large to be read whole.")
            continue
        try:
            lines.append(header_line(name, value))
        except ValueError as error:
            notes.append(f"A header is left out. {error}")
    if record.header_count > len(record.headers):
        notes.append(f"{record.header_count - len(record.headers):,} of {record.header_count:,} headers are left out.")
    return lines, notes
