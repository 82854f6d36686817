"""How far nodes of a quorum are behind, and what is wrong with it."""

import pytest

from clusters.gateway.kraft.quorum import MetadataQuorum, MetadataReplica
from clusters.quorum.plan import unregister
from clusters.quorum.standing import problems, standings

LEADER = MetadataReplica(1, 100, 50_000, 50_000)


def quorum(*others: MetadataReplica, leader: int | None = 1) -> MetadataQuorum:
    return MetadataQuorum(leader, 7, 100, (LEADER, *others), ())


@pytest.mark.parametrize(
    ("replica", "records", "seconds"),
    [
        (MetadataReplica(2, 100, 50_000, 50_000), 0, 0),
        (MetadataReplica(2, 40, 49_000, 30_000), 60, 20),
        (MetadataReplica(2, 101, 50_500, 50_500), 0, 0),
        (MetadataReplica(2, None, None, None), None, None),
    ],
)
def test_a_node_is_compared_with_the_leader(
    replica: MetadataReplica, records: int | None, seconds: float | None
) -> None:
    _, node = standings(quorum(replica).voters, quorum(replica))
    assert (node.records, node.seconds, node.is_leader) == (records, seconds, False)


@pytest.mark.parametrize(
    ("late", "leader", "sentence"),
    [
        ([], 1, ""),
        ([2], 1, "Controller 2 did not catch up for more than 10 s: none more may fail before nothing can be changed."),
        ([2, 3], 1, "Controllers 2, 3 did not catch up for more than 10 s: none more may fail before nothing can be"),
        ([], None, "The quorum has no leader: no topic, ACL or config can be changed until there is one."),
    ],
)
def test_what_is_wrong_is_said(late: list[int], leader: int | None, sentence: str) -> None:
    others = [MetadataReplica(node, 100, 50_000, 1000 if node in late else 50_000) for node in (2, 3)]
    state = quorum(*others, leader=leader)
    sentences = problems(standings(state.voters, state))
    assert len(sentences) == bool(sentence)
    assert "".join(sentences).startswith(sentence)


def test_five_controllers_bear_two_failures() -> None:
    others = [MetadataReplica(node, 100, 50_000, 1000 if node == 2 else 50_000) for node in (2, 3, 4, 5)]
    state = quorum(*others)
    assert problems(standings(state.voters, state)) == [
        "Controller 2 did not catch up for more than 10 s: 1 more may fail before nothing can be changed."
    ]


def test_a_plan_warns_of_what_is_left_behind() -> None:
    plan = unregister(3, is_running=True, replicas=5, voters=[1, 2, 3])
    assert [warning.partition(":")[0] for warning in plan.warnings] == [
        "It is running",
        "5 replicas remain assigned to it",
        "It is a controller too, and stays one",
    ]
    assert unregister(4, is_running=False, replicas=0, voters=[1, 2, 3]).warnings == ()
