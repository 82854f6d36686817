"""Topics: the list from the inventory, one topic from Kafka."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from api.clusters.configs import ConfigOut, DocumentedConfigOut, documented
from api.kit.access import ApiRequest, on_cluster
from api.kit.paging import paged
from api.kit.types import Listing, Page, Part, SortBy
from clusters.access import scope_of, sees
from clusters.gateway import configs as kafka_configs
from clusters.gateway.bounds import is_upper_bound
from clusters.models import Topic
from clusters.topics import queries
from clusters.topics.queries import COLUMNS, Reader, Readership
from clusters.topics.rows import PartitionRow
from clusters.topics.state import topic_state
from lag.types import Status

router = Router(tags=["Topics"])
TOPICS = "/topics"
TOPIC = "/topics/{name:topic}"
AT_MOST = (
    "Whether `messages` is an upper bound: it is counted by offsets, which may include compacted records and "
    "transaction markers."
)
RATE = "Records in per second: the mean of at least 30 s, by offsets, so with transaction markers."
LAST_RECORD = "When records were last seen to arrive; null if none has since the topic was first seen."


class TopicRow(Schema):
    """A topic as of the last refresh. null is unknown."""

    name: str
    internal: bool
    partitions: int
    replication: int
    under_replicated: int
    offline: int
    under_min_isr: int | None
    messages: int | None
    messages_at_most: bool = Field(description=AT_MOST)
    size: int | None = Field(description="Size in bytes, over all replicas.")
    rate: float | None = Field(description=RATE)
    last_record_at: datetime | None = Field(description=LAST_RECORD)
    groups: int | None = Field(description="Number of its consumer groups that the user has access to.")
    worst_status: str | None = Field(description="The worst of their statuses, by Burrow's rules.")
    cleanup_policy: str
    retention_ms: int | None
    min_isr: int | None


class TopicsParams(Listing):
    """Query parameters of the list of topics."""

    sort: Annotated[str, SortBy(COLUMNS)] = "name"
    internal: bool = Field(False, description="Include internal topics.")
    unhealthy: bool = Field(False, description="Only unhealthy topics: under-replicated or offline partitions.")


class PartitionOut(Schema):
    """One partition. null is unknown."""

    id: int
    leader: int | None
    replicas: list[int]
    isr: list[int]
    low: int | None = Field(description="Earliest offset (log start).")
    high: int | None = Field(description="Latest offset (high watermark).")
    messages: int | None
    messages_at_most: bool = Field(description=AT_MOST)
    size: int | None = Field(description="Size of the leader's replica in bytes.")


class TopicOut(Schema):
    """A topic as Kafka reports it now."""

    name: str
    internal: bool
    topic_id: str | None
    rate: float | None = Field(description=RATE)
    last_record_at: datetime | None = Field(description=LAST_RECORD)
    partitions: list[PartitionOut]
    configs: list[ConfigOut]
    missing: list[Part] = Field(description="Parts that could not be fetched.")


class ReaderOut(Schema):
    """A group that consumes a topic."""

    group: str
    lag: int | None
    unknown: int = Field(description="Partitions whose lag is not known.")
    status: str | None = Field(description="Burrow's status of its worst partition of the topic.")
    time_lag: float | None = Field(description="Time lag on this topic in seconds.")


@router.get(TOPICS, response=Page[TopicRow], auth=on_cluster("topics.view"))
def list_topics(request: ApiRequest, params: Query[TopicsParams]) -> dict[str, Any]:
    """List topics, as of the last refresh of the cluster."""
    scope = scope_of(request)(request.cluster, "topics.view")
    rows = Topic.objects.filter(scope, cluster=request.cluster)
    rows = queries.filtered(rows, params.q, internal=params.internal, unhealthy=params.unhealthy)
    part = paged(rows, params, params.sort)
    groups_by_topic = queries.readership(request, request.cluster, [topic.name for topic in part["items"]])
    nobody = Readership(0, None) if sees(request, request.cluster, "groups.view", "") else None
    return {**part, "items": [row_out(topic, groups_by_topic.get(topic.name, nobody)) for topic in part["items"]]}


def row_out(topic: Topic, groups: Readership | None) -> dict[str, Any]:
    own = {name: getattr(topic, name) for name in TopicRow.model_fields if name not in {"groups", "worst_status"}}
    worst = None if groups is None or groups.worst is None else Status(groups.worst).name
    return {**own, "groups": groups.groups if groups else None, "worst_status": worst}


def partition_out(row: PartitionRow, cleanup_policy: str, *, transactional: bool) -> PartitionOut:
    partition = row.partition
    return PartitionOut(
        id=partition.id, leader=partition.leader, replicas=list(partition.replicas), isr=list(partition.isr),
        low=row.low, high=row.high, messages=row.messages, size=row.size,
        messages_at_most=is_upper_bound(row.messages, cleanup_policy, transactional=transactional),
    )  # fmt: skip


@router.get(TOPIC, response=TopicOut, auth=on_cluster("topics.view"))
def show_topic(request: ApiRequest, topic: str) -> dict[str, Any]:
    """Show one topic with its partitions and configs, fetched from Kafka."""
    state = topic_state(request.cluster, topic, with_sizes=True)
    configs = kafka_configs.describe_topic(request.cluster.connection(), topic)
    policy = next((config.value or "" for config in configs if config.name == "cleanup.policy"), "")
    inventory = queries.row_of(request.cluster, topic)
    transactional = bool(inventory and inventory.transactional)
    return {
        "name": state.description.name,
        "internal": state.description.internal,
        "topic_id": state.description.topic_id,
        "rate": inventory.rate if inventory else None,
        "last_record_at": inventory.last_record_at if inventory else None,
        "partitions": [partition_out(row, policy, transactional=transactional) for row in state.rows],
        "configs": list(configs),
        "missing": state.problems,
    }


@router.get(f"{TOPIC}/configs", response=list[DocumentedConfigOut], auth=on_cluster("topics.view"))
def list_configs(request: ApiRequest, topic: str) -> list[Any]:
    """Show a topic's configs, fetched from Kafka."""
    entries = kafka_configs.describe_topic(request.cluster.connection(), topic)
    return documented(request.cluster, kafka_configs.TOPIC, topic, entries)


@router.get(f"{TOPIC}/groups", response=list[ReaderOut], auth=on_cluster("groups.view"))
def list_readers(request: ApiRequest, topic: str) -> list[Any]:
    """List the groups that consume a topic, as of the last refresh."""
    return [reader_out(reader) for reader in queries.readers(request, request.cluster, topic)]


def reader_out(reader: Reader) -> dict[str, Any]:
    return asdict(reader) | {"status": None if reader.status is None else Status(reader.status).name}
