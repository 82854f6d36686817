"""Starting jobs through the API."""

from collections.abc import Mapping, Sequence
from typing import Any

from ninja import Field, Status

from api.kit.access import ApiRequest
from api.kit.changes import Change, ChangeParams, serialize_plan
from clusters.changes import check, require_confirmed
from clusters.jobs.changes import draft, start
from clusters.jobs.kinds import kind_of


class Started(Change):
    """What a job does, and its number."""

    job: int | None = Field(None, description="null after a dry run.")


STARTED = {200: Started, 201: Started}


def started(
    request: ApiRequest, params: ChangeParams, kind: str, parameters: Mapping[str, Any], pieces: Sequence[bytes] = ()
) -> Status[Any]:
    """Start a job, or only show its plan.

    Raises:
        KafkaFailure: whatever the checks refuse.
    """
    planned = kind_of(kind).plan(parameters)
    if params.dry_run:
        if kind_of(kind).changes:
            check(request, request.cluster, planned)
        return Status(200, Started(**serialize_plan(planned, done=False).model_dump()))
    require_confirmed(planned, params.plan)
    job = draft(request, request.cluster, kind, parameters, pieces)
    start(request, job, confirmed_digest=params.plan)
    return Status(201, Started(**serialize_plan(planned, done=True).model_dump(), job=job.pk))
