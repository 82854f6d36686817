"""Groups: the list from the inventory, one group from its coordinator."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema

from api.kit.access import ApiRequest, on_cluster
from api.kit.paging import paged
from api.kit.types import Listing, Page, Part, SortBy, Text
from clusters.access import scope_of, topics_in_sight
from clusters.gateway.groups.members import Member
from clusters.gateway.groups.streams import Topology
from clusters.groups import offset_files
from clusters.groups.offset_deletion import committed_of
from clusters.groups.queries import COLUMNS, TYPES, filtered
from clusters.groups.state import Standing, standing_of
from clusters.models import Cluster, Group
from lag.types import Status

router = Router(tags=["Consumer groups"])
GROUPS = "/groups"
GROUP = f"{GROUPS}/{{name:group}}"


class GroupRow(Schema):
    """A group as of the last refresh. null is unknown."""

    name: str
    state: str
    type: str
    protocol: str
    coordinator: int | None
    members: int | None
    topics: int | None
    lag: int | None = Field(description="Total lag, over the partitions whose lag is known.")
    unknown: int = Field(description="Partitions whose lag is not known.")
    status: str | None = Field(description="Burrow's status: OK, WARN or ERR.")
    time_lag: float | None = Field(description="Time lag in seconds.")

    @staticmethod
    def resolve_status(row: Group) -> str | None:
        return None if row.lag_status is None else Status(row.lag_status).name


class GroupsParams(Listing):
    """Query parameters of the list of groups."""

    sort: Annotated[str, SortBy(COLUMNS)] = "name"
    state: Text = Field("", description="Only groups in this state, e.g. Stable.")
    type: Literal["", *TYPES] = Field("", description="Only groups of this type.")  # type: ignore[valid-type]


class TasksOut(Schema):
    """Tasks of a member of a streams group: numbers by subtopology."""

    active: dict[str, list[int]]
    standby: dict[str, list[int]]
    warm_up: dict[str, list[int]]


class MemberOut(Schema):
    """A member of a group. Members of classic groups have no epoch; only those of streams groups have tasks."""

    id: str
    client_id: str
    host: str
    instance_id: str | None
    assignment: dict[str, list[int]] = Field(description="Partitions by topic.")
    epoch: int | None
    tasks: TasksOut | None


class SubtopologyOut(Schema):
    """A part of the topology of a streams group, by the topics that it reads, writes to, and keeps its state in."""

    id: str
    source_topics: list[str]
    repartition_source_topics: list[str]
    repartition_sink_topics: list[str]
    changelog_topics: list[str]


class TopologyOut(Schema):
    """The topology of a streams group; without subtopologies until all its topics are there."""

    epoch: int
    subtopologies: list[SubtopologyOut]


class OffsetOut(Schema):
    """A group's offset in one partition. null is unknown, or never committed."""

    topic: str
    partition: int
    committed: int | None = Field(description="The committed offset; of a share group, its start offset.")
    end: int | None
    lag: int | None = Field(description="Of a share group: the records yet to be dealt with, as Kafka counts them.")
    beyond: int | None = Field(
        description="How far the committed offset is beyond the log end offset: the topic was recreated or truncated."
    )
    member: str | None = Field(description="The member that the partition is assigned to, or the first of several.")
    members: list[str] = Field(description="All members that it is assigned to: several may share it in share groups.")


class GroupOut(Schema):
    """A group as Kafka reports it now."""

    name: str
    state: str
    type: str
    protocol: str
    coordinator: int | None
    epoch: int | None
    assignment_epoch: int | None
    topology: TopologyOut | None = Field(description="Only of streams groups.")
    status: str | None = Field(description="Burrow's status as of the last evaluation.")
    lag: int | None
    unknown: int
    members: list[MemberOut]
    offsets: list[OffsetOut]
    missing: list[Part] = Field(description="Parts that could not be fetched.")


@router.get(GROUPS, response=Page[GroupRow], auth=on_cluster("groups.view"))
def list_groups(request: ApiRequest, params: Query[GroupsParams]) -> dict[str, Any]:
    """List groups, as of the last refresh of the cluster."""
    scope = scope_of(request)(request.cluster, "groups.view")
    rows = Group.objects.filter(scope, cluster=request.cluster)
    return paged(filtered(rows, params.q, params.state, kind=params.type), params, params.sort)


@router.get(GROUP, response=GroupOut, auth=on_cluster("groups.view"))
def show_group(request: ApiRequest, group: str) -> dict[str, Any]:
    """Show a group with its members, and the committed offset, log end offset and lag of each partition."""
    standing = standing_of(request.cluster, group, topics_in_sight(request, request.cluster))
    return {**about_group(request.cluster, standing), **offsets_out(standing), "missing": standing.problems}


@router.get(
    f"{GROUP}/offsets/export",
    auth=on_cluster("groups.view"),
    response={200: None},
    openapi_extra={
        "responses": {200: {"description": "The file.", "content": {"text/csv": {"schema": {"type": "string"}}}}}
    },
)
def export_offsets(request: ApiRequest, group: str) -> HttpResponse:
    """Fetch a group's committed offsets as a file that kafka-consumer-groups reads: topic,partition,offset."""
    standing = standing_of(request.cluster, group, topics_in_sight(request, request.cluster))
    return HttpResponse(offset_files.write(committed_of(standing)), content_type="text/csv; charset=utf-8")


def about_group(cluster: Cluster, standing: Standing) -> dict[str, Any]:
    """Return what a group is and who its members are; where its coordinator did not answer, what the list says."""
    listing, about = standing.listing, standing.about
    row = Group.objects.filter(cluster=cluster, name=listing.name).first()
    return {
        "name": listing.name,
        "state": about.state if about else listing.state,
        "type": listing.type,
        "protocol": about.protocol if about else "",
        "coordinator": about.coordinator if about else listing.coordinator,
        "epoch": about.epoch if about else None,
        "assignment_epoch": about.assignment_epoch if about else None,
        "topology": topology_out(about.topology) if about and about.topology else None,
        "status": GroupRow.resolve_status(row) if row else None,
        "members": [member_out(member) for member in (about.members if about else ())],
    }


def member_out(member: Member) -> dict[str, Any]:
    tasks = member.tasks
    return {
        "id": member.id, "client_id": member.client_id, "host": member.host, "instance_id": member.instance_id,
        "epoch": member.epoch, "assignment": dict(member.assignment),
        "tasks": tasks and {role: dict(getattr(tasks, role)) for role in ("active", "standby", "warm_up")},
    }  # fmt: skip


def topology_out(topology: Topology) -> dict[str, Any]:
    return {
        "epoch": topology.epoch,
        "subtopologies": [
            {
                "id": part.id, "source_topics": part.sources, "repartition_source_topics": part.repartition_sources,
                "repartition_sink_topics": part.repartition_sinks, "changelog_topics": part.changelogs,
            }
            for part in topology.subtopologies
        ],
    }  # fmt: skip


def offsets_out(standing: Standing) -> dict[str, Any]:
    """Return a group's lag in total, and its position in each partition."""
    return {
        "lag": standing.lag,
        "unknown": standing.unknown,
        "offsets": [
            {
                "topic": row.topic, "partition": row.partition, "committed": row.committed, "end": row.end,
                "lag": row.lag, "beyond": row.beyond, "member": row.owners[0].id if row.owners else None,
                "members": [member.id for member in row.owners],
            }
            for row in standing.rows
        ],
    }  # fmt: skip
