"""Copying records as a job, through ``clusters.changes``; the address is that of the target."""

from typing import Any, Literal

from ninja import Field, Query, Status

from api.clusters.job_starts import STARTED, started
from api.clusters.messages.reading import RangeParams
from api.clusters.topics.listing import TOPIC, router
from api.kit.access import ApiRequest, demand, on_cluster
from api.kit.changes import ConfirmedChangeParams, require_name
from api.kit.problems import Refused, invalid
from api.kit.types import Body, Text
from clusters.access import may_exist, visible_clusters
from clusters.messages.replay.form import LARGEST_RATE, CopyForm, parameters_of
from clusters.messages.replay.job import NAME
from clusters.models import Cluster


class SourceIn(RangeParams, Body):
    """Which records to copy; its range is that of now, and what is written later is not copied."""

    cluster: Text = Field("", max_length=64, description="Short name of the cluster; that of the target if empty.")
    topic: Text = Field(min_length=1, max_length=249)


class CopyIn(Body):
    """Which records to copy, and how."""

    source: SourceIn
    partition: Literal["same", "key"] = Field("same", description="The source's partitions, or chosen by the key.")
    time: Literal["same", "now"] = Field("same", description="The source's timestamps, or now.")
    rate: int | None = Field(None, ge=1, le=LARGEST_RATE, description="Records per second, at most.")


@router.post(f"{TOPIC}/messages/copy", response=STARTED, auth=on_cluster("messages.produce", change=True))
def copy_messages(request: ApiRequest, topic: str, body: CopyIn, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Copy records of another topic, or another cluster, to this one as a job; needs `messages.view` there."""
    source = source_of(request, body.source)
    query = body.source.model_dump(exclude={"cluster", "topic"}, exclude_none=True, mode="json")
    fields = {**body.model_dump(exclude={"source"}, exclude_none=True), "cluster": request.cluster.slug, "topic": topic}
    form = CopyForm(fields, targets={request.cluster.slug: request.cluster})
    if not form.is_valid():
        raise invalid(form)
    parameters = parameters_of(request, source, body.source.topic, query, form)
    require_name(request.cluster, params, params.confirm, topic)
    return started(request, params, NAME, parameters)


def source_of(request: ApiRequest, source: SourceIn) -> Cluster:
    """Return the cluster to copy from.

    Raises:
        Refused: there is none for this person, or they may not read the topic.
    """
    slug = source.cluster or request.cluster.slug
    cluster = next((cluster for cluster in visible_clusters(request) if cluster.slug == slug), None)
    if cluster is None:
        raise Refused(404, f"There is no cluster {slug}.", "Use its short name, as in its URL in the browser.")
    if not may_exist(source.topic):
        raise Refused(404, "There is no such topic: this is not a legal topic name.")
    demand(request, cluster, "messages.view", source.topic)
    return cluster
