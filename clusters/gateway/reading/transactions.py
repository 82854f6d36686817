"""Which topics are written to in transactions, as their partitions' leaders know it (KIP-664, Kafka 2.8 on).

A leader forgets a producer some time after its last record: a day, by producer.id.expiration.ms.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from kafka.protocol.admin import DescribeProducersRequest

from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.offsets import Key

TIMEOUT = 5.0
CHUNK = 1000  # partitions of a request
NONE = -1  # an epoch or offset of who writes without transactions


def transactional_topics(
    connection: Connection, leaders: Mapping[Key, int | None], *, timeout: float = TIMEOUT
) -> set[str]:
    """Return those of some partitions' topics that are known to be written to in transactions.

    Leaders that do not answer, or do not tell (it needs ``Read`` on the topic), name none.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    responses = protocol.send_all(connection, list(requests(leaders)), timeout=timeout)
    return {
        topic.name
        for response in responses
        if not isinstance(response, KafkaFailure)
        for topic in response.topics
        for partition in topic.partitions
        if any(is_transactional(producer) for producer in partition.active_producers)
    }


def is_transactional(producer: Any) -> bool:
    """Tell whether a producer's state is of transactions: one is going on, or a marker has ended one."""
    return bool(producer.coordinator_epoch > NONE or producer.current_txn_start_offset > NONE)


def requests(leaders: Mapping[Key, int | None]) -> Iterator[tuple[int, Any]]:
    by_leader: dict[int, list[Key]] = defaultdict(list)
    for key, leader in leaders.items():
        if leader is not None:
            by_leader[leader].append(key)
    for leader, keys in by_leader.items():
        for start in range(0, len(keys), CHUNK):
            yield leader, request(keys[start : start + CHUNK])


def request(keys: list[Key]) -> Any:
    numbers: dict[str, list[int]] = defaultdict(list)
    for topic, partition in keys:
        numbers[topic].append(partition)
    topic_class = DescribeProducersRequest.TopicRequest
    return DescribeProducersRequest(
        topics=[topic_class(name=topic, partition_indexes=indexes) for topic, indexes in numbers.items()]
    )
