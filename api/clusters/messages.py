"""Reading a topic's records."""

from base64 import b64encode
from datetime import datetime
from typing import Any, Literal

from ninja import Field, Query, Schema

from api.clusters.topics import TOPIC, router
from api.kit.access import ApiRequest, on_cluster
from api.kit.problems import invalid
from api.kit.types import Part, Text
from clusters.formats.content import NOTHING
from clusters.gateway.log.records import Record
from clusters.gateway.offsets import LARGEST
from clusters.messages.access import may_unmask
from clusters.messages.cursors import LONGEST
from clusters.messages.decoding import Decoding, decoding_of
from clusters.messages.forms import LIMITS, NEWEST, PAGE, SOUGHT, MessagesForm
from clusters.messages.reading import partitions_of, read_page
from clusters.messages.rendering import text_of, time_of


class MessagesParams(Schema):
    """Which records to fetch. Those of several partitions are merged by time."""

    seek: Literal["newest", "oldest", "offset", "time"] = Field(NEWEST, description="Start from.")
    offset: int | None = Field(None, ge=0, le=LARGEST, description="For `seek=offset`.")
    time: datetime | None = Field(None, description="For `seek=time`.")
    partitions: Text = Field("", max_length=1000, description="E.g. `0,3-5`; all by default.")
    isolation: Literal["all", "committed"] = Field(
        "all", description="`committed`: without records of aborted and open transactions."
    )
    contains: Text = Field("", max_length=SOUGHT, description="Search text: key, value or header (case-insensitive).")
    key_format: Text = Field("", max_length=40, description="Decode keys as this format; detected if empty.")
    value_format: Text = Field("", max_length=40, description="Decode values as this format; detected if empty.")
    limit: int = Field(PAGE, ge=1, le=LIMITS[-1])
    cursor: Text = Field("", max_length=LONGEST, description="The `next` of the previous page.")


class DataOut(Schema):
    """A key, value or header: as text if it is UTF-8, else as base64; neither where it is null."""

    text: str | None
    base64: str | None
    size: int | None = Field(description="Size in bytes.")
    cut: bool = Field(description="Whether it is truncated; request it alone with `limit=1`.")


class DecodedOut(DataOut):
    """A key or a value, and what it says."""

    format: str = Field("", description="What it was decoded as; empty for bytes.")
    why: str = Field("", description="What the format was chosen by.")
    note: str = Field("", description="What adds to the format: a schema, a version, a codec.")
    decoded: Any = Field(None, description="Its value as JSON, where the format has a structure.")
    problem: str = Field("", description="Why it could not be decoded.")


class HeaderOut(Schema):
    """A header."""

    name: str
    value: DataOut


class MessageOut(Schema):
    """A record."""

    partition: int
    offset: int
    time: datetime | None
    time_of: Literal["producer", "broker"] = Field(
        description="CreateTime (set by producer) or LogAppendTime (set by broker)."
    )
    key: DecodedOut
    value: DecodedOut
    headers: list[HeaderOut] = Field(description="The first headers, in order.")
    header_count: int = Field(description="Number of headers.")
    masked: list[Literal["key", "value", "headers"]] = Field(
        description="The parts of which not all is shown; `messages.unmask` shows it."
    )
    transaction: Literal["", "aborted", "open"] = Field(
        description="`aborted`, or `open` where its end is not known yet; empty for all others."
    )


class RangeOut(Schema):
    """A part of a partition: from an offset to before another one."""

    partition: int
    start: int
    end: int


class MessagesOut(Schema):
    """A page of records."""

    items: list[MessageOut]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")
    looked_at: int = Field(description="Number of records scanned.")
    missing: list[Part] = Field(description="What could not be read.")
    looked_through: list[RangeOut] = Field(description="The scanned offsets, by partition.")


@router.get(f"{TOPIC}/messages", response=MessagesOut, auth=on_cluster("messages.view"))
def read_messages(request: ApiRequest, topic: str, params: Query[MessagesParams]) -> dict[str, Any]:
    """Fetch records of a topic. Records of aborted or open transactions are marked, or left out."""
    leaders = partitions_of(request.cluster, topic)
    form = MessagesForm(params.model_dump(exclude_none=True), present=set(leaders))
    if not form.is_valid():
        raise invalid(form)
    clear = may_unmask(request, request.cluster, topic)
    read = read_page(request.cluster, topic, leaders, form, clear=clear)
    decoding = decoding_of(request.cluster, topic, **form.formats)
    return {
        "items": [message_out(record, decoding) for record in read.records],
        "next": read.cursor or None,
        "looked_at": read.looked_at,
        "missing": read.problems,
        "looked_through": [
            {"partition": partition, "start": span.start, "end": span.end}
            for partition, span in sorted(read.ranges.items())
        ],
    }


def message_out(record: Record, decoding: Decoding) -> dict[str, Any]:
    return {
        "partition": record.partition,
        "offset": record.offset,
        "time": time_of(record.time_ms),
        "time_of": "broker" if record.appended else "producer",
        "key": decoded_out(record, "key", decoding),
        "value": decoded_out(record, "value", decoding),
        "headers": [{"name": name, "value": data_out(value, size)} for name, value, size in record.headers],
        "header_count": record.header_count,
        "transaction": record.transaction,
        "masked": list(record.masked),
    }


def decoded_out(record: Record, part: Literal["key", "value"], decoding: Decoding) -> dict[str, Any]:
    """Return a key or value as it is, and decoded."""
    raw, size = (record.key, record.key_size) if part == "key" else (record.value, record.value_size)
    decoded = decoding.decoded(record, part)
    if decoded is None:
        return data_out(raw, size)
    content = decoded.content.value
    return data_out(raw, size) | {
        "format": decoded.format,
        "why": decoded.why,
        "note": decoded.content.note,
        "decoded": None if content is NOTHING else content,
        "problem": " ".join(filter(None, [decoded.problem, decoded.advice])),
    }


def data_out(data: bytes | None, size: int) -> dict[str, Any]:
    """Return a key or value; ``size`` is that of the whole, in bytes."""
    if data is None:
        return {"text": None, "base64": None, "size": None, "cut": False}
    text = text_of(data, truncated=size > len(data))
    encoded = b64encode(data).decode() if text is None else None
    return {"text": text, "base64": encoded, "size": size, "cut": size > len(data)}
