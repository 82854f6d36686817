"""What a reassignment is for: its title, whose replicas move, and what to warn of."""

import pytest

from clusters.reassignment.planning.goals import (
    DRAIN,
    FILE,
    FILL,
    LEADERS,
    REBALANCE,
    REPLICATION,
    ROLL_BACK,
    Choice,
    moves_for,
    too_small,
)
from clusters.reassignment.planning.layout import Layout, Move, PlacedPartition
from clusters.reassignment.planning.planner import Impossible

TWO_TOPICS = Layout(
    {1: None, 2: None, 3: None},
    tuple(PlacedPartition(topic, number, (1, 2), 10) for topic in ("orders", "bills") for number in range(2)),
)


@pytest.mark.parametrize(
    ("choice", "title"),
    [
        (Choice(REBALANCE), "Rebalance brokers"),
        (Choice(REBALANCE, topics=("orders", "bills")), "Rebalance brokers for orders, bills"),
        (Choice(LEADERS, topics=("orders",)), "Rebalance leaders of orders"),
        (Choice(DRAIN, (3,)), "Drain broker 3"),
        (Choice(DRAIN, (3, 4), (5,), ("o*",)), "Drain brokers 3, 4 to 5 of o*"),
        (Choice(FILL, (4,)), "Fill broker 4"),
        (Choice(REPLICATION, topics=("o*",), factor=3), "Replication factor 3 of o*"),
        (Choice(FILE), "Reassign partitions as in a file"),
        (Choice(ROLL_BACK, job=7), "Roll back job 7"),
    ],
)
def test_a_job_is_called_what_it_does(choice: Choice, title: str) -> None:
    assert choice.title == title


@pytest.mark.parametrize(
    ("choice", "moved"),
    [
        (Choice(DRAIN, (1,), topics=("ord*",)), {("orders", 0), ("orders", 1)}),
        (Choice(DRAIN, (1,)), {("orders", 0), ("orders", 1), ("bills", 0), ("bills", 1)}),
        (Choice(REPLICATION, topics=("bills",), factor=1), {("bills", 0), ("bills", 1)}),
        (
            Choice(FILE, assignment='{"partitions": [{"topic": "bills", "partition": 1, "replicas": [3]}]}'),
            {("bills", 1)},
        ),
        (Choice(ROLL_BACK, former=[Move("bills", 0, (3,), (1, 2)), Move("gone", 0, (1,), (2,))]), {("bills", 0)}),
    ],
)
def test_only_what_was_chosen_moves(choice: Choice, moved: set[tuple[str, int]]) -> None:
    assert {move.key for move in moves_for(choice, TWO_TOPICS)} == moved


def test_the_rest_of_the_cluster_stays_while_some_topics_are_evened_out() -> None:
    for goal in (REBALANCE, LEADERS):
        assert {move.topic for move in moves_for(Choice(goal, topics=("bills",)), TWO_TOPICS)} == {"bills"}
    assert {broker for move in moves_for(Choice(FILL, (3,)), TWO_TOPICS) for broker in move.added} == {3}


@pytest.mark.parametrize(
    "choice",
    [Choice(DRAIN, (1,), topics=("x*",)), Choice(DRAIN, (77,)), Choice(FILE, assignment="{"), Choice(FILL, (9,))],
)
def test_what_cannot_be_planned_is_refused(choice: Choice) -> None:
    with pytest.raises(Impossible):
        moves_for(choice, TWO_TOPICS)


def test_fewer_replicas_than_must_be_in_sync_are_warned_of() -> None:
    moves = [Move("orders", 0, (1, 2), (1,)), Move("bills", 0, (1, 2), (1, 3)), Move("old", 0, (1, 2), (1,))]
    (warning,) = too_small(moves, {"orders": 2, "bills": 3, "old": None})
    assert warning.endswith("fail: 1 topic (orders).")
    assert too_small(moves, {}) == []
