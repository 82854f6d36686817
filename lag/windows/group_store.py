"""The groups of one shard: their windows and owners. One shard holds all of a group, and no other shard any of it."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from lag.records.commits import OffsetCommit
from lag.records.group_metadata import OwnerSet
from lag.types import Int64s, Partition, StorageSettings
from lag.windows import window
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.group_filter import GroupFilter
from lag.windows.window import Commits, Placed


class Outcome(StrEnum):
    """What became of a commit or an owner that was offered."""

    KEPT = "kept"
    OLD = "older than the window"
    EXPIRED = "older than expire-group"
    FILTERED = "refused by the group filter"
    NO_END_OFFSET = "no end offset known for the partition"


_KEPT, _OLD = Outcome.KEPT, Outcome.OLD  # for speed, as with window.APPENDED


class PartitionWindow:
    """One partition of one group. ``rows`` is None until a commit or an owner arrives."""

    __slots__ = ("client_id", "owner", "rows")

    def __init__(self, rows: Int64s | None = None, owner: str = "", client_id: str = "") -> None:
        self.rows = rows
        self.owner = owner
        self.client_id = client_id


class Group:
    """One group: its partitions by topic, and the time of the last commit appended to any of them."""

    __slots__ = ("last_commit_ms", "topics")

    def __init__(self, last_commit_ms: int = 0) -> None:
        self.last_commit_ms = last_commit_ms
        self.topics: dict[str, list[PartitionWindow]] = {}

    def rows(self, topic: str, partition: int, broker: BrokerOffsets) -> Int64s:
        """Return a partition's window, created if needed."""
        windows = self.topics.get(topic)
        if windows is None or partition >= len(windows):
            windows = self._grow(topic, broker.partition_count(topic))
        partition_window = windows[partition]
        if partition_window.rows is None:
            partition_window.rows = window.new()
        return partition_window.rows

    def _grow(self, topic: str, partition_count: int) -> list[PartitionWindow]:
        """Make a topic's list as long as the broker's. Only a partition past its end makes it grow."""
        windows = self.topics.setdefault(topic, [])
        windows.extend(PartitionWindow() for _ in range(len(windows), partition_count))
        return windows


class CommitTarget(NamedTuple):
    """Where the commits of one group on one partition go, and the end offsets they are measured against."""

    name: str
    group: Group
    rows: Int64s
    ends: Int64s


class GroupStore:
    """Applies the events of the offsets topic and returns what is known of a group. Every clock is an argument."""

    __slots__ = ("_accepts", "_epoch", "_groups", "_min_distance_ms", "broker", "changed", "settings")

    def __init__(self, settings: StorageSettings, broker: BrokerOffsets) -> None:
        """Raise ValueError if a filter cannot be read."""
        self.settings = settings
        self.broker = broker
        self._accepts = GroupFilter(settings.allowlist, settings.denylist)
        self._groups: dict[str, Group] = {}
        self._epoch = 0
        self.changed: set[str] = set()
        """Names of groups that changed or were deleted; emptied by the code that saves them."""
        self._min_distance_ms = settings.min_distance * 1000

    @property
    def epoch(self) -> int:
        """A number that rises whenever a commit target stops being valid."""
        return self._epoch + self.broker.epoch

    def commit(self, commit: OffsetCommit, now_ms: int, *, replayed: bool = False) -> Outcome:
        """Accept a commit, or say why not. One refused for lack of an end offset is not retried.

        A ``replayed`` commit is from before the newest end offset was known: its lag stays unknown.
        """
        target = self.accept(commit, now_ms)
        if isinstance(target, Outcome):
            return target
        return self.put(target, (commit.offset, commit.order, commit.timestamp_ms), now_ms - now_ms % 1000, replayed)

    def accept(self, commit: OffsetCommit, now_ms: int) -> CommitTarget | Outcome:
        """Return where a commit goes, or why it goes nowhere. The target is valid until the epoch rises."""
        name, topic, partition, _, timestamp_ms, _ = commit
        if timestamp_ms < self.oldest_ms(now_ms):
            return Outcome.EXPIRED
        if not self._accepts(name):
            return Outcome.FILTERED
        ends = self.broker.ring(topic, partition)
        if not ends:
            return Outcome.NO_END_OFFSET
        group = self._group(name)
        return CommitTarget(name, group, group.rows(topic, partition, self.broker), ends)

    def put(self, target: CommitTarget, commit: tuple[int, int, int], observed_ms: int, replayed: bool) -> Outcome:
        """Put a commit (offset, order, timestamp_ms) that has not expired into its window."""
        name, group, rows, ends = target
        end = window.UNKNOWN_END if replayed else ends[-1]
        placed = window.place(rows, self.settings.intervals, self._min_distance_ms, commit, observed_ms, end)
        self.changed.add(name)
        if placed is window.APPENDED:
            group.last_commit_ms = commit[2]
            return _KEPT
        return _OLD if placed is Placed.DROPPED else _KEPT

    def set_owner(self, event: OwnerSet) -> Outcome:
        """Set the owner of a partition. This creates the group if needed, even where the partition is unknown."""
        if not self._accepts(event.group):
            return Outcome.FILTERED
        group = self._group(event.group)
        if self.broker.newest(event.topic, event.partition) is None:
            return Outcome.NO_END_OFFSET
        group.rows(event.topic, event.partition, self.broker)
        partition_window = group.topics[event.topic][event.partition]
        partition_window.owner, partition_window.client_id = event.owner, event.client_id
        self.changed.add(event.group)
        return _KEPT

    def clear_owners(self, group: str) -> None:
        if group in self._groups:
            self.changed.add(group)
            for windows in self._groups[group].topics.values():
                for partition_window in windows:
                    partition_window.owner = partition_window.client_id = ""

    def delete_group(self, group: str) -> None:
        """Forget a group, whatever the filters say; an unknown one is no error."""
        if self._groups.pop(group, None):
            self._gone(group)

    def forget(self, group: str, topic: str, partition: int) -> None:
        """Forget one partition's window, because Kafka forgot its offset; the group goes with its last window.

        Burrow keeps such windows for ever.
        """
        windows = self._groups[group].topics.get(topic, []) if group in self._groups else []
        if 0 <= partition < len(windows):
            self._gone(group)
            windows[partition].rows = None
            if not any(
                partition_window.rows
                for topic_windows in self._groups[group].topics.values()
                for partition_window in topic_windows
            ):
                self.delete_group(group)
            elif not any(partition_window.rows for partition_window in windows):
                self.delete_group_topic(group, topic)

    def delete_group_topic(self, group: str, topic: str) -> None:
        """Forget one topic of a group, and the group if it has no other."""
        if group in self._groups:
            self._gone(group)
            topics = self._groups[group].topics
            topics.pop(topic, None)
            if not topics:
                del self._groups[group]

    def delete_topic(self, topic: str) -> None:
        """Forget a topic in every group; the groups stay. The end offsets are forgotten separately."""
        for name, group in self._groups.items():
            if group.topics.pop(topic, None) is not None:
                self._gone(name)

    def shrink_topic(self, topic: str, partition_count: int) -> None:
        """Forget a topic's windows of partitions that it has no more, since it was created again with fewer."""
        for name, group in self._groups.items():
            windows = group.topics.get(topic, [])
            if len(windows) > partition_count:
                del windows[partition_count:]
                self._gone(name)

    def names(self) -> list[str]:
        """Return the names of all groups, sorted, including expired ones that were not read since."""
        return sorted(self._groups)

    def groups_of_topic(self, topic: str) -> list[str]:
        """Return the names of the groups that have the topic, sorted."""
        return sorted(name for name, group in self._groups.items() if topic in group.topics)

    def read(self, group: str, now_ms: int) -> dict[str, list[Partition]] | None:
        """Return what is known of a group by topic; None for an unknown one.

        A group that has not committed for longer than expire-group is deleted here, and so is a group known only by its
        owners: its last commit counts as the year 1970.
        """
        stored_group = self._groups.get(group)
        if stored_group is None:
            return None
        if self.has_expired(group, now_ms):
            self.delete_group(group)
            return None
        return {topic: self._partitions(topic, stored_group.topics[topic]) for topic in sorted(stored_group.topics)}

    def newest(self, group: str, topic: str, partition: int) -> tuple[int, int] | None:
        """Return offset and order of the newest commit in a window; None where there is none."""
        windows = self._groups[group].topics.get(topic, ()) if group in self._groups else ()
        rows = windows[partition].rows if 0 <= partition < len(windows) else None
        return (window.newest_offset(rows), window.newest_order(rows)) if rows else None

    def has_expired(self, group: str, now_ms: int) -> bool:
        """Tell whether a known group has not committed for longer than expire-group."""
        return self.oldest_ms(now_ms) > self._groups[group].last_commit_ms

    def topics_of(self, group: str) -> Collection[str]:
        """Return the topics of a known group."""
        return self._groups[group].topics

    def last_commit_ms(self, group: str) -> int:
        """Return the time of a known group's last commit; 0 where only owners are known."""
        return self._groups[group].last_commit_ms

    def groups(self) -> Iterator[tuple[str, Group]]:
        """Yield all groups, to save them."""
        yield from self._groups.items()

    def restore(self, name: str, group: Group) -> None:
        """Put a saved group back, keeping only the newest commits if the limit is lower now."""
        for windows in group.topics.values():
            for partition_window in windows:
                if partition_window.rows is not None:
                    window.trim(partition_window.rows, self.settings.intervals)
        self._groups[name] = group
        self._epoch += 1

    def oldest_ms(self, now_ms: int) -> int:
        """Return the time before which a commit has expired."""
        return (now_ms // 1000 - self.settings.expire_group) * 1000

    def _gone(self, group: str) -> None:
        """Note that some target of a group is no longer valid."""
        self.changed.add(group)
        self._epoch += 1

    def _group(self, name: str) -> Group:
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = Group()
        return group

    def _partitions(self, topic: str, windows: list[PartitionWindow]) -> list[Partition]:
        histories = self.broker.histories(topic)
        return [
            self._partition(partition_window, history)
            for partition_window, history in zip_longest(windows, histories[: len(windows)])
        ]

    def _partition(self, partition_window: PartitionWindow, history: tuple[int, ...] | None) -> Partition:
        rows, ends = partition_window.rows, history or ()
        if rows is None:
            return Partition(0, (), ends, 0, partition_window.owner, partition_window.client_id)
        lag = ends[-1] - window.newest_offset(rows) if ends and rows else 0
        return Partition(
            self.settings.intervals,
            Commits(rows),
            ends,
            lag if lag > 0 else 0,
            partition_window.owner,
            partition_window.client_id,
        )
