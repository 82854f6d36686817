"""What changes of the quorum and of feature levels are said to do, and how API versions are compared."""

import pytest

from clusters.gateway.errors import Conflict
from clusters.gateway.kraft.api_versions import BrokerVersions
from clusters.gateway.kraft.quorum import FeatureLevel, MetadataQuorum, MetadataReplica
from clusters.gateway.kraft.voters import Voter
from clusters.quorum import features, voters
from clusters.quorum.api_versions import api_rows
from clusters.quorum.standing import Standing, standings


def nodes(number: int, *, late: tuple[int, ...] = ()) -> list[Standing]:
    """Return so many controllers, of which the first leads."""
    replicas = tuple(
        MetadataReplica(node, 100, 90_000, 1000 if node in late else 90_000, f"dir{node}")
        for node in range(1, number + 1)
    )
    return standings(replicas, MetadataQuorum(1, 7, 100, replicas, ()))


@pytest.mark.parametrize(
    ("number", "late", "removed", "warnings"),
    [
        (3, (), 2, ["Of 2 remaining controllers, 0 may fail"]),
        (3, (), 1, ["Of 2 remaining controllers, 0 may fail", "It is the leader"]),
        (
            3,
            (3,),
            2,
            ["Of 2 remaining controllers, 0 may fail", "Only 1 of the remaining 2 keep up, which is no majority"],
        ),
        (5, (5,), 2, ["Of 4 remaining controllers, 1 may fail"]),
        (5, (4, 5), 2, ["Of 4 remaining controllers, 1 may fail", "Only 2 of the remaining 4 keep up"]),
        (2, (), 2, ["Of 1 remaining controller, 0 may fail"]),
    ],
)
def test_removing_a_controller_says_what_is_left(
    number: int, late: tuple[int, ...], removed: int, warnings: list[str]
) -> None:
    plan = voters.remove(Voter(removed, f"dir{removed}"), nodes(number, late=late))
    assert len(plan.warnings) == len(warnings) + 1
    assert all(warning.startswith(words) for warning, words in zip(plan.warnings, warnings, strict=False))
    assert plan.destructive


def test_the_only_controller_stays() -> None:
    with pytest.raises(Conflict):
        voters.remove(Voter(1, "dir1"), nodes(1))


def test_adding_one_says_how_many_may_then_fail() -> None:
    *present, late = nodes(4, late=(4,))
    plan = voters.add(Voter(4, "dir4", "CONTROLLER", "c4", 9093), late, present)
    assert plan.steps[0].after == "voter at CONTROLLER://c4:9093"
    assert plan.warnings == (
        "Of 4 controllers, 1 may then fail; now 1 of 3.",
        "An even number of controllers tolerates no more failures than one less.",
        "It has not caught up with the leader: Kafka adds it only once it has.",
    )
    assert plan.commands[0].endswith("--command-config controller.properties add-controller")


def test_a_level_is_named_by_its_release_and_going_back_is_warned_of() -> None:
    metadata = FeatureLevel("metadata.version", 30, 7, 33)
    raised = features.update(metadata, 33)
    assert (raised.steps[0].before, raised.steps[0].after) == ("30 (Kafka 4.3)", "33 (Kafka 4.4)")
    assert features.ONE_WAY in raised.warnings
    lowered = features.update(metadata, 29)
    assert lowered.warnings == (features.LOWERED,)
    assert lowered.destructive
    assert features.levels(FeatureLevel("share.version", 1, 0, 2)) == [2, 0]
    assert features.update(FeatureLevel("share.version", 1, 0, 2), 0).steps[0].after == "off"


def test_only_apis_in_which_brokers_differ_are_listed_unless_all_are_asked_for() -> None:
    brokers = [
        BrokerVersions(1, {"Fetch": (4, 18), "Produce": (0, 13), "New": (0, 0)}),
        BrokerVersions(2, {"Fetch": (4, 17), "Produce": (0, 13)}),
    ]
    assert [(row.name, row.texts) for row in api_rows(brokers, differing=True)] == [
        ("Fetch", ["4 to 18", "4 to 17"]),
        ("New", ["0 to 0", "–"]),
    ]
    assert [row.name for row in api_rows(brokers, differing=False)] == ["Fetch", "New", "Produce"]
    assert api_rows(brokers[:1], differing=True) == []
