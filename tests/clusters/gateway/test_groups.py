from collections.abc import Callable
from dataclasses import replace

import pytest

from clusters.gateway.clients.connection import Connection
from clusters.gateway.groups import describing as groups
from clusters.gateway.groups.describing import GroupDetail, GroupListing
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, consumer, create_topic, produce, share_consumer
from tests.kafka.waiting import eventually

HOSTILE = ["<script>alert(1)</script>", "quo\"te'd", "sla/sh/es", "per%cent%2Fsign", "emoji 🦊 and ☃", "..", "a b\tc"]


def listing(connection: Connection, name: str) -> GroupListing:
    def listed() -> GroupListing | None:
        return next((group for group in groups.list_groups(connection).items if group.name == name), None)

    group_listing = eventually(listed)
    assert group_listing is not None
    return group_listing


def detail(connection: Connection, name: str) -> GroupDetail | None:
    described = groups.describe(connection, [listing(connection, name)])
    return described.items[0] if described.items else None


@pytest.mark.parametrize("name", HOSTILE)
def test_a_group_of_any_name_is_listed_and_its_offsets_are_read(
    kafka: KafkaCluster, connection: Connection, unique: Callable[[str], str], name: str
) -> None:
    topic, group = create_topic(kafka, unique("read")), f"{name} {unique('g')}"
    commit(kafka, group, {(topic, 0): 0})
    assert listing(connection, group).state == "Empty"
    committed = groups.committed(connection, [group])
    assert [(group_offsets.group, group_offsets.offsets) for group_offsets in committed.items] == [
        (group, {(topic, 0): 0})
    ]


@pytest.mark.parametrize("last_known", [None, 1, 2, 3, 77])
def test_whoever_coordinates_a_group_now_is_asked_for_its_members_and_offsets(
    kafka: KafkaCluster, connection: Connection, unique: Callable[[str], str], last_known: int | None
) -> None:
    topic, group = create_topic(kafka, unique("stood")), unique("standing")
    commit(kafka, group, {(topic, 0): 0})
    listed = replace(listing(connection, group), coordinator=last_known)
    details, offsets = groups.standing(connection, listed)
    coordinator = listing(connection, group).coordinator
    assert [(each.name, each.state, each.coordinator) for each in details.items] == [(group, "Empty", coordinator)]
    assert ([each.offsets for each in offsets.items], offsets.failures) == ([{(topic, 0): 0}], ())


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_a_group_with_a_member_shows_state_client_and_assignment(
    kafka: KafkaCluster, connection: Connection, unique: Callable[[str], str], protocol: str
) -> None:
    topic, group = create_topic(kafka, unique("taken"), partitions=2), unique(protocol)
    client = f"client <b>{protocol}</b>"
    with consumer(kafka, group, [topic], protocol=protocol, client_id=client):

        def stable() -> GroupDetail | None:
            description = detail(connection, group)
            settled = (
                description
                and description.state == "Stable"
                and description.members
                and description.members[0].assignment
            )
            return description if settled else None

        described = eventually(stable)
        assert described is not None
        assert described.type == protocol
        assert [member.client_id for member in described.members] == [client]
        assert described.members[0].assignment == ((topic, (0, 1)),)
        assert described.members[0].host.lstrip("/") == "127.0.0.1"


def test_a_share_group_shows_its_true_state_and_members(
    kafka: KafkaCluster, connection: Connection, unique: Callable[[str], str]
) -> None:
    topic, group = create_topic(kafka, unique("shared")), unique("share")
    produce(kafka, topic, ["a"])
    with share_consumer(kafka, group, [topic], client_id="sharer") as member:

        def stable() -> GroupDetail | None:
            member.poll(0.2)
            description = detail(connection, group)
            return (
                description
                if description and description.state == "Stable" and description.members[0].assignment
                else None
            )

        described = eventually(stable)
        assert described is not None
        assert described.type == "share"
        assert described.members[0].client_id == "sharer"
        assert described.members[0].assignment == ((topic, (0,)),)
