"""What a batch of moves is throttled by, what was set before, and what is to be set again. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from clusters.gateway.reassigning.throttles import (
    FOLLOWER_RATE,
    FOLLOWERS,
    LEADER_RATE,
    LEADERS,
    Resource,
    broker,
    topic,
)
from clusters.reassignment.planning.layout import Move

EVERY_REPLICA = "*"
Present = Mapping[Resource, Mapping[str, str]]  # what is set on brokers and topics themselves


@dataclass(frozen=True, slots=True)
class Setting:
    """A config that a job sets, and its value before; None where there was none."""

    kind: int
    resource: str
    name: str
    before: str | None
    value: str

    @property
    def owner(self) -> Resource:
        return Resource(self.kind, self.resource)

    def as_json(self) -> list[Any]:
        return list(astuple(self))


def resources_of(moves: Iterable[Move], online: Iterable[int]) -> set[Resource]:
    """Return the brokers and the topics that take part in copying."""
    copying, online = [move for move in moves if move.added], set(online)
    brokers = {number for move in copying for number in (*move.old, *move.added)}
    return {*map(broker, brokers & online), *(topic(move.topic) for move in copying)}


def settings_of(
    moves: Sequence[Move], rate: int, present: Present, leftovers: Iterable[Setting] = ()
) -> tuple[Setting, ...]:
    """Return what to set for some moves, and for nothing else: replicas that are copied from, and those copied to.

    What former jobs could not remove yet is none of what was there before.
    """
    expected: dict[tuple[Resource, str], str] = {}
    sources, targets = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for move in moves:
        if move.added:
            sources[move.topic] += [f"{move.number}:{number}" for number in move.old]
            targets[move.topic] += [f"{move.number}:{number}" for number in move.added]
            expected |= {(broker(number), LEADER_RATE): str(rate) for number in move.old}
            expected |= {(broker(number), FOLLOWER_RATE): str(rate) for number in move.added}
    for name, lists in ((LEADERS, sources), (FOLLOWERS, targets)):
        for topic_name, entries in lists.items():
            before = present.get(topic(topic_name), {}).get(name)
            expected[topic(topic_name), name] = joined(before, entries)
    former = {(setting.owner, setting.name, setting.value): setting.before for setting in leftovers}
    settings = []
    for (owner, name), value in expected.items():
        current = present.get(owner, {}).get(name)
        is_left = current is not None and (owner, name, current) in former
        if owner in present and (current != value or is_left):
            before = former[owner, name, current] if is_left and current else current
            settings.append(Setting(owner.kind, owner.name, name, before, value))
    return tuple(settings)


def joined(before: str | None, entries: Sequence[str]) -> str:
    """Return a list of replicas with more of them; all replicas are all."""
    if before == EVERY_REPLICA:
        return EVERY_REPLICA
    return ",".join(dict.fromkeys([*(before.split(",") if before else ()), *entries]))


def changes_to_set(settings: Iterable[Setting]) -> dict[Resource, dict[str, str | None]]:
    changes: dict[Resource, dict[str, str | None]] = defaultdict(dict)
    for setting in settings:
        changes[setting.owner][setting.name] = setting.value
    return changes


def changes_to_undo(settings: Iterable[Setting], present: Present) -> dict[Resource, dict[str, str | None]]:
    """Return what brings back what was set before; what a user has changed meanwhile stays, without our part.

    Where it seems to be as before already, it is written all the same: a broker may not know yet that it was changed.
    """
    changes: dict[Resource, dict[str, str | None]] = defaultdict(dict)
    for setting in settings:
        current = present.get(setting.owner, {}).get(setting.name)
        if current in {setting.value, setting.before}:
            changes[setting.owner][setting.name] = setting.before
        elif current and setting.name in {LEADERS, FOLLOWERS}:
            rest = without(current, setting)
            if rest != current:
                changes[setting.owner][setting.name] = rest
    return changes


def without(current: str, setting: Setting) -> str | None:
    before = setting.before.split(",") if setting.before else []
    own = set(setting.value.split(",")) - set(before)
    return ",".join(entry for entry in current.split(",") if entry not in own) or None
