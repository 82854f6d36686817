"""Writing a record into a topic, through ``clusters.changes``."""

from datetime import datetime
from functools import partial
from typing import Any, Literal

from ninja import Field, Query, Schema, Status

from api.clusters.topics.listing import TOPIC, router
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import Change, ConfirmedChangeParams, change, require_name
from api.kit.problems import invalid
from api.kit.types import Body, InRegistry, OwnType, Text
from clusters.gateway.writing.produce import Place, produce
from clusters.messages.own_types import OwnTypes, is_own_type
from clusters.messages.produce.form import LONGEST, NO_SUBJECT, ProduceForm
from clusters.messages.produce.plan import plan
from clusters.messages.produce.schema import ChosenSchema, Headers, sample_of
from clusters.messages.produce.typed_data import bytes_of
from clusters.messages.reading.topic import cleanup_policy, partitions_of
from clusters.messages.registries import TopicRegistries


class HeaderIn(Body):
    """A header of a new record."""

    name: Text = Field(min_length=1, max_length=1000)
    value: Text | None = Field("", max_length=LONGEST, description="null for a header without a value.")
    format: Literal["text", "hex", "base64"] = "text"


class RecordIn(Body):
    """A record to be written."""

    key: Text = Field("", max_length=LONGEST, description="No key if empty.")
    key_format: (
        Literal["text", "schema", "short", "integer", "long", "float", "double", "uuid", "hex", "base64", "null"]
        | OwnType
        | InRegistry
    ) = "text"
    key_subject: Text = Field("", max_length=1000, description="For `schema`: a subject of the schema registry.")
    key_version: int | None = Field(None, ge=1, le=2**31 - 1, description="Of the subject; its latest if null.")
    key_message: Text = Field("", max_length=500, description="Of a Protobuf schema; its first message if empty.")
    value: Text = Field("", max_length=LONGEST)
    value_format: (
        Literal[
            "text", "json", "schema", "short", "integer", "long", "float", "double", "uuid", "hex", "base64", "null"
        ]
        | OwnType
        | InRegistry
    ) = Field(
        "text",
        description="`json` is checked; `schema` is JSON that fits the schema, `schema:name` one of that registry; "
        "`null` is a tombstone; "
        "`protobuf:package.Message` is JSON that becomes a message of the cluster's own Protobuf types.",
    )
    value_subject: Text = Field("", max_length=1000, description="As for the key.")
    value_version: int | None = Field(None, ge=1, le=2**31 - 1, description="As for the key.")
    value_message: Text = Field("", max_length=500, description="As for the key.")
    headers: list[HeaderIn] = Field([], max_length=100)
    partition: int | None = Field(None, ge=0, description="Chosen by the key if null, as in Java clients.")
    time: datetime | None = Field(None, description="CreateTime; now if null.")


class Written(Change):
    """The changes, and where the record was written."""

    partition: int | None = None
    offset: int | None = None


class SampleParams(Schema):
    """A schema of the cluster's registry, or one of the cluster's own Protobuf types."""

    subject: Text = Field("", max_length=1000)
    format: OwnType | InRegistry | Literal[""] = Field(
        "", description="`protobuf:package.Message`, instead of a subject; or `schema:name`, of that schema registry."
    )
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="Of the subject; its latest if omitted.")
    message: Text = Field("", max_length=500, description="Of a Protobuf schema; its first message if empty.")


class SampleOut(Schema):
    """A key or a value that fits a schema."""

    text: str = Field(description="JSON, as `key_format` and `value_format` `schema` or `protobuf:…` take it.")


@router.get(f"{TOPIC}/messages/sample", response=SampleOut, auth=on_cluster("messages.produce"))
def sample_message(request: ApiRequest, topic: str, params: Query[SampleParams]) -> dict[str, Any]:
    """Make a key or a value that fits a schema of the registry or a Protobuf type, to begin a record with."""
    if is_own_type(params.format):
        return {"text": OwnTypes(request.cluster).sample(params.format)}
    if not params.subject:
        raise NO_SUBJECT
    chosen = ChosenSchema(params.subject, params.version, params.message)
    registry = TopicRegistries(request.cluster, topic).connection("value", params.format)
    return {"text": sample_of(registry, chosen)}


@router.post(
    f"{TOPIC}/messages", response={200: Written, 201: Written}, auth=on_cluster("messages.produce", change=True)
)
def produce_message(
    request: ApiRequest, topic: str, body: RecordIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Write a record; in production the topic name must be confirmed."""
    headers, problem = headers_in(body)
    form = ProduceForm(
        body.model_dump(exclude={"headers"}, exclude_none=True),
        partitions=len(partitions_of(request.cluster, topic)),
        registries=TopicRegistries(request.cluster, topic),
        types=OwnTypes(request.cluster),
        headers=headers,
    )
    if problem:
        form.add_error("headers", problem)
    if not form.is_valid():
        raise invalid(form)
    require_name(request.cluster, params, params.confirm, topic)
    record, places = form.record(), list[Place]()
    write = partial(produce, request.cluster.connection(), topic, record)
    planned = plan(topic, record, cleanup_policy(request.cluster, topic), form.schema_notes)
    result = change(request, params, planned, lambda: places.append(write()), after=lambda: None, status=201)
    partition, offset = (places[0].partition, places[0].offset) if places else (None, None)
    return Status(result.status_code, Written(**result.value.model_dump(), partition=partition, offset=offset))


def headers_in(body: RecordIn) -> tuple[Headers, str]:
    """Return the headers of a record, or what is wrong with one."""
    try:
        return tuple(
            (header.name, None if header.value is None else bytes_of(header.value, header.format))
            for header in body.headers
        ), ""
    except ValueError as error:
        return (), str(error)
