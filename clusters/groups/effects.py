"""How many records of each partition a reset skips, or has consumed again. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from clusters.gateway.offsets import Key, name_of
from clusters.groups.plan import Reset, reading_from
from core.web.formats import plural


@dataclass(frozen=True)
class Effect:
    """What a reset does in one partition; None where it is not known where the group reads on."""

    key: Key
    skipped: int | None
    again: int | None

    @property
    def text(self) -> str:
        if self.skipped is None:
            return "–"
        if self.skipped:
            return f"skips {plural(self.skipped, 'record')}"
        return f"{plural(self.again or 0, 'record')} again"


def effects(reset: Reset) -> Sequence[Effect]:
    """Return the effect of each step, at most: only records that are there count, and compaction may leave fewer."""
    return [effect(reset, key, offset) for key, offset in reset.offsets.items()]


def effect(reset: Reset, key: Key, offset: int) -> Effect:
    before = reading_from(reset.places[key])
    if before is None:
        return Effect(key, None, None)
    return Effect(key, max(offset - before, 0), max(before - offset, 0))


def texts(reset: Reset) -> dict[str, str]:
    """Return the effects in words, by the subjects of the plan's steps."""
    return {name_of(each.key): each.text for each in effects(reset)}
