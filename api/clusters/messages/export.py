"""A topic's records as a file."""

from typing import Any, Literal

from ninja import Field, Query

from api.clusters.messages.reading import RangeParams
from api.clusters.topics.listing import TOPIC, router
from api.kit.access import ApiRequest, on_cluster
from api.kit.problems import invalid
from clusters.messages.access import may_unmask
from clusters.messages.export.files import export_file
from clusters.messages.export.records import MOST, USUAL, Export
from clusters.messages.forms import MessagesForm
from clusters.messages.own_types import OwnTypes
from clusters.messages.queries import fixed
from clusters.messages.reading.topic import topic_log


class ExportParams(RangeParams):
    """Which records to export."""

    format: Literal["jsonl", "csv"] = Field("jsonl", description="`jsonl` has the records as `messages` has them.")
    records: int = Field(USUAL, ge=1, le=MOST, description="How many records the file may have.")


@router.get(
    f"{TOPIC}/messages/export",
    auth=on_cluster("messages.export"),
    response={200: None},
    openapi_extra={
        "responses": {
            200: {
                "description": "The file.",
                "content": {kind: {"schema": {"type": "string"}} for kind in ("application/jsonl", "text/csv")},
            }
        }
    },
)
def export_messages(request: ApiRequest, topic: str, params: Query[ExportParams]) -> Any:
    """Fetch the records of a query as a file: JSON Lines, as `messages` has them, or CSV.

    The last line of a file that has not all of them says why: `{"incomplete": "…"}`.
    """
    cluster, log = request.cluster, topic_log(request.cluster, topic)
    query = params.model_dump(exclude_none=True, exclude={"format", "records"})
    form = MessagesForm(query, log=log, types=OwnTypes(cluster))
    if not form.is_valid():
        raise invalid(form)
    clear = may_unmask(request, cluster, topic)
    export = Export(cluster, log, fixed(query, form), params.records, clear)
    return export_file(request, export, form, params.format)
