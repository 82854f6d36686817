"""Transactions and producers, from Kafka; aborting goes through ``clusters.changes``."""

from functools import partial
from typing import Any

from ninja import Field, Query, Router, Schema, Status

from api.kit.access import ApiRequest, demand, on_cluster
from api.kit.changes import CHANGED, ConfirmedChangeParams, change, require_name
from api.kit.problems import Refused
from api.kit.types import Body, Part, Text
from clusters.access import may_exist, sees
from clusters.gateway import transactions as kafka
from clusters.gateway.transactions import Producer
from clusters.transactions import plan, queries
from clusters.transactions.queries import MAX_TIMEOUT_MIN, HangingTransaction

router = Router(tags=["Transactions"])
TRANSACTIONS = "/transactions"
PRODUCERS = "/topics/{name:topic}/producers"


class TransactionOut(Schema):
    """A transactional id, as its coordinator lists it now."""

    transactional_id: str
    producer_id: int
    state: str
    coordinator: int


class TransactionsParams(Schema):
    """Which transactional ids to list."""

    q: Text = Field("", description="Search text.")
    state: Text = Field("", description="Only transactions in this state, e.g. Ongoing.")


class TransactionsOut(Schema):
    """Transactional ids, and which brokers did not answer."""

    items: list[TransactionOut]
    missing: list[Part]


class TransactionPartitionOut(Schema):
    """A partition."""

    topic: str
    partition: int


class TransactionDetailOut(TransactionOut):
    """The last transaction of a transactional id; partitions and start are those of an open one."""

    producer_epoch: int
    timeout_ms: int
    started_ms: int | None
    partitions: list[TransactionPartitionOut]


class ProducerOut(Schema):
    """A producer that a partition's leader remembers."""

    topic: str
    partition: int
    producer_id: int
    epoch: int
    last_sequence: int | None
    last_timestamp_ms: int | None
    coordinator_epoch: int | None
    open_since: int | None = Field(description="First offset of its open transaction; null if none is open.")


class ProducersOut(Schema):
    """Producers, and which leaders did not answer."""

    items: list[ProducerOut]
    missing: list[Part]


class HangingOut(ProducerOut):
    """A transaction that no coordinator will end."""

    transactional_id: str = Field(description="Empty if no coordinator knows the producer.")


class AllHangingOut(Schema):
    """Hanging transactions, and what did not answer."""

    items: list[HangingOut]
    missing: list[Part]


class HangingParams(Schema):
    """Where to search, and from which age on."""

    topic: Text = Field("", max_length=249)
    minutes: int = Field(MAX_TIMEOUT_MIN, ge=0, le=100_000, description="Open for longer than this.")


class ProducersParams(Schema):
    """One of the topic's partitions, or all."""

    partition: int | None = Field(None, ge=0, le=2**31 - 1)


class AbortIn(Body):
    """The transaction to abort: a partition, and the first offset of the transaction there."""

    partition: int = Field(ge=0, le=2**31 - 1)
    start_offset: int = Field(ge=0, le=2**63 - 1)


@router.get(TRANSACTIONS, response=TransactionsOut, auth=on_cluster("transactions.view"))
def list_transactions(request: ApiRequest, params: Query[TransactionsParams]) -> dict[str, Any]:
    """List transactional ids with the states of their transactions, as their coordinators know them now."""
    sees_id = partial(sees, request, request.cluster, "transactions.view")
    listed = queries.listed(request.cluster, sees_id, params.q, params.state)
    return {"items": listed.items, "missing": listed.failures}


@router.get(f"{TRANSACTIONS}/hanging", response=AllHangingOut, auth=on_cluster("transactions.view"))
def find_hanging_transactions(request: ApiRequest, params: Query[HangingParams]) -> dict[str, Any]:
    """Find transactions that are open on a partition while no coordinator will end them."""
    if params.topic:
        demand(request, request.cluster, "transactions.view", params.topic)
        require_legal(params.topic)
    sees_topic = partial(sees, request, request.cluster, "transactions.view")
    result = queries.find_hanging(request.cluster, sees_topic, params.topic, params.minutes)
    return {"items": [hanging_out(item) for item in result.items], "missing": result.failures}


def require_legal(topic: str) -> None:
    """Refuse what is not a topic's name.

    Raises:
        Refused: it is none.
    """
    if not may_exist(topic):
        raise Refused(404, "There is no such topic: this is not a legal topic name.")


@router.get(
    f"{TRANSACTIONS}/ids/{{name:transaction}}", response=TransactionDetailOut, auth=on_cluster("transactions.view")
)
def show_transaction(request: ApiRequest, transaction: str) -> dict[str, Any]:
    """Show the state of a transactional id, and the partitions of its open transaction that you have access to."""
    detail = queries.described(request.cluster, transaction)
    partitions = [
        {"topic": topic, "partition": number}
        for topic, number in detail.partitions
        if sees(request, request.cluster, "topics.view", topic)
    ]
    names = ("transactional_id", "state", "producer_id", "producer_epoch", "timeout_ms", "started_ms", "coordinator")
    return {**{name: getattr(detail, name) for name in names}, "partitions": partitions}


@router.get(PRODUCERS, response=ProducersOut, auth=on_cluster("transactions.view"))
def list_producers(request: ApiRequest, topic: str, params: Query[ProducersParams]) -> dict[str, Any]:
    """List the producers that the leaders of a topic's partitions remember."""
    answered = queries.producers_of(request.cluster, topic, params.partition)
    return {"items": [producer_out(item) for item in answered.items], "missing": answered.failures}


def producer_out(producer: Producer) -> dict[str, Any]:
    names = ("topic", "partition", "epoch", "last_sequence", "last_timestamp_ms", "coordinator_epoch", "open_since")
    return {"producer_id": producer.id, **{name: getattr(producer, name) for name in names}}


def hanging_out(item: HangingTransaction) -> dict[str, Any]:
    return {**producer_out(item.producer), "transactional_id": item.transactional_id}


@router.post(
    "/topics/{name:topic}/abort-transaction", response=CHANGED, auth=on_cluster("transactions.abort", change=True)
)
def abort_transaction(
    request: ApiRequest, topic: str, body: AbortIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Abort an open transaction on one partition; in production the topic name must be confirmed."""
    producer, coordinated_by = queries.open_producer(request.cluster, topic, body.partition, body.start_offset)
    require_name(request.cluster, params, params.confirm, topic)
    return change(
        request,
        params,
        plan.abort(producer, coordinated_by=coordinated_by),
        partial(kafka.abort, request.cluster.connection(), producer),
        after=lambda: None,
    )
