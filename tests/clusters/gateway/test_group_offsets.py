from collections.abc import Callable

import pytest

from clusters.gateway.access import acls
from clusters.gateway.access.acls import Acl
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import Conflict, KafkaFailure, NotAuthorized
from clusters.gateway.groups import describing as groups
from clusters.gateway.groups import offsets as group_offsets
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, connection_of, consumer, create_topic
from tests.kafka.waiting import eventually

Unique = Callable[[str], str]


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_while_somebody_consumes_nothing_is_committed(
    kafka: KafkaCluster, connection: Connection, unique: Unique, protocol: str
) -> None:
    topic, group = create_topic(kafka, unique("busy")), unique("group/of ünusual")
    with consumer(kafka, group, [topic], protocol=protocol), pytest.raises(Conflict) as caught:
        group_offsets.alter(connection, group, {(topic, 0): 0})
    assert caught.value.sentence == (
        f"{group} has active members: offsets can only be reset while the group is inactive."
    )
    group_offsets.alter(connection, group, {(topic, 0): 0})
    assert groups.committed(connection, [group]).items[0].offsets == {(topic, 0): 0}


def test_what_is_not_allowed_is_named_and_what_was_done_too(
    kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    granted, other, group = create_topic(kafka, unique("mine")), create_topic(kafka, unique("other")), unique("group")
    app = connection_of(kafka, "app")
    with pytest.raises(NotAuthorized) as caught:
        group_offsets.alter(app, group, {(granted, 0): 0})
    assert "ACL" in caught.value.advice
    for kind, name in (("GROUP", group), ("TOPIC", granted)):
        acls.create(connection, [Acl("User:app", "*", "READ", "ALLOW", kind, name, "LITERAL")])

    def half_taken() -> bool:
        try:
            group_offsets.alter(app, group, {(granted, 0): 0, (other, 0): 0})
        except KafkaFailure as failure:
            return f"{other}-0" in failure.sentence and "1 of 2 offsets were rejected" in failure.sentence
        return False

    eventually(half_taken)
    assert groups.committed(connection, [group]).items[0].offsets == {(granted, 0): 0}


def test_a_group_that_is_there_goes_where_it_is_sent(
    kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    topic, group = create_topic(kafka, unique("many"), partitions=3), unique("group")
    commit(kafka, group, {(topic, number): 0 for number in range(3)})
    group_offsets.alter(connection, group, {(topic, 1): 7})
    assert groups.committed(connection, [group]).items[0].offsets == {(topic, 0): 0, (topic, 1): 7, (topic, 2): 0}
