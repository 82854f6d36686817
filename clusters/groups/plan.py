"""What resetting a group's offsets, or deleting the group, would do. Pure.

Destinations behave like those of kafka-consumer-groups: an offset outside of the log becomes its nearest end, and a
time after the last record means the end.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from clusters.gateway.groups.members import Member
from clusters.gateway.offsets import NO_RECORD, Key, beyond, name_of
from clusters.groups import commands
from core.plan import Plan, Step, fingerprint_of
from core.web.formats import first_names, plural

REDELIVERED = (
    "Acknowledgements beyond the start offset are forgotten: every record from there on is delivered, also those that "
    "were dealt with."
)
BEGINNING = {"share": "share.auto.offset.reset"}  # the config that says where a type of groups begins
SHARE, STREAMS = "share", "streams"  # types of groups


@dataclass(frozen=True)
class Place:
    """A group's committed offset in a partition (None if unknown or none), and the partition's low and high offsets.

    ``found`` is the offset looked up for the partition: of the first record since a time, ``NO_RECORD`` if all are
    older; or the one that the person confirmed.
    """

    committed: int | None
    low: int | None
    high: int | None
    found: int | None = None


@dataclass(frozen=True)
class Reset:
    """A planned reset: the state of the chosen partitions, and the new offsets of those that it moves."""

    plan: Plan
    places: Mapping[Key, Place]
    offsets: Mapping[Key, int]


Destination = Callable[[Place], int | None]


def earliest(place: Place) -> int | None:
    """Go to the first record that still exists."""
    return place.low


def latest(place: Place) -> int | None:
    """Go to the end, past all existing records."""
    return place.high


def as_found(place: Place) -> int | None:
    """Go to the offset that was looked up, or confirmed."""
    return place.high if place.found == NO_RECORD else place.found


def at(offset: int) -> Destination:
    return lambda _: offset


def by(records: int) -> Destination:
    """Go forward by that many records; back if negative."""
    return lambda place: None if place.committed is None else place.committed + records


def target(place: Place, destination: Destination) -> int | None:
    """Return the partition's new offset, within its log; None if unknown."""
    offset = destination(place)
    if offset is None or place.low is None or place.high is None:
        return None
    return max(place.low, min(offset, place.high))


def targets(places: Mapping[Key, Place], destination: Destination) -> dict[Key, int]:
    """Return the offsets that differ from the committed ones."""
    offsets = {key: target(place, destination) for key, place in sorted(places.items())}
    return {key: offset for key, offset in offsets.items() if offset is not None and offset != places[key].committed}


def reset(
    group: str,
    places: Mapping[Key, Place],
    destination: Destination,
    *,
    kind: str = "classic",
    internal_topics: Sequence[str] = (),
) -> Reset:
    """Plan new offsets for a group of any kind. Unchanged ones are left out.

    ``internal_topics`` are those of a streams group.
    """
    offsets = targets(places, destination)
    steps = [Step(name_of(key), text(places[key].committed), text(offset)) for key, offset in offsets.items()]
    warnings = [
        *consequences(places, offsets),
        *foreign(places, offsets),
        *first(places, offsets, begins_at(kind)),
        *clamped(places, destination),
        *untold(places, destination),
        *([REDELIVERED] if kind == SHARE and offsets else []),
        *(kept(internal_topics) if offsets else []),
    ]
    return Reset(Plan("groups.reset", group, tuple(steps), tuple(warnings), destructive=bool(steps)), places, offsets)


def reading_from(place: Place) -> int | None:
    """Return where in the log a group reads on; None where it is not known, or its offset is of another log."""
    if place.committed is None or place.low is None or place.high is None or place.committed > place.high:
        return None
    return max(place.low, place.committed)


def consequences(places: Mapping[Key, Place], offsets: Mapping[Key, int]) -> list[str]:
    """Warn about what is read twice, and what is never read: only of records that are there."""
    moves = [offset - before for key, offset in offsets.items() if (before := reading_from(places[key])) is not None]
    again, skipped = (
        -sum(distance for distance in moves if distance < 0),
        sum(distance for distance in moves if distance > 0),
    )
    warnings = []
    if again:
        warnings.append(f"Up to {plural(again, 'already processed record')} will be consumed again.")
    if skipped:
        warnings.append(f"Up to {plural(skipped, 'record')} will be skipped and never consumed by this group.")
    return warnings


def foreign(places: Mapping[Key, Place], offsets: Mapping[Key, int]) -> list[str]:
    """Warn about offsets beyond the end: they are of another log, and say nothing of what the group has dealt with."""
    keys = [key for key in offsets if beyond(places[key].committed, places[key].high)]
    if not keys:
        return []
    unread = sum((places[key].high or 0) - offsets[key] for key in keys)
    return [
        "Committed beyond the log end offset, as the topic was recreated or truncated: "
        f"{names(keys)}. Up to {plural(unread, 'record')} there will be consumed, possibly for the first time."
    ]


def begins_at(kind: str) -> str:
    return BEGINNING.get(kind, "auto.offset.reset")


def kept(internal_topics: Sequence[str]) -> list[str]:
    """Tell of what an application keeps besides its offsets."""
    if not internal_topics:
        return []
    names = first_names(list(internal_topics))
    return [f"Its internal topics stay as they are, with its state: {names}. To start again, delete them as well."]


def first(places: Mapping[Key, Place], offsets: Mapping[Key, int], config: str) -> list[str]:
    """Tell where there was no offset: consumers will no longer begin where their own configuration says."""
    keys = [key for key in offsets if places[key].committed is None]
    if not keys:
        return []
    return [f"No offsets there yet, so {config} will no longer apply: {names(keys)}."]


def clamped(places: Mapping[Key, Place], destination: Destination) -> list[str]:
    """Warn about destinations outside of the log."""
    outside = [
        key for key, place in sorted(places.items()) if target(place, destination) not in {None, destination(place)}
    ]
    return [f"Out of range, so the earliest or latest offset is used: {names(outside)}."] if outside else []


def untold(places: Mapping[Key, Place], destination: Destination) -> list[str]:
    """Warn about partitions that stay unchanged, since their destination is unknown."""
    unchanged = [key for key, place in sorted(places.items()) if target(place, destination) is None]
    return [f"Unchanged, as their offsets can't be determined: {names(unchanged)}."] if unchanged else []


def delete_offsets(
    group: str, offsets: Mapping[Key, int], *, remaining: int, consumed: Collection[Key], kind: str = "classic"
) -> Plan:
    """Plan deleting offsets of a group.

    Args:
        group: the group.
        kind: its type.
        offsets: what is deleted.
        remaining: in how many other partitions it has offsets.
        consumed: the partitions among them that members have.
    """
    steps = tuple(Step(name_of(key), text(offset), None) for key, offset in sorted(offsets.items()))
    warnings = [beginning(kind, " there")]
    if consumed:
        warnings.append(
            f"Active members consume {names(sorted(consumed))}; Kafka refuses to delete these offsets until they stop."
        )
    elif not remaining and kind != SHARE:
        warnings.append("These are all offsets of the group: without members, Kafka removes the group.")
    tools = commands.delete_offsets(group, kind, sorted(offsets)) if steps else ()
    return Plan("groups.reset", group, steps, tuple(warnings), destructive=bool(steps), commands=tools)


def member_words(member: Member) -> str:
    """Return a member as people tell it from others: ``client id, host, instance id``."""
    instance = f", instance {member.instance_id}" if member.instance_id else ""
    return f"{member.client_id} {member.host.lstrip('/')}{instance} ({member.id})"


def remove_members(group: str, members: Collection[Member], *, total: int) -> Plan:
    """Plan removing some of a group's ``total`` members."""
    steps = tuple(Step(member_words(member), assigned(member), None) for member in members)
    warnings = ["The group rebalances: its members pause while partitions are assigned again."]
    if any(not member.instance_id for member in members):
        warnings.append("Consumers that still run join again at once: stop them first to keep them out.")
    if len(members) == total:
        warnings.append("These are all members of the group: nobody consumes until one joins.")
    return Plan("groups.members", group, steps, tuple(warnings), destructive=bool(steps))


def assigned(member: Member) -> str:
    partitions = [name_of(key) for key in member.partitions]
    return first_names(partitions) or "nothing assigned"


def beginning(kind: str, where: str = "") -> str:
    """Return where consumers begin once offsets are gone."""
    whose = "the group's" if kind == SHARE else "their"
    return f"Consumers that use this group id start{where} at {whose} {begins_at(kind)}."


def delete(
    group: str, offsets: Mapping[Key, int], members: int, *, kind: str, internal_topics: Sequence[str] = ()
) -> Plan:
    """Plan deleting a group with its offsets, by which it is told from one that has its name later."""
    before = f"offsets of {plural(len(offsets), 'partition')}"
    warnings = [beginning(kind), *kept(internal_topics)]
    if members:
        warnings.append(f"The group has {plural(members, 'active member')}; Kafka refuses to delete it.")
    steps = (Step(f"group {group}", before, None),)
    identity = "" if members else fingerprint_of(sorted(offsets.items()))  # with members it commits, and Kafka refuses
    tools = (commands.delete(group, kind),)
    return Plan("groups.delete", group, steps, tuple(warnings), commands=tools, identity=identity)


def text(offset: int | None) -> str | None:
    """Return an offset as a step shows it."""
    return None if offset is None else str(offset)


def key(name: str) -> Key:
    """Return the topic and partition that a step's subject names."""
    topic, _, number = name.rpartition("-")
    return topic, int(number)


def names(keys: list[Key]) -> str:
    """Return the names of the first partitions, and how many more there are."""
    return first_names([name_of(key) for key in keys])
