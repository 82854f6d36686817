"""Transactions as pages and the API read them, from Kafka.

Kafka requests: the list, one per broker; one transaction, one to find its coordinator and one to it; producers, one per
leader and thousand partitions; hanging ones, all of these.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from clusters.gateway import topics
from clusters.gateway import transactions as kafka
from clusters.gateway.errors import KafkaFailure, NotFound
from clusters.gateway.offsets import Key
from clusters.gateway.result import Failure, Partial
from clusters.gateway.transactions import Producer, TransactionDetail, TransactionListing
from clusters.inventory.rows import leaders_of
from clusters.models import Cluster
from clusters.transactions import hanging

MOST = 1000  # rows of a page
ONGOING = "Ongoing"
MAX_TIMEOUT_MIN = 15  # Kafka's default for the longest transaction, in minutes (transaction.max.timeout.ms)
Sees = Callable[[str], bool]


@dataclass(frozen=True)
class HangingTransaction:
    """A transaction that no coordinator will end, with its transactional id where that is known."""

    producer: Producer
    transactional_id: str

    @property
    def last_record(self) -> datetime | None:
        return moment(self.producer.last_timestamp_ms)


def moment(milliseconds: int | None) -> datetime | None:
    """Return a time of Kafka's; None where there is none, or one that no date can be."""
    if milliseconds is None:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def listed(cluster: Cluster, sees_id: Sees, q: str = "", state: str = "") -> Partial[TransactionListing]:
    """Return the transactional ids that the person may see, those with an open transaction first.

    Raises:
        KafkaFailure: with the cause.
    """
    answered = kafka.list_transactions(cluster.connection())
    visible = [
        listing
        for listing in answered.items
        if sees_id(listing.transactional_id)
        and q.lower() in listing.transactional_id.lower()
        and state in {"", listing.state}
    ]
    visible.sort(key=lambda listing: (listing.state != ONGOING, listing.transactional_id))
    return Partial(tuple(visible), answered.failures)


def described(cluster: Cluster, transactional_id: str) -> TransactionDetail:
    """Return one transaction.

    Raises:
        NotFound: its coordinator does not know it.
        KafkaFailure: with the cause.
    """
    answered = kafka.describe(cluster.connection(), [transactional_id])
    if answered.failures:
        raise_first(answered.failures)
    if not answered.items:
        raise NotFound(
            f"There is no transactional id {transactional_id}.", "It may have expired (transactional.id.expiration.ms)."
        )
    return answered.items[0]


def raise_first(failures: tuple[Failure, ...]) -> None:
    """Raise what prevented an answer.

    Raises:
        KafkaFailure: always.
    """
    raise KafkaFailure(f"{failures[0].subject}: {failures[0].sentence}", "Try again in a few seconds.")


def leaders_in(cluster: Cluster, topic: str, partition: int | None = None) -> dict[Key, int | None]:
    """Return the leaders of a topic's partitions, or of one of them.

    Raises:
        NotFound: there is no such topic or partition.
        KafkaFailure: with the cause.
    """
    description = topics.describe(cluster.connection(), topic)
    leaders = {(topic, item.id): item.leader for item in description.partitions if partition in {None, item.id}}
    if not leaders:
        raise NotFound(f"{topic} has no partition {partition}.", "Check the number.")
    return leaders


def producers_of(cluster: Cluster, topic: str, partition: int | None = None) -> Partial[Producer]:
    """Return the producers of a topic's partitions, those with an open transaction first.

    Raises:
        KafkaFailure: with the cause.
    """
    answered = kafka.producers(cluster.connection(), leaders_in(cluster, topic, partition))
    items = sorted(answered.items, key=lambda item: (item.open_since is None, item.partition, item.id))
    return Partial(tuple(items), answered.failures)


def find_hanging(
    cluster: Cluster, sees_topic: Sees, topic: str = "", minutes: int = MAX_TIMEOUT_MIN
) -> Partial[HangingTransaction]:
    """Return the transactions that hang, of the topics that the person may see, or of one of them.

    Raises:
        KafkaFailure: with the cause.
    """
    connection = cluster.connection()
    if topic:
        leaders = leaders_in(cluster, topic)
    else:
        metadata = topics.list_topics(connection)
        leaders = {**leaders_of(item for item in metadata.topics if sees_topic(item.name))}
    answered = kafka.producers(connection, leaders, timeout=kafka.TIMEOUT + len(leaders) / 5000)
    candidates = hanging.candidates(answered.items, time.time_ns() // 1_000_000, minutes * 60_000)
    if not candidates:
        return Partial((), answered.failures)
    listings = kafka.list_transactions(connection, producer_ids={producer.id for producer in candidates})
    details = kafka.describe(connection, {listing.transactional_id for listing in listings.items})
    failures = (*answered.failures, *listings.failures, *details.failures)
    if listings.failures or details.failures:
        return Partial((), failures)  # what a silent coordinator knows does not hang
    pairs = hanging.hanging(candidates, listings.items, details.items)
    return Partial(tuple(HangingTransaction(*pair) for pair in pairs), failures)


def open_producer(cluster: Cluster, topic: str, partition: int, start_offset: int) -> tuple[Producer, str]:
    """Return the producer of a transaction by its first offset, and the id whose coordinator will end it, if any.

    Raises:
        NotFound: no transaction is open there.
        KafkaFailure: with the cause.
    """
    answered = producers_of(cluster, topic, partition)
    producer = next((item for item in answered.items if item.open_since == start_offset), None)
    if answered.failures and producer is None:
        raise_first(answered.failures)
    if producer is None:
        raise NotFound(
            f"No transaction of {topic}-{partition} is open since offset {start_offset}.", "It may have ended."
        )
    connection = cluster.connection()
    listings = kafka.list_transactions(connection, producer_ids={producer.id}).items
    details = kafka.describe(connection, {listing.transactional_id for listing in listings}).items
    if hanging.hanging([producer], listings, details):
        return producer, ""
    return producer, listings[0].transactional_id
