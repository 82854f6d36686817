"""What resetting a group's offsets, or deleting the group, would do. Pure.

Destinations are those of Kafka's own kafka-consumer-groups: what lies outside of the log becomes its nearest end, and a
time after the last record means the end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clusters.changes import Plan, Step
from clusters.gateway.offsets import NO_RECORD, Key
from core.web.formats import plural

NAMED = 10  # partitions that a warning names
SHARE = "A share group has no committed offsets: its records are acknowledged one by one."


@dataclass(frozen=True)
class Place:
    """Where a group stands in a partition and what there is to read, as offsets. None is unknown, or never committed.

    ``found`` is the offset that was looked up for it, of the first record since a time or ``NO_RECORD`` where all are
    older; or the one that a person confirmed.
    """

    committed: int | None
    low: int | None
    high: int | None
    found: int | None = None


@dataclass(frozen=True)
class Reset:
    """A planned reset: what is known of the partitions it is about, and the offsets of those that it moves."""

    plan: Plan
    places: Mapping[Key, Place]
    offsets: Mapping[Key, int]


Destination = Callable[[Place], int | None]


def earliest(place: Place) -> int | None:
    """Go to the first record that is still there."""
    return place.low


def latest(place: Place) -> int | None:
    """Go to the end, past all that is there now."""
    return place.high


def as_found(place: Place) -> int | None:
    """Go to the offset that was looked up, or confirmed."""
    return place.high if place.found == NO_RECORD else place.found


def at(offset: int) -> Destination:
    """Go to an offset."""
    return lambda _: offset


def by(records: int) -> Destination:
    """Go forward by so many records, or back where that is negative."""
    return lambda place: None if place.committed is None else place.committed + records


def target(place: Place, destination: Destination) -> int | None:
    """Return the offset that a partition would have, within its log; None where it cannot be told."""
    offset = destination(place)
    if offset is None or place.low is None or place.high is None:
        return None
    return max(place.low, min(offset, place.high))


def targets(places: Mapping[Key, Place], destination: Destination) -> dict[Key, int]:
    """Return the offsets that differ from what is committed."""
    offsets = {key: target(place, destination) for key, place in sorted(places.items())}
    return {key: offset for key, offset in offsets.items() if offset is not None and offset != places[key].committed}


def reset(group: str, places: Mapping[Key, Place], destination: Destination) -> Reset:
    """Plan other offsets for a group. What changes nothing is left out."""
    offsets = targets(places, destination)
    steps = [Step(name(key), text(places[key].committed), text(offset)) for key, offset in offsets.items()]
    warnings = [*consequences(places, offsets), *clamped(places, destination), *untold(places, destination)]
    return Reset(Plan("groups.reset", group, tuple(steps), tuple(warnings), destructive=bool(steps)), places, offsets)


def consequences(places: Mapping[Key, Place], offsets: Mapping[Key, int]) -> list[str]:
    """Say what is read twice, and what is never read."""
    moves = [offset - before for key, offset in offsets.items() if (before := places[key].committed) is not None]
    again, skipped = (
        -sum(distance for distance in moves if distance < 0),
        sum(distance for distance in moves if distance > 0),
    )
    warnings = []
    if again:
        warnings.append(f"Up to {plural(again, 'record')} that the group has dealt with will be read again.")
    if skipped:
        warnings.append(f"Up to {plural(skipped, 'record')} will never be read by this group.")
    return warnings


def clamped(places: Mapping[Key, Place], destination: Destination) -> list[str]:
    """Say where what was asked for is outside of the log."""
    outside = [
        key for key, place in sorted(places.items()) if target(place, destination) not in {None, destination(place)}
    ]
    return [f"Outside of what is there, so the nearest end is taken: {names(outside)}."] if outside else []


def untold(places: Mapping[Key, Place], destination: Destination) -> list[str]:
    """Say which partitions are left as they are, since it is not known where they would go."""
    unchanged = [key for key, place in sorted(places.items()) if target(place, destination) is None]
    return [f"Left as they are, since their offsets are not known: {names(unchanged)}."] if unchanged else []


def delete(group: str, commits: int, members: int, *, share: bool) -> Plan:
    """Plan the end of a group that has committed so many partitions."""
    before = "a share group" if share else f"offsets of {plural(commits, 'partition')}"
    warnings = ["Who consumes in its name afterwards begins where its own configuration says."]
    if members:
        warnings.append(f"It has {plural(members, 'member')}: Kafka refuses while they are there.")
    return Plan("groups.delete", group, (Step(f"group {group}", before, None),), tuple(warnings))


def text(offset: int | None) -> str | None:
    """Return an offset as a step has it."""
    return None if offset is None else str(offset)


def name(key: Key) -> str:
    """Return a partition's name: ``orders-3``."""
    return f"{key[0]}-{key[1]}"


def names(keys: list[Key]) -> str:
    """Return the names of some partitions, the first of them if there are many."""
    more = f" and {len(keys) - NAMED} more" if len(keys) > NAMED else ""
    return ", ".join(map(name, keys[:NAMED])) + more
