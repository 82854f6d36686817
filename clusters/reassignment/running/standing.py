"""Where a reassignment stands: the batch that is being moved, and what came of those before it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from clusters.reassignment.planning.layout import Move
from clusters.reassignment.running.throttle import Setting

LISTS = ("settings", "pending", "left")  # of settings


@dataclass(frozen=True)
class Standing:
    """Moves before ``at`` are over, the next ``size`` are the batch; it has ``begun`` once Kafka was told.

    ``settings`` are the throttle of the batch, ``pending`` those of them that are not set yet, since a broker is down;
    ``left`` are those of former batches that could not be removed yet.
    ``failures`` are sentences by move, ``moved`` is how many have moved.
    """

    at: int = 0
    size: int = 0
    begun: bool = False
    settings: tuple[Setting, ...] = ()
    pending: tuple[Setting, ...] = ()
    left: tuple[Setting, ...] = ()
    moved: int = 0
    failures: Mapping[str, str] = field(default_factory=dict)

    def batch(self, moves: Sequence[Move]) -> list[Move]:
        """Return the moves of the batch that have not failed."""
        numbered = enumerate(moves[self.at : self.at + self.size], start=self.at)
        return [move for number, move in numbered if move.name not in self.failures]

    def with_failures(self, failures: Mapping[str, str]) -> "Standing":
        return replace(self, failures={**self.failures, **failures})

    @property
    def to_remove(self) -> tuple[Setting, ...]:
        """The throttles to take away, the newest first: each brings back what the one before it had set."""
        return (*self.settings, *self.left)

    def after_batch(self, moved: int, left: tuple[Setting, ...]) -> "Standing":
        """Return what follows once a batch is over and its throttle is gone, but for what is left."""
        return Standing(self.at + self.size, left=left, moved=self.moved + moved, failures=self.failures)

    def as_json(self) -> dict[str, Any]:
        lists = {name: [setting.as_json() for setting in getattr(self, name)] for name in LISTS}
        names = ("at", "size", "begun", "moved")
        return {**{name: getattr(self, name) for name in names}, **lists, "failures": dict(self.failures)}


def from_json(stored: Mapping[str, Any]) -> Standing:
    lists = {name: tuple(Setting(*setting) for setting in stored[name]) for name in LISTS if name in stored}
    return Standing(**{**stored, **lists})


def next_size(moves: Sequence[Move], at: int, most_partitions: int, most_bytes: int | None) -> int:
    """Return how many moves the next batch has: at least one, and no more than is wanted at once."""
    size = total = 0
    for move in moves[at : at + most_partitions]:
        total += move.copied or 0
        if size and most_bytes is not None and total > most_bytes:
            break
        size += 1
    return size
