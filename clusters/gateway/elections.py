"""Electing preferred leaders, and out-of-sync ones where there is none (KIP-460, Kafka 2.4)."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from kafka.protocol.admin import ElectLeadersRequest
from kafka.protocol.metadata import MetadataRequest

from clusters.gateway import cluster, propagation
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import failed_code
from clusters.gateway.offsets import Key

TIMEOUT = 10.0
PREFERRED, UNCLEAN = 0, 1  # types of elections
NOT_CONTROLLER = 41
NOT_NEEDED = 84  # ELECTION_NOT_NEEDED: the preferred replica leads already
AWAITED = 50  # topics; with more, the next page may show some leaders of before


def elect_preferred(connection: Connection, leaders: Mapping[Key, int], *, timeout: float = TIMEOUT) -> None:
    """Make the first replicas of partitions their leaders, and wait until all brokers say so.

    Args:
        connection: the cluster.
        leaders: the preferred leaders by partition.
        timeout: seconds.

    Raises:
        KafkaFailure: with the cause; if some leaders were elected, it says so.
    """
    elect(connection, leaders, PREFERRED, timeout)


def elect_unclean(connection: Connection, leaders: Mapping[Key, int], *, timeout: float = TIMEOUT) -> None:
    """Make replicas leaders that are not in sync, of partitions without a leader; records are lost.

    Args:
        connection: the cluster.
        leaders: the expected leaders by partition.
        timeout: seconds.

    Raises:
        KafkaFailure: with the cause; if some leaders were elected, it says so.
    """
    elect(connection, leaders, UNCLEAN, timeout)


def elect(connection: Connection, leaders: Mapping[Key, int], kind: int, timeout: float) -> None:
    """Hold an election of a type, and wait for what comes of it.

    Raises:
        KafkaFailure: with the cause.
    """
    by_topic: dict[str, list[int]] = defaultdict(list)
    for topic, number in leaders:
        by_topic[topic].append(number)
    topic_class = ElectLeadersRequest.TopicPartitions
    partitions = [topic_class(topic=topic, partitions=numbers) for topic, numbers in by_topic.items()]
    request = ElectLeadersRequest(
        election_type=kind, topic_partitions=partitions, timeout_ms=int(timeout * 1000), min_version=1
    )
    response = protocol.send(connection, request, timeout=timeout)
    if NOT_CONTROLLER in error_codes(response):  # with ZooKeeper; with KRaft any broker passes it on
        response = protocol.send(connection, request, cluster.controller(connection), timeout=timeout)
    protocol.raise_for_code(response.error_code)
    await_leaders(connection, leaders)
    raise_refused(response, len(leaders))


def error_codes(response: Any) -> set[int]:
    results = [result for topic in response.replica_election_results for result in topic.partition_result]
    return {response.error_code, *(result.error_code for result in results)}


def raise_refused(response: Any, number: int) -> None:
    """Raise the failure of the first partition that was refused.

    Raises:
        KafkaFailure: one was; if others of the ``number`` were not, it says so.
    """
    results = [
        (topic.topic, result) for topic in response.replica_election_results for result in topic.partition_result
    ]
    refused = [(topic, result) for topic, result in results if result.error_code not in {0, NOT_NEEDED}]
    if not refused:
        return
    topic, result = refused[0]
    failure = failed_code(result.error_code, result.error_message, subject=f"{topic}-{result.partition_id}")
    if len(refused) < number:
        failure.sentence += f" {len(refused)} of {number} leaders were not elected; the others were."
    raise failure


def await_leaders(connection: Connection, leaders: Mapping[Key, int]) -> None:
    """Wait a little until all brokers know the leaders."""
    expected: dict[str, dict[int, int]] = defaultdict(dict)
    for (topic, number), leader in leaders.items():
        expected[topic][number] = leader
    if len(expected) > AWAITED:
        return
    topics = [MetadataRequest.MetadataRequestTopic(name=name) for name in expected]
    request = MetadataRequest(topics=topics, allow_auto_topic_creation=False, min_version=4)

    def is_applied(response: Any) -> bool:
        present = {
            topic.name: {partition.partition_index: partition.leader_id for partition in topic.partitions}
            for topic in response.topics
        }
        return all(expected[name].items() <= present.get(name, {}).items() for name in expected)

    propagation.await_brokers(connection, request, is_applied)
