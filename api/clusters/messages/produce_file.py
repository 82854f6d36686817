"""Writing many records as a job, through ``clusters.changes``."""

from typing import Any, Literal

from django.core.files.uploadedfile import SimpleUploadedFile
from ninja import Field, Query, Status

from api.clusters.job_starts import STARTED, started
from api.clusters.topics.listing import TOPIC, router
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import ConfirmedChangeParams, require_name
from api.kit.problems import Refused, invalid
from api.kit.types import Body, InRegistry, OwnType, Text
from clusters.messages.own_types import OwnTypes
from clusters.messages.produce.file_form import FileContents, ProduceFileForm, read_file
from clusters.messages.produce.file_job import NAME
from clusters.messages.reading.topic import cleanup_policy, partitions_of
from clusters.messages.registries import TopicRegistries

LONGEST = 2_000_000  # letters of one request; a larger file is sent in parts


class FileIn(Body):
    """Records as the lines of a file."""

    content: Text = Field(min_length=1, max_length=LONGEST, description="JSON Lines, or CSV with a line of names.")
    name: Text = Field("records", max_length=100, description="Names the file in the job and the audit log.")
    kind: Literal["jsonl", "csv"] = "jsonl"
    key_format: Literal["text", "json", "schema", "hex", "base64"] | OwnType | InRegistry = Field(
        "text",
        description="Of keys that are texts, or JSON for `schema`, `schema:registry`, `protobuf:package.Message`.",
    )
    key_subject: Text = Field("", max_length=1000, description="For `schema`: a subject of the schema registry.")
    key_version: int | None = Field(None, ge=1, le=2**31 - 1, description="Of the subject; its latest if null.")
    key_message: Text = Field("", max_length=500, description="Of a Protobuf schema; its first message if empty.")
    value_format: Literal["text", "json", "schema", "hex", "base64"] | OwnType | InRegistry = "text"
    value_subject: Text = Field("", max_length=1000, description="As for the key.")
    value_version: int | None = Field(None, ge=1, le=2**31 - 1, description="As for the key.")
    value_message: Text = Field("", max_length=500, description="As for the key.")
    partition: Literal["file", "key"] = Field("file", description="`key` ignores the file's partitions.")
    time: Literal["file", "now"] = Field("file", description="`now` ignores the file's times.")


@router.post(f"{TOPIC}/messages/file", response=STARTED, auth=on_cluster("messages.produce", change=True))
def produce_messages(
    request: ApiRequest, topic: str, body: FileIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Write the records of a file as a job. Nothing is written if a line can't be read (422, with the lines)."""
    cluster = request.cluster
    fields = body.model_dump(exclude={"content", "name"}, exclude_none=True)
    upload = SimpleUploadedFile(body.name.replace("/", "_") or "records", body.content.encode())
    form = ProduceFileForm(
        fields,
        {"file": upload},
        partitions=len(partitions_of(cluster, topic)),
        registries=TopicRegistries(cluster, topic),
        types=OwnTypes(cluster),
    )
    contents = read_file(form) if form.is_valid() else None
    if contents is None or form.errors:
        raise invalid(form)
    refuse_wrong(contents)
    parameters = form.parameters(topic, contents, compacted="compact" in cleanup_policy(cluster, topic))
    require_name(cluster, params, params.confirm, topic)
    return started(request, params, NAME, parameters, contents.pieces)


def refuse_wrong(contents: FileContents) -> None:
    """Refuse a file with lines that can't be read.

    Raises:
        Refused: with the first of them.
    """
    if contents.wrong:
        errors = {f"line {line.number}": [line.error] for line in contents.errors}
        raise Refused(422, f"{contents.wrong:,} line(s) can't be read, so nothing is written.", "", errors)
