"""Which partitions an election of preferred leaders changes."""

import pytest

from clusters.elections.plan import MOST, elect
from clusters.gateway.topics import Partition, TopicDescription


def topic(name: str, *partitions: Partition) -> TopicDescription:
    return TopicDescription(name, False, partitions)


LED = Partition(0, 1, (1, 2), (1, 2))
MISLED = Partition(1, 2, (1, 2), (1, 2))
BEHIND = Partition(2, 2, (1, 2), (2,))
OFFLINE = Partition(3, None, (1, 2), ())
LEADERLESS = Partition(4, None, (1, 2), (1,))


def test_only_those_that_another_replica_leads_and_whose_first_is_in_sync() -> None:
    election = elect([topic("orders", LED, MISLED, BEHIND, OFFLINE, LEADERLESS)], "orders")
    assert election.leaders == {("orders", 1): 1, ("orders", 4): 1}
    assert [(step.subject, step.before, step.after) for step in election.plan.steps] == [
        ("leader of orders-1", "broker 2", "broker 1"), ("leader of orders-4", "no leader", "broker 1"),
    ]  # fmt: skip
    assert election.plan.warnings[1].endswith("stay as they are: orders-2, orders-3.")
    assert election.plan.commands[0].endswith("--election-type preferred --topic orders --partition 1")
    assert election.plan.resource == "orders"


@pytest.mark.parametrize(("numbers", "leaders"), [((), 2), ({1}, 1), ({0}, 0)])
def test_partitions_are_chosen(numbers: set[int], leaders: int) -> None:
    assert len(elect([topic("orders", LED, MISLED, LEADERLESS)], "orders", numbers).leaders) == leaders


def test_of_all_topics_there_is_one_command_and_a_bound() -> None:
    many = topic("wide", *(Partition(number, 2, (1, 2), (1, 2)) for number in range(MOST + 5)))
    election = elect([many, topic("led", LED)])
    assert (len(election.leaders), election.plan.resource) == (MOST, "*")
    assert "5 more partitions" in election.plan.warnings[-1]
    assert len(election.plan.commands) == 1
    assert "--admin.config client.properties --election-type preferred --all-topic-part" in election.plan.commands[0]


def test_nothing_to_do() -> None:
    plan = elect([topic("orders", LED)], "orders").plan
    assert (plan.steps, plan.warnings, plan.commands) == ((), (), ())
