"""Insights into a topic's records: those that were made, and a new one."""

from datetime import UTC, datetime
from typing import Any

from ninja import Field, Query, Schema, Status

from api.clusters.job_starts import STARTED, started
from api.clusters.topics.listing import TOPIC, router
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import ChangeParams
from api.kit.types import Body
from clusters.messages.insight.job import NAME
from clusters.messages.insight.queries import MOST, insights_of
from clusters.messages.reading.topic import partitions_of

LARGEST = 10_000_000


class InsightIn(Body):
    """How much of the topic is read."""

    last: int | None = Field(10_000, ge=1, le=LARGEST, description="Offsets of each partition; null for all records.")


class NamedCount(Schema):
    """How many records have something."""

    name: str
    records: int


class LargeRecord(Schema):
    """One of the largest records."""

    partition: int
    offset: int
    size: int


class HourCount(Schema):
    """Records of an hour."""

    hour: datetime
    records: int


class InsightOut(Schema):
    """An insight. Sizes are of key and value, in bytes; null is unknown."""

    job: int
    state: str = Field(description="Of the job; what is not `done` counts only a part.")
    title: str
    created_at: datetime
    records: int
    bytes: int
    mean_size: int | None
    p50_size: int | None
    p95_size: int | None
    largest_size: int
    null_keys: int
    distinct_keys: int = Field(description="Estimated by HyperLogLog.")
    distinct_keys_range: list[int] = Field(description="Bounds of the estimate, right in 95 of 100 cases.")
    duplicates_range: list[int] = Field(description="Bounds of the records with the key of an earlier one, likewise.")
    tombstones: int
    headers: list[NamedCount]
    key_formats: list[NamedCount] = Field(description="Of `sampled` records.")
    value_formats: list[NamedCount]
    sampled: int
    codecs: list[NamedCount]
    hours: list[HourCount]
    largest: list[LargeRecord]


class InsightsOut(Schema):
    """The insights of a topic, the newest first."""

    items: list[InsightOut]


@router.get(f"{TOPIC}/insight", response=InsightsOut, auth=on_cluster("messages.view"))
def list_insights(request: ApiRequest, topic: str) -> dict[str, Any]:
    """List the insights into a topic that are kept, at most 50."""
    jobs = insights_of(request, request.cluster, topic)[:MOST]
    return {"items": [insight_out(job) for job in jobs if job.result]}


@router.post(f"{TOPIC}/insight", response=STARTED, auth=on_cluster("messages.view"))
def start_insight(request: ApiRequest, topic: str, body: InsightIn, params: Query[ChangeParams]) -> Status[Any]:
    """Count what a topic's records are like, as a job: sizes, keys, nulls, headers, formats, rates."""
    partitions_of(request.cluster, topic)
    return started(request, params, NAME, {"topic": topic, "last": body.last})


def insight_out(job: Any) -> dict[str, Any]:
    result = job.result
    named = ("headers", "key_formats", "value_formats", "codecs")
    return {
        **result,
        **{name: [{"name": each, "records": number} for each, number in result[name]] for name in named},
        "hours": [
            {"hour": datetime.fromtimestamp(hour * 3600, UTC), "records": number} for hour, number in result["hours"]
        ],
        "largest": [{"size": size, "partition": partition, "offset": offset}
                    for size, partition, offset in result["largest"]],
        "job": job.pk, "state": job.state, "title": job.title, "created_at": job.created_at,
    }  # fmt: skip
