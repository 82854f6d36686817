"""Which transactions hang: open on a partition, while no coordinator will ever end them. Pure.

As kafka-transactions find-hanging decides it (org.apache.kafka.tools.TransactionsCommand).
"""

from collections.abc import Iterable, Sequence

from clusters.gateway.transactions import Producer, TransactionDetail, TransactionListing


def candidates(producers: Iterable[Producer], now_ms: int, max_timeout_ms: int) -> list[Producer]:
    """Return producers whose transaction is open for longer than any may be."""
    return [
        producer
        for producer in producers
        if producer.open_since is not None
        and producer.last_timestamp_ms is not None
        and now_ms - producer.last_timestamp_ms > max_timeout_ms
    ]


def hanging(
    open_producers: Sequence[Producer], listings: Iterable[TransactionListing], details: Iterable[TransactionDetail]
) -> list[tuple[Producer, str]]:
    """Return those whose coordinator does not know of the partition, with the transactional id where it is known."""
    ids = {listing.producer_id: listing.transactional_id for listing in listings}
    partitions = {detail.transactional_id: set(detail.partitions) for detail in details}
    pairs = [(producer, ids.get(producer.id, "")) for producer in open_producers]
    return [
        (producer, transactional_id)
        for producer, transactional_id in pairs
        if (producer.topic, producer.partition) not in partitions.get(transactional_id, set())
    ]
