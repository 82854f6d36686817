"""Plans of reassignments: what every plan keeps, and what each is for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.reassignment.planning import planner
from clusters.reassignment.planning.balance import Load, balance, loads, skew
from clusters.reassignment.planning.evening import limits_of
from clusters.reassignment.planning.layout import Layout, Move, moved
from clusters.reassignment.planning.placement import Placement
from tests.clusters.reassignment.layouts import layout, layouts

SKEWED = layout((1, 2), (1, 2), (1, 2), (1, 2), sizes=[400, 300, 200, 100], brokers=3)


def racks_of(layout: Layout, replicas: tuple[int, ...]) -> int:
    """Return in how many racks replicas are; brokers without one have their own."""
    return len({layout.racks.get(broker) or broker for broker in replicas})


def assert_sound(before: Layout, moves: list[Move]) -> None:
    """No partition loses replicas, has two on a broker, or is in fewer racks; nothing is moved in vain."""
    for move in moves:
        assert len(set(move.new)) == len(move.new) == len(move.old)
        assert racks_of(before, move.new) >= min(racks_of(before, move.old), len(set(before.racks.values())))
        assert move.new != move.old
        assert set(move.added) <= set(before.racks)


@given(layouts())
def test_a_rebalance_is_sound_and_leaves_no_load_larger_than_it_was(before: Layout) -> None:
    limits = limits_of(Placement(before), list(before.racks))
    moves = planner.rebalance(before)
    assert_sound(before, moves)
    assert moves == planner.rebalance(Layout(before.racks, before.partitions[::-1]))
    spread = any(racks_of(before, move.new) > racks_of(before, move.old) for move in moves)
    after = loads(moved(before, moves)).values()
    if not spread:
        assert max(load.bytes for load in after) <= limits.bytes
        assert max(load.replicas for load in after) <= limits.replicas
        assert max(load.leaders for load in after) <= limits.leaders


@given(layouts())
def test_a_rebalance_spreads_every_partition_over_the_racks(before: Layout) -> None:
    after = moved(before, planner.rebalance(before))
    racks = len({rack or broker for broker, rack in before.racks.items()})
    assert all(racks_of(before, item.replicas) == min(racks, len(item.replicas)) for item in after.partitions)


@given(layouts(), st.integers(1, 9))
def test_a_drained_broker_has_nothing_left(before: Layout, broker: int) -> None:
    try:
        moves = planner.drain(before, [broker])
    except planner.Impossible:
        assert max(len(item.replicas) for item in before.partitions) > len(set(before.racks) - {broker})
        return
    after = moved(before, moves)
    assert all(broker not in item.replicas for item in after.partitions)
    assert {move.key for move in moves} == {item.key for item in before.partitions if broker in item.replicas}
    for move in moves:
        assert len(set(move.new)) == len(move.old)
        assert len(move.added) == 1


@given(layouts(), st.integers(1, 4))
def test_a_replication_factor_is_what_was_asked_for(before: Layout, factor: int) -> None:
    if factor > len(before.racks):
        if before.partitions:
            with pytest.raises(planner.Impossible):
                planner.replicate(before, {"t"}, factor)
        return
    after = moved(before, planner.replicate(before, {"t"}, factor))
    assert all(len(set(item.replicas)) == len(item.replicas) == factor for item in after.partitions)
    for old, new in zip(before.partitions, after.partitions, strict=True):
        assert set(new.replicas) <= set(old.replicas) or set(old.replicas) <= set(new.replicas)


@given(layouts())
def test_leaders_are_evened_out_without_moving_anything(before: Layout) -> None:
    moves = planner.rebalance_leaders(before)
    assert all(set(move.old) == set(move.new) and move.copied == 0 for move in moves)
    was, now = (skew(loads(item), list(before.racks)).leaders for item in (before, moved(before, moves)))
    assert (now or 0) <= max(was or 0, 1.05 + len(before.racks) / max(1, len(before.partitions)))


def test_a_new_broker_is_filled_and_nothing_moves_between_the_others() -> None:
    moves = planner.fill(SKEWED, [3])
    assert_sound(SKEWED, moves)
    assert {broker for move in moves for broker in move.added} == {3}
    after = balance(SKEWED, moves)
    assert [row.before.bytes for row in after.brokers] == [1000, 1000, 0]
    assert max(row.after.bytes for row in after.brokers) <= 700
    assert (after.before.bytes, after.before.leaders) == (1.5, 3.0)
    assert (after.after.leaders or 9) < 3.0


def test_a_rebalance_moves_the_fewest_bytes_that_even_it_out() -> None:
    before = layout(*[(1,)] * 9, sizes=[10] * 8 + [220], brokers=3)
    moves = planner.rebalance(before)
    assert sum(move.copied or 0 for move in moves) == 80  # the large one stays: moving it would only swap brokers
    assert [row.after.replicas for row in balance(before, moves).brokers] == [1, 4, 4]


def test_what_is_even_stays() -> None:
    even = layout((1, 2), (2, 3), (3, 1), (1, 3), (2, 1), (3, 2))
    assert planner.rebalance(even) == planner.rebalance_leaders(even) == []
    assert planner.rebalance(Layout({1: None}, ())) == []


def test_a_broker_that_is_replaced_gives_all_to_its_successor() -> None:
    before = layout((1, 2), (2, 3), (3, 1), brokers=4)
    moves = planner.drain(before, [2], [4])
    assert [sorted(move.new) for move in moves] == [[1, 4], [3, 4]]
    with pytest.raises(planner.Impossible, match="Not online: broker 9"):
        planner.drain(before, [2], [9])
    with pytest.raises(planner.Impossible, match="Too few brokers are left for the 2 replicas of t-0"):
        planner.drain(layout((1, 2), brokers=2), [2])


def test_a_broker_that_is_down_is_drained_and_never_given_anything() -> None:
    before = layout((9, 1), (1, 9), brokers=3)
    moves = planner.drain(before, [9])
    assert [set(move.new) for move in moves] in ([{1, 2}, {1, 3}], [{1, 3}, {1, 2}])
    assert planner.replicate(before, {"t"}, 1)[0].new == (1,)


def test_replicas_that_share_a_rack_are_parted() -> None:
    before = layout((1, 4), (2, 5), brokers=6, racks=3)
    assert all(racks_of(before, move.new) == 2 for move in planner.rebalance(before))
    assert len(planner.rebalance(before)) == 2


def test_loads_of_unknown_sizes_are_not_counted_as_moved() -> None:
    before = layout((1,), (1,), sizes=[None, None], brokers=2)
    (move,) = planner.rebalance(before)
    assert (move.copied, move.reversed.old) == (None, move.new)
    assert loads(before) == {1: Load(2, 0, 2), 2: Load()}
    assert balance(before, [move]).before.bytes is None
