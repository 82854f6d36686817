"""Electing preferred leaders, through ``clusters.changes``."""

from typing import Any

from ninja import Field, Query, Router, Schema, Status

from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ConfirmedChangeParams, change, require_name, serialize_plan
from api.kit.problems import invalid
from api.kit.types import Text
from clusters.changes import check
from clusters.elections.forms import ElectionForm
from clusters.elections.queries import planned
from clusters.gateway import elections as kafka
from clusters.refresh import rows_changed

router = Router(tags=["Topics"])


class ElectionIn(Schema):
    """Whose leaders to elect."""

    topic: Text = Field("", max_length=249, description="All topics without one, which needs access to all.")
    partitions: list[int] = Field([], max_length=1000, description="Only these partitions of the topic.")


@router.post("/elect-leaders", response=CHANGED, auth=on_cluster("topics.elect", change=True))
def elect_leaders(request: ApiRequest, body: ElectionIn, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Make the preferred replicas leaders where others lead; in production the cluster name must be confirmed."""
    cluster = request.cluster
    form = ElectionForm({"topic": body.topic, "partitions": ",".join(map(str, body.partitions))})
    if not form.is_valid():
        raise invalid(form)
    election = planned(cluster, **form.choice())
    if not election.plan.steps:
        check(request, cluster, election.plan)
        return Status(200, serialize_plan(election.plan, done=not params.dry_run))
    require_name(cluster, params, params.confirm, cluster.name)

    def refresh_counts() -> None:
        with rows_changed(cluster):
            pass

    return change(
        request,
        params,
        election.plan,
        lambda: kafka.elect_preferred(cluster.connection(), election.leaders),
        after=refresh_counts,
    )
