"""Verdicts in words: what each status means, how bad it is, what to do. Pure."""

from collections import Counter
from collections.abc import Iterable

from core.web.formats import count, plural
from lag.types import GroupStatus, PartitionStatus, Status

LEVELS = {Status.OK: "ok", Status.WARN: "warning", Status.NOTFOUND: "unknown"}
MEANINGS = {
    Status.OK: "keeps up",
    Status.WARN: "is falling behind: it commits, and its lag grows",
    Status.STOP: "has stopped committing",
    Status.STALL: "commits, but always the same offset",
    Status.REWIND: "has gone back to an older offset",
}
ADVICE = {
    Status.WARN: "Give the group more consumers (up to one a partition), or find what makes them slow.",
    Status.STOP: "See whether its consumers run and reach Kafka; look at their log for the last commit's time.",
    Status.STALL: "Its consumers live but get no further: look for a record that fails again and again.",
    Status.REWIND: "Somebody reset its offsets, or a consumer started from an old copy of them: was that meant?",
}

SAMPLED = "Judged by samples: it cannot tell STALL from STOP, and commits between two looks count as one."


def level(status: int | None) -> str:
    """Return how bad a status is: ok, warning, critical or unknown."""
    return "unknown" if status is None else LEVELS.get(Status(status), "critical")


def name(status: int | None) -> str:
    """Return Burrow's word for a status; a dash where there is no verdict."""
    return "–" if status is None else Status(status).name


def sentence(status: GroupStatus) -> str:
    """Say in a sentence how a group is doing."""
    if status.status is Status.NOTFOUND:
        return "No commit of this group has been read, so there is no verdict on its lag."
    if not status.partition_count:
        return "The topics that it read are gone."
    bad = Counter(partition.status for partition in status.partitions if partition.status > Status.OK)
    if not bad:
        return (
            f"It keeps up on all {plural(status.partition_count, 'partition')}."
            if status.totallag == 0
            else _behind(status)
        )
    parts = [f"{plural(number, 'partition')} {_of_many(kind)}" for kind, number in sorted(bad.items(), reverse=True)]
    rest = status.partition_count - sum(bad.values())
    return f"{', '.join(parts)}{f'; {rest:,} OK' if rest else ''}. {_furthest(status.maxlag)}"


def _behind(status: GroupStatus) -> str:
    return f"It is {plural(status.totallag, 'record')} behind, and Burrow's rules find nothing wrong with that."


def _of_many(kind: Status) -> str:
    return {
        Status.WARN: "falling behind (WARN)",
        Status.STOP: "without commits (STOP)",
        Status.STALL: "stuck at an offset (STALL)",
        Status.REWIND: "gone back (REWIND)",
    }[kind]


def _furthest(partition: PartitionStatus | None) -> str:
    if partition is None or not partition.current_lag:
        return ""
    return f"Furthest behind: {partition.topic}-{partition.partition} with {count(partition.current_lag)} records."


def advice(statuses: Iterable[Status]) -> str:
    """Return what to do about the worst of some statuses; empty where all is well."""
    return ADVICE.get(max(statuses, default=Status.OK), "")
