"""Schemas: the list of subjects comes from the inventory."""

from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema

from api.kit.access import ApiRequest, on_cluster
from api.kit.paging import paged
from api.kit.types import Listing, Page, SortBy
from clusters.schemas import queries

router = Router(tags=["Schemas"])
SCHEMAS = "/schemas"


class SubjectOut(Schema):
    """A subject, as of the last refresh; null is what is not known."""

    name: str
    type: str | None = Field(description="AVRO, JSON or PROTOBUF.")
    version: int | None = Field(description="The latest version.")
    versions: int | None = Field(description="The number of versions.")
    schema_id: int | None
    record: str | None = Field(description="Full name of the record, message or title of the schema.")
    topic: str | None = Field(description="The topic that the subject's name says; it may not exist.")
    compatibility: str | None = Field(description="Its own level; null: the registry's applies.")
    deleted: bool = Field(description="Soft-deleted.")

    @staticmethod
    def resolve_type(subject: Any) -> str | None:
        return subject.type or None

    @staticmethod
    def resolve_record(subject: Any) -> str | None:
        return subject.record or None

    @staticmethod
    def resolve_topic(subject: Any) -> str | None:
        return subject.topic or None

    @staticmethod
    def resolve_compatibility(subject: Any) -> str | None:
        return subject.compatibility or None


class SubjectsParams(Listing):
    """Query parameters of the list of subjects."""

    sort: Annotated[str, SortBy(queries.COLUMNS)] = "name"
    type: Literal["", "AVRO", "JSON", "PROTOBUF"] = ""
    deleted: bool = Field(False, description="List soft-deleted subjects too.")


@router.get(SCHEMAS, response=Page[SubjectOut], auth=on_cluster("schemas.view"))
def list_subjects(request: ApiRequest, params: Query[SubjectsParams]) -> dict[str, Any]:
    """List subjects of the schema registry, as of its last refresh."""
    rows = queries.subjects_in_sight(request, request.cluster)
    return paged(queries.filtered(rows, params.q, kind=params.type, deleted=params.deleted), params, params.sort)
