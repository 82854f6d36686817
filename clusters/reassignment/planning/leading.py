"""Evening out which brokers are preferred leaders, by the order of replicas alone: no byte is moved. Pure."""

from collections import defaultdict, deque
from collections.abc import Iterable
from itertools import pairwise

from clusters.reassignment.planning.evening import whole_bounds
from clusters.reassignment.planning.placement import Placement

Edges = dict[int, dict[int, set[int]]]  # the partitions that one broker leads and another could


def even_leaders(placement: Placement, indexes: Iterable[int]) -> None:
    """Hand leadership of some partitions on, over several brokers where needed, until the numbers are even."""
    indexes, loads, stuck = list(indexes), placement.leaders, set[int]()
    give_up_offline(placement, indexes)
    edges = edges_of(placement, indexes)
    mean = sum(loads.values()) / max(1, len(placement.online))
    most, least = whole_bounds(mean)
    while candidates := [broker for broker in placement.online if broker not in stuck]:
        source = max(candidates, key=lambda broker: (loads[broker], -broker))
        if loads[source] <= most and min(loads[broker] for broker in placement.online) >= least:
            return
        path = path_to_emptiest(edges, loads, source)
        if not path:
            stuck.add(source)
        for giver, taker in pairwise(path):
            hand_over(placement, edges, min(edges[giver][taker]), taker)


def give_up_offline(placement: Placement, indexes: Iterable[int]) -> None:
    """Have a broker lead that is online, where one is."""
    for index in indexes:
        replicas = placement.replicas[index]
        online = [broker for broker in replicas if broker in placement.online]
        if online and replicas[0] not in placement.online:
            placement.lead(index, min(online, key=lambda broker: (placement.leaders[broker], broker)))


def edges_of(placement: Placement, indexes: Iterable[int]) -> Edges:
    edges: Edges = defaultdict(lambda: defaultdict(set))
    for index in indexes:
        connect(placement, edges, index)
    return edges


def connect(placement: Placement, edges: Edges, index: int) -> None:
    """Note who could lead a partition instead of its leader."""
    leader, *others = placement.replicas[index]
    for other in others:
        if other in placement.online:
            edges[leader][other].add(index)


def hand_over(placement: Placement, edges: Edges, index: int, leader: int) -> None:
    before = placement.replicas[index][0]
    for indexes in edges[before].values():
        indexes.discard(index)
    placement.lead(index, leader)
    connect(placement, edges, index)


def path_to_emptiest(edges: Edges, loads: dict[int, int], source: int) -> list[int]:
    """Return the shortest way from a broker to the reachable one that leads least; empty if it does not help."""
    came_from: dict[int, int | None] = {source: None}
    queue = deque([source])
    while queue:
        broker = queue.popleft()
        for neighbour in sorted(edges[broker]):
            if neighbour not in came_from and edges[broker][neighbour]:
                came_from[neighbour] = broker
                queue.append(neighbour)
    target = min(came_from, key=lambda broker: (loads[broker], broker))
    if loads[target] > loads[source] - 2:
        return []
    path: list[int] = []
    step: int | None = target
    while step is not None:
        path.append(step)
        step = came_from[step]
    return path[::-1]
