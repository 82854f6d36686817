"""Restarting everything that failed."""

from typing import Any

from ninja import Field, Query, Schema

from api.clusters.connect import router
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import ChangeParams, StepOut, serialize_step
from api.kit.types import Body, Text
from clusters.changes import require_confirmed
from clusters.connect import plan
from clusters.connect.restarting.failed import planned_restarts, restarted


class RestartFailedIn(Body):
    """What to restart."""

    connect: Text = Field("", description="Only of this Connect cluster.")


class RestartOut(Schema):
    """A connector of which something failed."""

    connect: str
    connector: str
    steps: list[StepOut]
    done: bool
    error: str = Field(description="Why it was not restarted.")


class RestartsOut(Schema):
    """What was restarted, or would be."""

    plan: str = Field(description="Fingerprint of the planned changes.")
    restarts: list[RestartOut]
    rest: int = Field(description="How many more failed; repeat it for them.")
    problems: list[str] = Field(description="Connect clusters that did not answer.")


@router.post("/connector-restarts", response=RestartsOut, auth=on_cluster(plan.OPERATE, change=True))
def restart_failed_connectors(
    request: ApiRequest, body: RestartFailedIn, params: Query[ChangeParams]
) -> dict[str, Any]:
    """Restart all connectors and tasks that failed, of those that you may restart; 100 at once."""
    restarts = planned_restarts(request, request.cluster, body.connect)
    parts = list(restarts.parts)
    if not params.dry_run:
        require_confirmed(restarts.plans, params.plan)
        parts = restarted(request, request.cluster, parts)
    return {
        "plan": restarts.plans.digest,
        "restarts": [
            {
                "connect": part.row.name, "connector": part.name, "steps": list(map(serialize_step, part.plan.steps)),
                "done": part.is_done, "error": part.error,
            }
            for part in parts
        ],
        "rest": restarts.rest,
        "problems": list(restarts.problems),
    }  # fmt: skip
