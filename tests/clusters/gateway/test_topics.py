from collections.abc import Callable

import pytest

from clusters.gateway import cluster, configs, offsets, topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import AlreadyExists, InvalidRequest, NotAuthorized, NotFound
from clusters.gateway.topics import NewTopic
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of, produce
from tests.kafka.waiting import eventually

Unique = Callable[[str], str]


def test_a_created_topic_is_described_as_it_was_asked_for(connection: Connection, unique: Unique) -> None:
    name = unique("made")
    topics.create(connection, NewTopic(name, 3, 2, {"retention.ms": "60000"}))
    outline = eventually(lambda: topics.describe(connection, name))
    assert [partition.id for partition in outline.partitions] == [0, 1, 2]
    assert all(len(partition.replicas) == 2 for partition in outline.partitions)
    values = configs.describe_topics(connection, [name], ["retention.ms", "cleanup.policy"])
    assert values[name] == {"retention.ms": "60000", "cleanup.policy": "delete"}


def test_validating_creates_nothing(connection: Connection, unique: Unique) -> None:
    name = unique("tried")
    topics.create(connection, NewTopic(name, 1, 1), validate_only=True)
    with pytest.raises(NotFound):
        topics.describe(connection, name)


def test_an_existing_topic_is_said_to_exist(connection: Connection, unique: Unique) -> None:
    name = unique("twice")
    topics.create(connection, NewTopic(name, 1, 1))
    with pytest.raises(AlreadyExists) as caught:
        topics.create(connection, NewTopic(name, 1, 1))
    assert caught.value.field == "name"


@pytest.mark.parametrize(
    ("topic", "field", "words"),
    [
        (NewTopic("bad", 0, 1), "partitions", "non-positive"),
        (NewTopic("bad", 1_000_000, 1), "partitions", "out of expected range"),
        (NewTopic("bad", 1, 9), "replication_factor", "only 3 broker(s)"),
        (NewTopic("bad", 1, 1, {"no.such.config": "1"}), "configs", "Unknown topic config name"),
        (NewTopic("bad", 1, 1, {"retention.ms": "soon"}), "configs", "Invalid value soon"),
        (NewTopic("not legal", 1, 1), "name", "contains one or more characters"),
        (NewTopic("x" * 250, 1, 1), "name", "longer than the max allowed"),
    ],
)
def test_a_refusal_says_which_field_is_wrong(connection: Connection, topic: NewTopic, field: str, words: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        topics.create(connection, topic)
    assert caught.value.field == field
    assert words in caught.value.sentence


def test_the_longest_name_works(connection: Connection, unique: Unique) -> None:
    name = unique("long").ljust(249, "x")
    topics.create(connection, NewTopic(name, 1, 1))
    assert eventually(lambda: topics.describe(connection, name)).name == name


def test_partitions_are_added_and_never_removed(connection: Connection, unique: Unique) -> None:
    name = unique("grows")
    topics.create(connection, NewTopic(name, 2, 1))
    topics.add_partitions(connection, name, 5)
    eventually(lambda: len(topics.describe(connection, name).partitions) == 5)
    with pytest.raises(InvalidRequest) as caught:
        topics.add_partitions(connection, name, 3)
    assert caught.value.field == "partitions"


def test_a_deleted_topic_is_gone_and_cannot_be_deleted_again(connection: Connection, unique: Unique) -> None:
    name = unique("goes")
    topics.create(connection, NewTopic(name, 1, 1))
    topics.delete(connection, name)
    with pytest.raises(NotFound):
        topics.delete(connection, name)


def test_a_config_is_set_and_put_back(connection: Connection, unique: Unique) -> None:
    name = unique("tuned")
    topics.create(connection, NewTopic(name, 1, 1))

    def own() -> dict[str, str | None]:
        entries = configs.describe_topic(connection, name)
        return {entry.name: entry.value for entry in entries if entry.source == "DYNAMIC_TOPIC_CONFIG"}

    configs.alter_topic(connection, name, set={"retention.ms": "1234"})
    eventually(lambda: own() == {"retention.ms": "1234"})
    configs.alter_topic(connection, name, set={"max.message.bytes": "2000"}, delete=["retention.ms"])
    eventually(lambda: own() == {"max.message.bytes": "2000"})


@pytest.mark.parametrize(
    ("values", "field"),
    [({"retention.ms": "soon"}, "config:retention.ms"), ({"bogus": "1"}, "config:bogus")],
)
def test_a_refused_config_is_named(connection: Connection, unique: Unique, values: dict[str, str], field: str) -> None:
    name = unique("strict")
    topics.create(connection, NewTopic(name, 1, 1))
    with pytest.raises(InvalidRequest) as caught:
        configs.alter_topic(connection, name, set=values)
    assert caught.value.field == field


def test_watermarks_count_what_was_written_and_unknown_is_none(
    kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    name = unique("written")
    topics.create(connection, NewTopic(name, 2, 1))
    produce(kafka, name, ["a", "b", "c"], partition=1)
    marks, failures = offsets.watermarks(connection, [(name, 0), (name, 1), (name, 7)])
    assert (marks[(name, 0)].low, marks[(name, 0)].high) == (0, 0)
    assert (marks[(name, 1)].low, marks[(name, 1)].high) == (0, 3)
    assert (marks[(name, 7)].low, marks[(name, 7)].high) == (None, None)
    assert failures


def test_a_principal_without_rights_is_told_so(kafka: KafkaCluster, connection: Connection, unique: Unique) -> None:
    name = unique("closed")
    topics.create(connection, NewTopic(name, 1, 1))
    app = connection_of(kafka, "app")
    with pytest.raises(NotAuthorized) as caught:
        topics.create(app, NewTopic(unique("no"), 1, 1))
    assert "ACL" in caught.value.advice
    with pytest.raises(NotAuthorized):
        topics.describe(app, name)


def test_a_brokers_configs_are_only_checked_where_that_is_asked(connection: Connection) -> None:
    (first, *_) = cluster.describe(connection).brokers
    with pytest.raises(InvalidRequest, match="soon") as refused:
        configs.alter_broker(connection, first.id, set={"log.cleaner.backoff.ms": "soon"}, validate_only=True)
    assert refused.value.field == "config:log.cleaner.backoff.ms"
    configs.alter_broker(connection, first.id, set={"log.cleaner.backoff.ms": "12345"}, validate_only=True)
    values = {entry.name: entry.value for entry in configs.describe_broker(connection, first.id)}
    assert values["log.cleaner.backoff.ms"] != "12345"
