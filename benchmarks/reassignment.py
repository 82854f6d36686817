"""How good and how fast the planner is: ``python -m benchmarks.reassignment``.

A cluster of 10,000 partitions with three replicas on 30 brokers in three racks, sizes spread over four orders of
magnitude, that is skewed as clusters become to which brokers were added. For each way to plan, the largest load over
the mean, the partitions in fewer racks than could be, and the bytes that move. The others are made here by
the algorithms of ``kafka-reassign-partitions --generate``, and of CMAK, which assigns as Kafka did before it knew of
racks; both place every topic anew by turns from a random broker on, wherever its replicas are.
"""

import random
import time
from collections.abc import Callable

from clusters.reassignment.planning import planner
from clusters.reassignment.planning.balance import loads, skew
from clusters.reassignment.planning.layout import Layout, Move, PlacedPartition, moved
from core.web.formats import size

BROKERS, RACKS, TOPICS, PARTITIONS = 30, 3, 500, 20
RUNS = 3


def cluster(*, generator: random.Random) -> Layout:
    """Return a cluster whose last five brokers are nearly empty, and whose sizes differ by topic."""
    racks: dict[int, str | None] = {broker: f"rack-{broker % RACKS}" for broker in range(BROKERS)}
    partitions = []
    for topic in range(TOPICS):
        mean = 10 ** generator.uniform(5, 9.5)
        for number in range(PARTITIONS):
            size = int(mean * generator.uniform(0.5, 1.5))
            partitions.append(PlacedPartition(f"topic-{topic:03}", number, spread(generator), size))
    return Layout(racks, tuple(partitions))


def spread(generator: random.Random) -> tuple[int, ...]:
    """Return three brokers in three racks; those of lower numbers more often."""
    chosen = [
        rack + RACKS * min(int(generator.triangular(0, BROKERS // RACKS, 2)), BROKERS // RACKS - 1)
        for rack in range(RACKS)
    ]
    generator.shuffle(chosen)
    return tuple(chosen)


def generated(layout: Layout, generator: random.Random, *, racks: bool) -> list[Move]:
    """Return a plan as org.apache.kafka.admin.AdminUtils makes it, with racks or without."""
    arranged = arranged_brokers(layout) if racks else sorted(layout.racks)
    replicas: dict[tuple[str, int], tuple[int, ...]] = {}
    for topic in sorted({partition.topic for partition in layout.partitions}):
        partitions = [partition for partition in layout.partitions if partition.topic == topic]
        start, shift = generator.randrange(len(arranged)), generator.randrange(len(arranged))
        for partition in partitions:
            if partition.number and partition.number % len(arranged) == 0:
                shift += 1
            replicas[partition.key] = assigned(layout, arranged, partition, start, shift, racks=racks)
    return [
        Move(partition.topic, partition.number, partition.replicas, replicas[partition.key], partition.size)
        for partition in layout.partitions
        if replicas[partition.key] != partition.replicas
    ]


def arranged_brokers(layout: Layout) -> list[int]:
    """Return the brokers of the racks by turns."""
    by_rack = [[broker for broker, rack in layout.racks.items() if rack == name] for name in
               sorted({str(rack) for rack in layout.racks.values()})]  # fmt: skip
    return [broker for turn in zip(*by_rack, strict=True) for broker in turn]


def assigned(
    layout: Layout, arranged: list[int], partition: PlacedPartition, start: int, shift: int, *, racks: bool
) -> tuple[int, ...]:
    """Return a partition's brokers: one after the other, with racks only from those that have none yet."""
    first, step = (partition.number + start) % len(arranged), 0
    chosen = [arranged[first]]
    while len(chosen) < len(partition.replicas):
        distance = 1 + ((shift * RACKS if racks else shift) + step) % (len(arranged) - 1)
        broker, step = arranged[(first + distance) % len(arranged)], step + 1
        if broker not in chosen and not (racks and layout.racks[broker] in {layout.racks[other] for other in chosen}):
            chosen.append(broker)
    return tuple(chosen)


def main() -> None:
    """Print one line per plan."""
    layout = cluster(generator=random.Random(1))
    print(f"{len(layout.partitions):,} partitions, {BROKERS} brokers, {RACKS} racks; max/mean of the brokers online")
    print(
        f"{'plan':30}  {'seconds':>7}  {'bytes':>6}  {'replicas':>8}  {'leaders':>7}"
        f"  {'crowded':>7}  {'moves':>6}  copied"
    )
    show("as it is", layout, list)
    show("rebalance", layout, lambda: planner.rebalance(layout))
    show("rebalance leaders only", layout, lambda: planner.rebalance_leaders(layout))
    show("kafka-reassign-partitions' own", layout, lambda: generated(layout, random.Random(2), racks=True))
    show("CMAK's", layout, lambda: generated(layout, random.Random(2), racks=False))
    show("drain broker 0", layout, lambda: planner.drain(layout, [0]), emptied=0)
    grown = Layout({**layout.racks, 30: "rack-0", 31: "rack-1", 32: "rack-2"}, layout.partitions)
    show("fill three new brokers", grown, lambda: planner.fill(grown, [30, 31, 32]))


def show(name: str, layout: Layout, plan: Callable[[], list[Move]], emptied: int | None = None) -> None:
    seconds, moves = [], list[Move]()
    for _ in range(RUNS):
        began = time.perf_counter()
        moves = plan()
        seconds.append(time.perf_counter() - began)
    after = moved(layout, moves)
    even = skew(loads(after), [broker for broker in layout.racks if broker != emptied])
    crowded = sum(
        len({layout.racks[broker] for broker in partition.replicas}) < len(partition.replicas)
        for partition in after.partitions
    )
    copied = size(sum(move.copied or 0 for move in moves))
    print(
        f"{name:30}  {min(seconds):7.2f}  {even.bytes:6.3f}  {even.replicas:8.3f}  {even.leaders:7.3f}"
        f"  {crowded:7,}  {len(moves):6,}  {copied}"
    )


if __name__ == "__main__":
    main()
