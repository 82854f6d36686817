"""Evening out bytes and replicas between brokers, by moving as few bytes as possible. Pure."""

import math
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from clusters.reassignment.planning.placement import Placement

TOLERANCE = 0.05  # of the mean: within it, brokers count as even
TRIES = 200  # replicas of a broker that are tried for one move
Pick = Callable[[int, int], int | None]  # source and target in, the index to move out


@dataclass(frozen=True)
class Limits:
    """What no broker may exceed by a move that evens out something else."""

    bytes: float
    replicas: int
    leaders: int


def limits_of(placement: Placement, brokers: Collection[int]) -> Limits:
    """Return the present maxima, or what counts as even if that is more."""

    def top(loads: Mapping[int, int]) -> float:
        values = [loads[broker] for broker in brokers]
        return max(*values, upper(sum(values) / len(values)))

    return Limits(top(placement.bytes), math.ceil(top(placement.counts)), math.ceil(top(placement.leaders)))


def upper(mean: float) -> float:
    return mean * (1 + TOLERANCE)


def lower(mean: float) -> float:
    return mean * (1 - TOLERANCE)


def even_out(placement: Placement, sources: Collection[int], targets: Collection[int]) -> None:
    """Move replicas from the fullest brokers to the emptiest, first for their bytes, then for their number."""
    brokers = sorted({*sources, *targets})
    limits = limits_of(placement, brokers)
    mean = sum(placement.bytes[broker] for broker in brokers) / len(brokers)
    level(placement.bytes, sources, targets, mean, upper(mean), lower(mean),
          lambda source, target: pick_by_size(placement, source, target, mean, limits), placement)  # fmt: skip
    mean_count = sum(placement.counts[broker] for broker in brokers) / len(brokers)
    cap = min(limits.bytes, upper(mean))
    level(placement.counts, sources, targets, mean_count, *whole_bounds(mean_count),
          lambda source, target: pick_smallest(placement, source, target, cap, limits), placement)  # fmt: skip


def whole_bounds(mean: float) -> tuple[int, int]:
    """Return the most and the least that count as even, of what comes in whole numbers."""
    return max(math.ceil(mean), math.floor(upper(mean))), min(math.floor(mean), math.ceil(lower(mean)))


def level(
    loads: Mapping[int, int], sources: Collection[int], targets: Collection[int], mean: float, most: float,
    least: float, pick: Pick, placement: Placement,
) -> None:  # fmt: skip
    """Move one replica after the other until the loads are within bounds, or nothing helps any more."""
    hopeless: set[tuple[int, int]] = set()
    stuck: set[int] = set()
    while open_sources := [broker for broker in sources if broker not in stuck]:
        source = max(open_sources, key=lambda broker: (loads[broker], -broker))
        emptiest = min(loads[broker] for broker in targets)
        if loads[source] <= mean or (loads[source] <= most and emptiest >= least):
            return
        choice = choose(loads, source, targets, pick, hopeless)
        if choice is None:
            stuck.add(source)
        else:
            placement.replace(choice[0], source, choice[1])


def choose(
    loads: Mapping[int, int], source: int, targets: Collection[int], pick: Pick, hopeless: set[tuple[int, int]]
) -> tuple[int, int] | None:
    """Return the index and the target of a move from a broker, to the emptiest target that takes one.

    Pairs between which nothing can be moved, as most are that are in different racks, are not tried twice.
    """
    for target in sorted(targets, key=lambda broker: (loads[broker], broker)):
        if loads[target] < loads[source] and (source, target) not in hopeless:
            index = pick(source, target)
            if index is not None:
                return index, target
            hopeless.add((source, target))
    return None


def pick_by_size(placement: Placement, source: int, target: int, mean: float, limits: Limits) -> int | None:
    """Return the largest replica that overshoots the mean on neither side, or else the smallest that helps."""
    held, gap = placement.held[source], placement.bytes[source] - placement.bytes[target]
    room = min(placement.bytes[source] - mean, mean - placement.bytes[target])
    limit = room if room > 0 else gap / 2
    place = bisect_right(held, (limit, math.inf))
    below = held[max(0, place - TRIES) : place][::-1]
    above = held[place : place + TRIES]
    for size, index in [*below, *above]:
        if 0 < size < gap and fits(placement, index, source, target, limits):
            return index
    return None


def pick_smallest(placement: Placement, source: int, target: int, cap: float, limits: Limits) -> int | None:
    """Return the smallest replica that leaves the target within its bytes."""
    if placement.counts[source] - placement.counts[target] < 2:
        return None
    for size, index in placement.held[source][:TRIES]:
        if size and placement.bytes[target] + size > cap:
            return None
        if fits(placement, index, source, target, limits):
            return index
    return None


def fits(placement: Placement, index: int, source: int, target: int, limits: Limits) -> bool:
    """Tell whether a move spreads the racks, and exceeds neither replicas nor leaders."""
    leads = placement.replicas[index][0] == source
    return (
        placement.counts[target] < limits.replicas
        and not (leads and placement.leaders[target] >= limits.leaders)
        and placement.spreads(index, source, target)
    )
