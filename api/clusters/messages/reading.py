"""Reading a topic's records."""

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Query, Schema

from api.clusters.topics.listing import TOPIC, router
from api.kit.access import ApiRequest, on_cluster
from api.kit.problems import invalid
from api.kit.types import Part, Text
from clusters.gateway.offsets import LARGEST
from clusters.messages.following.looks import SHOWN
from clusters.messages.forms import LIMITS, NEWEST, OLDEST, PAGE, SECONDS, SOUGHT, MessagesForm
from clusters.messages.own_types import OwnTypes
from clusters.messages.reading.cursors import LONGEST
from clusters.messages.reading.topic import topic_log
from clusters.messages.reading_audit import follow_for, read_for
from clusters.messages.rendering.plain import message_out


class FilterParams(Schema):
    """What the records must be like; all that is given must hold."""

    partitions: Text = Field("", max_length=1000, description="E.g. `0,3-5`; all by default.")
    isolation: Literal["", "all", "committed"] = Field(
        "",
        description="`committed`: without records of aborted and open transactions. By default as the cluster's "
        "property `isolation.level` says.",
    )
    contains: Text = Field("", max_length=SOUGHT, description="Search text: key, value or header (case-insensitive).")
    equals: Text = Field("", max_length=SOUGHT, description="The whole text of a key, value or header.")
    regex: Text = Field("", max_length=500, description="A regular expression (RE2).")
    where: Literal["anywhere", "key", "value", "headers"] = Field(
        "anywhere", description="For `contains`, `equals` and `regex`."
    )
    key: Text = Field("", max_length=SOUGHT, description="The whole key; only its partition is read (murmur2).")
    all_partitions: bool = Field(False, description="Search for `key` in all partitions (other partitioners).")
    json_path: Text = Field("", max_length=500, description="E.g. `$.user.id = 7`, in the value.")
    cel: Text = Field("", max_length=1_000, description="A CEL expression, e.g. `value.amount > 100`.")
    key_format: Text = Field("", max_length=1_000, description="Decode keys as this format; detected if empty.")
    value_format: Text = Field(
        "",
        max_length=1_000,
        description="Decode values as this format, e.g. `msgpack`, or `protobuf:package.Message` of the cluster's own "
        "Protobuf types; detected if empty.",
    )


class RangeParams(FilterParams):
    """Where to begin, and where to end. Records of several partitions are merged by time."""

    seek: Literal["newest", "oldest", "offset", "around", "time", "5m", "1h", "today", "yesterday"] = Field(
        NEWEST, description="Start from."
    )
    offset: int | None = Field(None, ge=0, le=LARGEST, description="For `seek=offset` and `seek=around`.")
    time: datetime | None = Field(None, description="For `seek=time`.")
    to_offset: int | None = Field(None, ge=0, le=LARGEST, description="The last offset to scan.")
    to_time: datetime | None = Field(None, description="Only records before this time, by Kafka's index of times.")
    order: Literal["", "newest", "oldest"] = Field("", description="Which come first; by default as `seek` says.")


class MessagesParams(RangeParams):
    """Which records to fetch."""

    seconds: float | None = Field(
        None, ge=0.1, le=SECONDS, description="How long to read: 1 for a search, 4 for others by default."
    )
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


class ProgressOut(Schema):
    """A search up to here, over all pages since it began."""

    percent: int = Field(description="Share of the offsets within the bounds that were scanned.")
    looked_at: int = Field(description="Number of records scanned.")
    matches: int
    goes_on: bool = Field(description="Whether the page is not full yet: go on with `next`.")


class MessagesOut(Schema):
    """A page of records."""

    items: list[MessageOut]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")
    looked_at: int = Field(description="Number of records scanned.")
    missing: list[Part] = Field(description="What could not be read.")
    unfit: list[Part] = Field(
        description="Scanned records whose values have other types than `cel` is meant for, so that it does not hold."
    )
    looked_through: list[RangeOut] = Field(description="The scanned offsets, by partition.")
    progress: ProgressOut
    key_partition: int | None = Field(description="The only partition that was searched for `key`.")


class FollowParams(FilterParams):
    """Which of the new records to fetch."""

    cursor: Text = Field("", max_length=LONGEST, description="The previous `next`; from now on without.")


class NewMessagesOut(Schema):
    """What was written since the previous look, oldest first."""

    items: list[MessageOut]
    next: str = Field(description="The cursor of the next request.")
    per_second: int | None = Field(description="Records written per second; null in the first response.")
    left_out: int = Field(description="Number of records that were not scanned since following began: too many came.")
    missing: list[Part] = Field(description="What could not be read.")


@router.get(f"{TOPIC}/messages", response=MessagesOut, auth=on_cluster("messages.view"))
def read_messages(request: ApiRequest, topic: str, params: Query[MessagesParams]) -> dict[str, Any]:
    """Fetch records of a topic. Records of aborted or open transactions are marked, or left out."""
    log = topic_log(request.cluster, topic)
    form = MessagesForm(params.model_dump(exclude_none=True), log=log, types=OwnTypes(request.cluster))
    if not form.is_valid():
        raise invalid(form)
    read = read_for(request, request.cluster, topic, log.leaders, form)
    return {
        "items": [message_out(record, read.decoding) for record in read.records],
        "next": read.cursor or None,
        "looked_at": read.looked_at,
        "missing": read.problems,
        "unfit": read.unfit,
        "looked_through": [
            {"partition": partition, "start": span.start, "end": span.end}
            for partition, span in sorted(read.ranges.items())
        ],
        "progress": {
            "percent": read.progress.percent,
            "looked_at": read.progress.tally.looked_at,
            "matches": read.progress.tally.matches,
            "goes_on": read.progress.goes_on,
        },
        "key_partition": form.key_partition,
    }


@router.get(f"{TOPIC}/messages/new", response=NewMessagesOut, auth=on_cluster("messages.view"))
def follow_messages(request: ApiRequest, topic: str, params: Query[FollowParams]) -> dict[str, Any]:
    """Fetch what was written since the previous request, at most 100 records; the first one only finds the end."""
    log = topic_log(request.cluster, topic)
    values = params.model_dump(exclude_none=True) | {"seek": OLDEST, "limit": SHOWN}
    form = MessagesForm(values, log=log, types=OwnTypes(request.cluster))
    if not form.is_valid():
        raise invalid(form)
    followed = follow_for(request, request.cluster, topic, log.leaders, form)
    return {
        "items": [message_out(record, followed.decoding) for record in reversed(followed.records)],
        "next": followed.cursor,
        "per_second": followed.per_second,
        "left_out": followed.left_out,
        "missing": followed.problems,
    }
