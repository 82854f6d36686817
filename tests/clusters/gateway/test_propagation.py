from collections.abc import Callable
from typing import Any

from kafka.protocol.metadata import MetadataRequest

from clusters.gateway import configs, propagation, topics
from clusters.gateway.access import acls
from clusters.gateway.access.acls import Acl
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.topics import NewTopic

Unique = Callable[[str], str]
ROUNDS = range(5)


def of_each_broker(connection: Connection, request: Any) -> list[Any]:
    """Return the response of each of the three brokers."""
    return protocol.send_all(
        connection, [(broker, request) for broker in sorted(propagation.known_brokers(connection))], timeout=5
    )


def partitions_known(connection: Connection, name: str) -> list[int]:
    """Return the number of partitions that each broker reports for a topic."""
    requested = [MetadataRequest.MetadataRequestTopic(name=name)]
    request = MetadataRequest(topics=requested, allow_auto_topic_creation=False, min_version=4)
    return [len(response.topics[0].partitions) for response in of_each_broker(connection, request)]


def retention_known(connection: Connection, name: str) -> list[str]:
    """Return a topic's retention as each broker reports it."""
    responses = of_each_broker(connection, configs.request(configs.TOPIC, [name], ["retention.ms"]))
    return [response.results[0].configs[0].value for response in responses]


def test_every_broker_knows_of_a_topic_what_was_just_changed(connection: Connection, unique: Unique) -> None:
    for _ in ROUNDS:
        name = unique("agreed")
        topics.create(connection, NewTopic(name, 2, 1))
        assert partitions_known(connection, name) == [2, 2, 2]
        topics.add_partitions(connection, name, 4)
        assert partitions_known(connection, name) == [4, 4, 4]
        configs.alter_topic(connection, name, set={"retention.ms": " 7200000"})
        assert retention_known(connection, name) == ["7200000"] * 3
        configs.alter_topic(connection, name, set={}, delete=["retention.ms"])
        assert retention_known(connection, name) == ["604800000"] * 3
        topics.delete(connection, name)
        assert partitions_known(connection, name) == [0, 0, 0]


def test_every_broker_knows_the_acls_that_were_just_changed(connection: Connection, unique: Unique) -> None:
    for _ in ROUNDS:
        made = Acl(f"User:{unique('agreed')}", "*", "READ", "ALLOW", "TOPIC", "t", "LITERAL")
        acls.create(connection, [made])
        responses = of_each_broker(connection, acls.of_principals([made]))
        assert [acls.entries(response) for response in responses] == [{made}] * 3
        acls.delete(connection, [made])
        responses = of_each_broker(connection, acls.of_principals([made]))
        assert [acls.entries(response) for response in responses] == [set()] * 3
