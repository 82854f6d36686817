"""Electing preferred leaders, through ``clusters.changes``."""

from functools import partial
from typing import Any

from ninja import Field, Query, Router, Status

from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ConfirmedChangeParams, change, require_name, serialize_plan
from api.kit.problems import Refused, invalid
from api.kit.types import Body, Text
from clusters.changes import check
from clusters.elections.forms import ElectionForm
from clusters.elections.queries import planned, planned_unclean
from clusters.gateway import elections as kafka
from clusters.models import Cluster
from clusters.refresh import rows_changed

router = Router(tags=["Topics"])
UNCONFIRMED = "Records are lost: pass the topic's name in confirm."


class UncleanElectionIn(Body):
    """Whose out-of-sync leaders to elect."""

    partitions: list[int] = Field([], max_length=1000, description="All without a leader, if empty.")


class ElectionIn(Body):
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
    return change(
        request,
        params,
        election.plan,
        lambda: kafka.elect_preferred(cluster.connection(), election.leaders),
        after=partial(refresh_counts, cluster),
    )


@router.post(
    "/topics/{name:topic}/elect-unclean-leaders", response=CHANGED, auth=on_cluster("topics.unclean", change=True)
)
def elect_unclean_leaders(
    request: ApiRequest, topic: str, body: UncleanElectionIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Make out-of-sync replicas leaders where there is no leader. Records are lost; `confirm` is required."""
    cluster = request.cluster
    election = planned_unclean(cluster, topic, body.partitions)
    if not election.plan.steps:
        check(request, cluster, election.plan)
        return Status(200, serialize_plan(election.plan, done=not params.dry_run))
    require_name(cluster, params, params.confirm, topic)
    if not params.dry_run and not params.confirm:
        raise Refused(422, UNCONFIRMED, errors={"confirm": [UNCONFIRMED]})
    hold = partial(kafka.elect_unclean, cluster.connection(), election.leaders)
    return change(request, params, election.plan, hold, after=partial(refresh_counts, cluster))


def refresh_counts(cluster: Cluster) -> None:
    """Have the next run, which this brings forward, count the leaders."""
    with rows_changed(cluster):
        pass
