"""Transactions and producers (KIP-664, Kafka 3.0): listed by their coordinators, described, aborted on a partition."""

import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from kafka.protocol.admin import DescribeTransactionsRequest, ListTransactionsRequest
from kafka.protocol.producer.transaction import WriteTxnMarkersRequest

from clusters.gateway.clients import coordinators, pool, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, failed_code
from clusters.gateway.offsets import Key
from clusters.gateway.reading.transactions import requests
from clusters.gateway.result import Failure, Partial

TIMEOUT = 5.0
UNKNOWN_ID = 105  # TRANSACTIONAL_ID_NOT_FOUND


@dataclass(frozen=True, slots=True)
class TransactionListing:
    """A transactional id as its coordinator lists it."""

    transactional_id: str
    producer_id: int
    state: str
    coordinator: int


@dataclass(frozen=True, slots=True)
class TransactionDetail:
    """The last transaction of a transactional id; it has partitions and a start while it is going on."""

    transactional_id: str
    state: str
    producer_id: int
    producer_epoch: int
    timeout_ms: int
    started_ms: int | None
    coordinator: int
    partitions: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Producer:
    """A producer that a partition's leader remembers; None is what it does not have.

    ``open_since`` is the offset of the first record of its open transaction.
    """

    topic: str
    partition: int
    leader: int
    id: int
    epoch: int
    last_sequence: int | None
    last_timestamp_ms: int | None
    coordinator_epoch: int | None
    open_since: int | None

    @property
    def abort_query(self) -> str:
        """What names its open transaction in an address."""
        return urlencode({"topic": self.topic, "partition": self.partition, "start_offset": self.open_since})


def list_transactions(
    connection: Connection, *, producer_ids: Collection[int] = (), timeout: float = TIMEOUT
) -> Partial[TransactionListing]:
    """Ask all brokers for the transactional ids that they coordinate; those that do not answer are failures.

    Raises:
        Unsupported: the brokers are older than Kafka 3.0.
        KafkaFailure: the cluster is not reachable at all.
    """
    ids = [broker.id for broker in pool.brokers(connection, timeout=timeout)]
    request = ListTransactionsRequest(state_filters=[], producer_id_filters=sorted(producer_ids), min_version=0)
    responses = protocol.send_all(connection, [(broker, request) for broker in ids], timeout=timeout)
    listings: list[TransactionListing] = []
    failures: list[KafkaFailure] = []
    for broker, response in zip(ids, responses, strict=True):
        problem = response if isinstance(response, KafkaFailure) else problem_of(response.error_code)
        if problem:
            problem.field = f"broker {broker}"
            failures.append(problem)
            continue
        listings += [
            TransactionListing(state.transactional_id, state.producer_id, state.transaction_state, broker)
            for state in response.transaction_states
        ]
    if failures and len(failures) == len(ids):
        raise failures[0]
    return Partial(tuple(listings), tuple(Failure(failure.field or "", failure.sentence) for failure in failures))


def problem_of(code: int) -> KafkaFailure | None:
    return failed_code(code) if code else None


def describe(connection: Connection, ids: Collection[str], *, timeout: float = TIMEOUT) -> Partial[TransactionDetail]:
    """Describe some transactional ids; those that are unknown to their coordinators are left out.

    Raises:
        KafkaFailure: nobody answered.
    """
    deadline = time.monotonic() + timeout
    coordinator_ids, missing = coordinators.find(connection, ids, timeout=timeout, kind=coordinators.TRANSACTION)
    by_broker: dict[int, list[str]] = defaultdict(list)
    for name, broker in coordinator_ids.items():
        by_broker[broker].append(name)
    batches = [(broker, DescribeTransactionsRequest(transactional_ids=names)) for broker, names in by_broker.items()]
    responses = protocol.send_all(connection, batches, timeout=deadline - time.monotonic())
    details: list[TransactionDetail] = []
    failures = list(missing)
    for (broker, _), response in zip(batches, responses, strict=True):
        if isinstance(response, KafkaFailure):
            failures.append(Failure(f"broker {broker}", response.sentence))
            continue
        for state in response.transaction_states:
            if state.error_code and state.error_code != UNKNOWN_ID:
                failures.append(Failure(state.transactional_id, failed_code(state.error_code).sentence))
            elif not state.error_code:
                details.append(detail(state, broker))
    return Partial(tuple(details), tuple(failures))


def detail(state: Any, coordinator: int) -> TransactionDetail:
    return TransactionDetail(
        transactional_id=state.transactional_id,
        state=state.transaction_state,
        producer_id=state.producer_id,
        producer_epoch=state.producer_epoch,
        timeout_ms=state.transaction_timeout_ms,
        started_ms=known(state.transaction_start_time_ms),
        coordinator=coordinator,
        partitions=tuple(sorted((topic.topic, number) for topic in state.topics for number in topic.partitions)),
    )


def known(number: int) -> int | None:
    """Return a number; None for -1, by which Kafka says that there is none."""
    return None if number < 0 else number


def producers(
    connection: Connection, leaders: Mapping[Key, int | None], *, timeout: float = TIMEOUT
) -> Partial[Producer]:
    """Ask the leaders of partitions for the producers that they remember; leaders that do not tell are failures.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    batches = list(requests(leaders))
    responses = protocol.send_all(connection, batches, timeout=timeout)
    items: list[Producer] = []
    failures: dict[str, Failure] = {}
    for (leader, _), response in zip(batches, responses, strict=True):
        if isinstance(response, KafkaFailure):
            failures[f"broker {leader}"] = Failure(f"broker {leader}", response.sentence)
            continue
        for topic in response.topics:
            for partition in topic.partitions:
                if partition.error_code:
                    sentence = failed_code(partition.error_code, partition.error_message).sentence
                    failures.setdefault(topic.name, Failure(topic.name, sentence))
                items += [
                    producer(topic.name, partition.partition_index, leader, state)
                    for state in partition.active_producers
                ]
    return Partial(tuple(items), tuple(failures.values()))


def producer(topic: str, partition: int, leader: int, state: Any) -> Producer:
    return Producer(
        topic, partition, leader, state.producer_id, state.producer_epoch, known(state.last_sequence),
        known(state.last_timestamp), known(state.coordinator_epoch), known(state.current_txn_start_offset),
    )  # fmt: skip


def abort(connection: Connection, open_producer: Producer, *, timeout: float = TIMEOUT) -> None:
    """Write the marker that aborts a producer's open transaction on one partition.

    Raises:
        NotAuthorized: it needs ``ClusterAction`` or ``Alter`` on the cluster.
        KafkaFailure: with the cause.
    """
    marker_class = WriteTxnMarkersRequest.WritableTxnMarker
    topic = marker_class.WritableTxnMarkerTopic(name=open_producer.topic, partition_indexes=[open_producer.partition])
    marker = marker_class(
        producer_id=open_producer.id,
        producer_epoch=open_producer.epoch,
        transaction_result=False,
        topics=[topic],
        coordinator_epoch=open_producer.coordinator_epoch or 0,
    )
    request = WriteTxnMarkersRequest(markers=[marker])
    response = protocol.send(connection, request, open_producer.leader, timeout=timeout)
    for code in error_codes(response.markers):
        protocol.raise_for_code(code, subject=f"{open_producer.topic}-{open_producer.partition}")


def error_codes(markers: Sequence[Any]) -> list[int]:
    return [partition.error_code for marker in markers for topic in marker.topics for partition in topic.partitions]
