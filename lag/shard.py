"""One worker's share of a cluster's offsets topic: applies each record once, and knows where it stopped."""

from collections import Counter

from lag.filters import GroupFilter
from lag.group_metadata import OwnersCleared, OwnerSet
from lag.records import Event, GroupDeleted, Ignored, Malformed, OffsetCommit, OffsetTombstone, decode
from lag.storage import GroupStore

_ACCEPT_ALL = GroupFilter()


class Shard:
    """The groups of some partitions of ``__consumer_offsets``, and the next record to read of each.

    Applying a record twice is not harmless (a merge may happen again), so the position is kept, and saved, with the
    windows. ``counts`` tells how many records came to what, since the shard was made.
    """

    __slots__ = ("_accepts", "counts", "positions", "store")

    def __init__(self, store: GroupStore, positions: dict[int, int], accepts: GroupFilter = _ACCEPT_ALL) -> None:
        """``positions`` gives the next record by partition; ``accepts`` is the consumer's filter, for commits only."""
        self.store = store
        self.positions = positions
        self.counts: Counter[str] = Counter()
        self._accepts = accepts

    def apply(
        self, source: int, order: int, key: bytes | None, value: bytes | None, now_ms: int, *, replayed: bool = False
    ) -> None:
        """Apply the record at offset ``order`` of partition ``source``, unless it was applied before.

        The lag of a ``replayed`` commit is unknown: the end offset of its time is.
        """
        if order < self.positions.get(source, 0):
            return
        for event in decode(key, value, order):
            word = self._commit(event, now_ms, replayed) if isinstance(event, OffsetCommit) else self._apply(event)
            self.counts[word] += 1
        self.positions[source] = order + 1

    def _commit(self, event: OffsetCommit, now_ms: int, replayed: bool) -> str:
        if not self._accepts(event.group):
            return "refused by the consumer's filter"
        return self.store.commit(event, now_ms, replayed=replayed)

    def _apply(self, event: Event) -> str:
        """Apply any other event; return the word under which it is counted."""
        match event:
            case OwnerSet():
                return f"owner {self.store.set_owner(event)}"
            case OwnersCleared(group):
                self.store.clear_owners(group)
            case GroupDeleted(group):
                self.store.delete_group(group)
            case OffsetTombstone(group, topic, partition):
                self.store.forget(group, topic, partition)
        return _WORDS[type(event)]


_WORDS = {
    OwnersCleared: "owners cleared",
    GroupDeleted: "group deleted",
    OffsetTombstone: "offset tombstone",
    Ignored: "ignored",
    Malformed: "malformed",
}
