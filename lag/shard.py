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

    def apply(self, source: int, order: int, key: bytes | None, value: bytes | None, now_ms: int) -> None:
        """Apply the record at offset ``order`` of partition ``source``, unless it was applied before."""
        if order < self.positions.get(source, 0):
            return
        for event in decode(key, value, order):
            word = self._commit(event, now_ms) if isinstance(event, OffsetCommit) else self._apply(event)
            self.counts[word] += 1
        self.positions[source] = order + 1

    def _commit(self, event: OffsetCommit, now_ms: int) -> str:
        return self.store.commit(event, now_ms) if self._accepts(event.group) else "refused by the consumer's filter"

    def _apply(self, event: Event) -> str:
        """Apply any other event; return the word under which it is counted."""
        match event:
            case OwnerSet():
                return f"owner {self.store.set_owner(event)}"
            case OwnersCleared(group):
                self.store.clear_owners(group)
            case GroupDeleted(group):
                self.store.delete_group(group)
        return _WORDS[type(event)]


_WORDS = {
    OwnersCleared: "owners cleared",
    GroupDeleted: "group deleted",
    OffsetTombstone: "offset tombstone",
    Ignored: "ignored",
    Malformed: "malformed",
}
