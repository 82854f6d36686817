"""Plans: which replicas move where, for each goal. Pure, and the same for the same layout.

Each keeps a partition's replicas on different brokers and in as many racks as before, and moves as few bytes as it can.
"""

from collections.abc import Collection, Iterable

from clusters.reassignment.planning.evening import even_out
from clusters.reassignment.planning.layout import Layout, Move
from clusters.reassignment.planning.leading import even_leaders
from clusters.reassignment.planning.placement import Placement
from core.web.formats import plural


class Impossible(ValueError):
    """There is no such plan; the message says why."""


def rebalance(layout: Layout) -> list[Move]:
    """Spread replicas over racks, and even out the bytes, replicas and leaders of the brokers that are online."""
    placement = Placement(layout)
    spread_racks(placement)
    even_out(placement, placement.online, placement.online)
    even_leaders(placement, range(len(placement.partitions)))
    return placement.moves()


def rebalance_leaders(layout: Layout) -> list[Move]:
    """Even out the leaders alone, which moves no data."""
    placement = Placement(layout)
    even_leaders(placement, range(len(placement.partitions)))
    return placement.moves()


def fill(layout: Layout, brokers: Collection[int]) -> list[Move]:
    """Move replicas to brokers that were added, and none between the others.

    Raises:
        Impossible: one of them is not online.
    """
    placement = Placement(layout)
    require_online(placement, brokers)
    others = [broker for broker in placement.online if broker not in brokers]
    even_out(placement, others, sorted(brokers))
    even_leaders(placement, changed_indexes(placement))
    return placement.moves()


def drain(
    layout: Layout, brokers: Collection[int], targets: Collection[int] = (), topics: Collection[str] | None = None
) -> list[Move]:
    """Move every replica, or those of some topics, away from some brokers, to all others or to some.

    Raises:
        Impossible: there are too few brokers left, or a target is not online.
    """
    placement = Placement(layout)
    require_online(placement, targets)
    allowed = [broker for broker in sorted(targets) or placement.online if broker not in brokers]
    drained = [
        (size, index, broker)
        for broker in sorted(brokers)
        for size, index in placement.held.get(broker, ())
        if topics is None or placement.partitions[index].topic in topics
    ]
    for _, index, broker in sorted(drained, key=lambda item: (-item[0], item[1:])):
        target = placement.best_target(index, allowed, broker)
        if target is None:
            raise Impossible(too_few(placement, index))
        placement.replace(index, broker, target)
    even_leaders(placement, changed_indexes(placement))
    return placement.moves()


def replicate(layout: Layout, topics: Collection[str], factor: int) -> list[Move]:
    """Give the partitions of some topics another replication factor.

    Raises:
        Impossible: there are fewer brokers.
    """
    placement = Placement(layout)
    indexes = [index for index, partition in enumerate(placement.partitions) if partition.topic in topics]
    for index in sorted(indexes, key=lambda index: (-placement.sizes[index], index)):
        while len(placement.replicas[index]) > factor:
            placement.remove(index, surplus(placement, index))
        while len(placement.replicas[index]) < factor:
            target = placement.best_target(index, placement.online)
            if target is None:
                raise Impossible(f"There are {len(placement.online)} brokers online for {factor} replicas.")
            placement.add(index, target)
    even_leaders(placement, changed_indexes(placement))
    return placement.moves()


def surplus(placement: Placement, index: int) -> int:
    """Return the replica to give up: offline, else one of several in a rack, else on the fullest broker."""
    leader, *others = placement.replicas[index]
    racks = [placement.racks[broker] for broker in placement.replicas[index]]
    if leader not in placement.online:
        others.append(leader)
    return max(
        others,
        key=lambda broker: (
            broker not in placement.online, racks.count(placement.racks[broker]), placement.bytes[broker],
            placement.counts[broker], -broker,
        ),
    )  # fmt: skip


def spread_racks(placement: Placement) -> None:
    """Move replicas that share a rack to racks that have none."""
    for index in range(len(placement.partitions)):
        while placement.crowded(index, placement.online):
            racks = [placement.racks[broker] for broker in placement.replicas[index]]
            shared = [broker for broker in placement.replicas[index] if racks.count(placement.racks[broker]) > 1]
            source = max(shared, key=lambda broker: (placement.bytes[broker], placement.counts[broker], -broker))
            target = placement.best_target(index, placement.online, source)
            if target is None or placement.racks[target] in racks:
                break
            placement.replace(index, source, target)


def changed_indexes(placement: Placement) -> list[int]:
    """Return the partitions that move anyway."""
    pairs = zip(placement.partitions, placement.replicas, strict=True)
    return [index for index, (partition, replicas) in enumerate(pairs) if partition.replicas != tuple(replicas)]


def require_online(placement: Placement, brokers: Iterable[int]) -> None:
    offline = sorted(set(brokers) - set(placement.online))
    if offline:
        raise Impossible(f"Not online: broker {', '.join(map(str, offline))}.")


def too_few(placement: Placement, index: int) -> str:
    partition = placement.partitions[index]
    replicas = len(placement.replicas[index])
    return f"Too few brokers are left for the {plural(replicas, 'replica')} of {partition.topic}-{partition.number}."
