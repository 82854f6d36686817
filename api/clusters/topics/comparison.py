"""Configs of topics side by side, and one topic given those of another."""

from functools import partial
from typing import Annotated, Any

from ninja import Field, Query, Schema, Status

from api.clusters.topics.listing import TOPIC, router
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ConfirmedChangeParams, change, require_name
from api.kit.types import Body, Key, Text
from clusters.gateway import configs
from clusters.topics import rows
from clusters.topics.comparing.comparison import compare
from clusters.topics.comparing.queries import MOST, compared_topics, keys_of, plan_alignment

NAMED = "`topic`, or `cluster/topic` for one of another cluster."


class ComparisonParams(Schema):
    """The topics to compare."""

    topic: Annotated[list[Text], Field(description=f"{NAMED} Repeat it, at most {MOST} times.")] = []
    all: bool = Field(False, description="Also what is the same.")


class ComparedTopicOut(Schema):
    """One of the topics, or why it could not be read."""

    cluster: str
    topic: str
    problem: str


class ComparedRowOut(Schema):
    """A property of all topics, in their order; null where a topic does not have it, or it is not known."""

    name: str
    differs: bool
    values: list[str | None]
    own: list[bool] = Field(description="Whether it is set on the topic itself.")


class TopicComparisonOut(Schema):
    """Topics side by side."""

    topics: list[ComparedTopicOut]
    rows: list[ComparedRowOut]


class AlignmentIn(Body):
    """Whose configs to take over, and which."""

    source: Text = Field(min_length=1, max_length=400, description=NAMED)
    configs: list[Key] = Field([], description="All that differ, if empty.")


@router.get("/compare-topics", response=TopicComparisonOut, auth=on_cluster("topics.view"))
def compare_topics(request: ApiRequest, params: Query[ComparisonParams]) -> dict[str, Any]:
    """Compare the configs of topics, also of other clusters."""
    topics = compared_topics(request, keys_of(request.cluster, params.topic))
    compared = compare(topics, only_differences=not params.all) if topics else []
    return {
        "topics": [{"cluster": each.cluster, "topic": each.topic, "problem": each.problem} for each in topics],
        "rows": [
            {
                "name": row.name,
                "differs": row.differs,
                "values": [each.value for each in row.values],
                "own": [each.is_own for each in row.values],
            }
            for row in compared
        ],
    }


@router.post(f"{TOPIC}/configs/align", response=CHANGED, auth=on_cluster("topics.configure", change=True))
def align_configs(
    request: ApiRequest, topic: str, body: AlignmentIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Give a topic the configs of another one. What that one has by default is reset.

    In production, the topic name must be confirmed if records may be deleted.
    """
    cluster = request.cluster
    alignment, plan = plan_alignment(request, cluster, topic, body.source, body.configs)
    if plan.destructive:
        require_name(cluster, params, params.confirm, topic)
    alter = partial(configs.alter_topic, cluster.connection(), topic, set=alignment.changed, delete=alignment.reset)
    return change(
        request,
        params,
        plan,
        alter,
        after=lambda: rows.configs_changed(cluster, topic),
        trial=partial(alter, validate_only=True),
    )
