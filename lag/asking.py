"""Where the offsets topic may not be read: committed offsets are asked for, and a change counts as a commit.

That is less than Burrow knows: a group that commits the same offset again looks like one that stopped, commits between
two looks are one, and the time of a commit is the time of the look.
"""

from collections.abc import Callable

from clusters.gateway import groups
from clusters.gateway.connection import Connection
from lag.records import OffsetCommit
from lag.storage import GroupStore


def ask(connection: Connection) -> tuple[dict[str, dict[str, dict[int, int]]], bool]:
    """Return committed offsets by group, topic and partition, and whether every group answered.

    Raises:
        KafkaFailure: nobody answered.
    """
    listed = groups.list_groups(connection)
    answer = groups.committed(connection, [one.name for one in listed.items if one.type != "share"])
    found: dict[str, dict[str, dict[int, int]]] = {}
    for group in answer.items:
        topics = found.setdefault(group.group, {})
        for (topic, partition), offset in group.offsets.items():
            if offset is not None:
                topics.setdefault(topic, {})[partition] = offset
    return found, not (listed.failures or answer.failures)


def fill_idle(
    store: GroupStore,
    found: dict[str, dict[str, dict[int, int]]],
    mine: Callable[[str], bool],
    moment_ms: int,
    now_ms: int,
) -> None:
    """Give every partition that has no window the commit that Kafka still knows: it was made before ``moment_ms``."""
    for group, topics in found.items():
        for topic, offsets in topics.items() if mine(group) else ():
            for partition, offset in offsets.items():
                if store.newest_offset(group, topic, partition) is None:
                    store.commit(OffsetCommit(group, topic, partition, offset, moment_ms, -1), now_ms, replayed=True)


def sample(store: GroupStore, found: dict[str, dict[str, dict[int, int]]], now_ms: int) -> None:
    """Take what was found as commits made now, where it differs from the newest commit in the window."""
    for group, topics in found.items():
        for topic, offsets in topics.items():
            for partition, offset in offsets.items():
                if store.newest_offset(group, topic, partition) != offset:
                    store.commit(OffsetCommit(group, topic, partition, offset, now_ms, now_ms), now_ms)
