"""Where the offsets topic may not be read: committed offsets are polled, and a change counts as a commit.

That is less than Burrow knows: a group that commits the same offset again looks stopped, commits between two polls are
one, and the time of a commit is the time of the poll.
"""

from collections.abc import Callable, Iterator

from clusters.gateway.clients.connection import Connection
from clusters.gateway.groups import describing as groups
from lag.records.commits import OffsetCommit
from lag.windows.group_store import GroupStore

Committed = dict[str, dict[str, dict[int, int]]]
"""Committed offsets by group, topic and partition."""


def poll(connection: Connection, is_wanted: Callable[[str], bool]) -> tuple[Committed, bool]:
    """Return the committed offsets of the groups that ``is_wanted`` accepts, and whether everything answered.

    Raises:
        KafkaFailure: nobody answered.
    """
    listed = groups.list_groups(connection)
    names = [group.name for group in listed.items if group.type != "share" and is_wanted(group.name)]
    response = groups.committed(connection, names)
    committed: Committed = {}
    for group in response.items:
        topics = committed.setdefault(group.group, {})
        for (topic, partition), offset in group.offsets.items():
            if offset is not None:
                topics.setdefault(topic, {})[partition] = offset
    return committed, not (listed.failures or response.failures)


def each_offset(committed: Committed) -> Iterator[tuple[str, str, int, int]]:
    """Yield group, topic, partition and offset."""
    for group, topics in committed.items():
        for topic, offsets in topics.items():
            for partition, offset in offsets.items():
                yield group, topic, partition, offset


def partitions(committed: Committed) -> set[tuple[str, int]]:
    return {(topic, partition) for _, topic, partition, _ in each_offset(committed)}


def fill_idle(store: GroupStore, committed: Committed, moment_ms: int, now_ms: int) -> None:
    """Add Kafka's committed offset to every partition without a window, as a commit made at ``moment_ms``."""
    for group, topic, partition, offset in each_offset(committed):
        if store.newest(group, topic, partition) is None:
            store.commit(OffsetCommit(group, topic, partition, offset, moment_ms, -1), now_ms, replayed=True)


def sample(store: GroupStore, committed: Committed, now_ms: int) -> None:
    """Record polled offsets as commits made now, where they differ from the newest commit in the window.

    The order is the time, or the next number where the clock was set back: a later poll is newer.
    """
    for group, topic, partition, offset in each_offset(committed):
        before, order = store.newest(group, topic, partition) or (None, now_ms - 1)
        if offset != before:
            store.commit(OffsetCommit(group, topic, partition, offset, now_ms, max(now_ms, order + 1)), now_ms)
