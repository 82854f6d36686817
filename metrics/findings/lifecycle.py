"""How findings begin, last and end. Pure: what is kept and what is found in, what to write out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clusters.findings import CRITICAL, Judged, Looked

Key = tuple[str, str]  # rule, subject


@dataclass(frozen=True)
class PartlyLooked(Looked):
    """What a source found that could not apply all of its rules to everybody: it does not know about some keys."""

    unknown: frozenset[Key] = frozenset()


@dataclass(frozen=True)
class Kept:
    """A finding as it is kept. ``opened_at`` is None until it has lasted; who looks at it sees only opened ones."""

    judged: Judged
    since: datetime
    seen_at: datetime
    opened_at: datetime | None = None


@dataclass(frozen=True)
class Change:
    """What one look changes: findings to begin, to go on with, to end, and those forgotten before they opened."""

    begun: tuple[Kept, ...]
    lasting: tuple[Kept, ...]
    resolved: tuple[Key, ...]
    forgotten: tuple[Key, ...]


def change(kept: Mapping[Key, Kept], looked: Iterable[Looked], now: datetime) -> Change:
    """Return what a look at a cluster changes.

    A finding that nobody could judge now stays as it is: not to know is not to be well.
    """
    looked = list(looked)
    found = {(one.rule, one.subject): one for look in looked for one in look.judged}
    gone = [key for key in kept if key not in found and any(judges(look, key) for look in looked)]
    return Change(
        begun=tuple(lasting(Kept(one, now, now), now) for key, one in found.items() if key not in kept),
        lasting=tuple(
            lasting(replace(kept[key], judged=one, seen_at=now), now) for key, one in found.items() if key in kept
        ),
        resolved=tuple(key for key in gone if kept[key].opened_at),
        forgotten=tuple(key for key in gone if not kept[key].opened_at),
    )


def judges(look: Looked, key: Key) -> bool:
    """Tell whether a source that found nothing under a key knows that there is nothing."""
    return key[0] in look.rules and not (isinstance(look, PartlyLooked) and key in look.unknown)


def next_opening(found: Change) -> datetime | None:
    """Return when the next finding will have lasted long enough to be told; None where none is waiting for it."""
    waiting = [
        one.since + timedelta(seconds=one.judged.hold) for one in (*found.begun, *found.lasting) if not one.opened_at
    ]
    return min(waiting, default=None)


def lasting(kept: Kept, now: datetime) -> Kept:
    """Return a finding as it is now: opened once it lasted long enough, critical once it lasted too long."""
    kept = replace(kept, since=min(kept.since, now))  # later only by a clock that was set back
    judged, age = kept.judged, now - kept.since
    if judged.critical_after is not None and age >= timedelta(seconds=judged.critical_after):
        judged = replace(judged, severity=CRITICAL)
    opened = kept.opened_at or (now if age >= timedelta(seconds=judged.hold) else None)
    return replace(kept, judged=judged, opened_at=opened)
