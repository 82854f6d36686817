"""One worker's share of a cluster's offsets topic: applies each record once, and remembers its position."""

from collections import Counter
from collections.abc import Iterable, Mapping

from lag.records.commits import (
    Event,
    GroupDeleted,
    Ignored,
    Malformed,
    OffsetCommit,
    OffsetTombstone,
    bare_offset,
    decode,
)
from lag.records.group_metadata import OwnersCleared, OwnerSet
from lag.windows.group_filter import GroupFilter
from lag.windows.group_store import CommitTarget, GroupStore, Outcome

Written = tuple[int, int, bytes | None, bytes | None, int]  # partition, offset, key, value, time written in ms
_ACCEPT_ALL = GroupFilter()
_NOTHING: Mapping[int, int] = {}
_MAX_TARGETS = 200_000


class Shard:
    """The groups of some partitions of ``__consumer_offsets``, and the next record to read of each.

    Applying a record twice is not harmless (a merge may happen again), so the position is kept, and saved, with the
    windows. ``counts`` has the number of records by outcome since the shard was created.
    """

    __slots__ = ("_accepts", "_epoch", "_targets", "counts", "positions", "store")

    def __init__(self, store: GroupStore, positions: dict[int, int], accepts: GroupFilter = _ACCEPT_ALL) -> None:
        """``positions`` has the next record by partition; ``accepts`` is the consumer's filter, for commits only."""
        self.store = store
        self.positions = positions
        self.counts: Counter[str] = Counter()
        self._accepts = accepts
        self._targets: dict[bytes, CommitTarget] = {}
        self._epoch = store.epoch

    def apply_all(
        self, records: Iterable[Written], now_ms: int, fresh_ms: int = 0, old_until: Mapping[int, int] = _NOTHING
    ) -> None:
        """Apply records like ``apply``, but remember the target of each key, as most keys recur.

        A record counts as replayed if it was written before ``fresh_ms`` and is before its partition's ``old_until``.
        """
        positions, oldest_ms, observed_ms = self.positions, self.store.oldest_ms(now_ms), now_ms - now_ms % 1000
        targets, counts, put = self._live_targets(), self.counts, self.store.put
        for source, order, key, value, moment_ms in records:
            replayed = moment_ms < fresh_ms and order < old_until.get(source, 0)
            target = targets.get(key) if value else None  # type: ignore[arg-type]
            commit = bare_offset(value) if target else None  # type: ignore[arg-type]
            if commit is None or target is None or commit[1] < oldest_ms:
                self.apply(source, order, key, value, now_ms, replayed=replayed)
                targets = self._live_targets()
            elif order >= positions.get(source, 0):
                counts[put(target, (commit[0], order, commit[1]), observed_ms, replayed)] += 1
                positions[source] = order + 1

    def apply(
        self, source: int, order: int, key: bytes | None, value: bytes | None, now_ms: int, *, replayed: bool = False
    ) -> None:
        """Apply the record at offset ``order`` of partition ``source``, unless it was applied before.

        The lag of a ``replayed`` commit is unknown, because the end offset of its time is.
        """
        if order < self.positions.get(source, 0):
            return
        for event in decode(key, value, order):
            if key and isinstance(event, OffsetCommit):
                word = self._commit(key, event, now_ms, replayed)
            else:
                word = self._apply(event)
            self.counts[word] += 1
        self.positions[source] = order + 1

    def has_target(self, key: bytes) -> bool:
        """Tell whether commits under a key have a target, so that its topic is known."""
        return key in self._targets

    def _live_targets(self) -> dict[bytes, CommitTarget]:
        """Return the targets, after dropping all of them if one is no longer valid."""
        if self._epoch != self.store.epoch or len(self._targets) > _MAX_TARGETS:
            self._targets.clear()
            self._epoch = self.store.epoch
        return self._targets

    def _commit(self, key: bytes, event: OffsetCommit, now_ms: int, replayed: bool) -> str:
        if not self._accepts(event.group):
            return "refused by the consumer's filter"
        target = self.store.accept(event, now_ms)
        if isinstance(target, Outcome):
            return target
        self._targets[key] = target
        numbers = (event.offset, event.order, event.timestamp_ms)
        return self.store.put(target, numbers, now_ms - now_ms % 1000, replayed)

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
