"""Who led which partitions when a broker last told, by connection. Who leads no more says so when asked."""

from collections.abc import Mapping

from clusters.gateway.clients.cache import Cache
from clusters.gateway.clients.connection import Connection

MOST = 20_000  # partitions that are remembered of a cluster
Key = tuple[str, int]

_leaders: Cache[dict[Key, int]] = Cache(close=lambda _: None)


def remembered(connection: Connection) -> Mapping[Key, int]:
    return _leaders.get(connection, dict)


def remember(connection: Connection, leaders: Mapping[Key, int]) -> None:
    """Remember the leaders that there are; -1 is nobody."""
    of_cluster = _leaders.get(connection, dict)
    if len(of_cluster) + len(leaders) > MOST:
        of_cluster.clear()
    if len(leaders) <= MOST:
        of_cluster.update((key, leader) for key, leader in leaders.items() if leader >= 0)
