"""Verdicts in words: what each status means, how bad it is, what to do. Pure."""

from collections import Counter
from collections.abc import Iterable

from core.web.formats import count, plural
from lag.types import GroupStatus, PartitionStatus, Status

LEVELS = {Status.OK: "ok", Status.WARN: "warning", Status.NOTFOUND: "unknown"}
MEANINGS = {
    Status.OK: "keeping up",
    Status.WARN: "falling behind: it commits, but its lag grows",
    Status.STOP: "stopped committing",
    Status.STALL: "commits, but its offset does not advance",
    Status.REWIND: "its offset moved backwards",
}
ADVICE = {
    Status.WARN: "Add consumers to the group (at most one per partition), or find out what slows them down.",
    Status.STOP: "Check that consumers are running and can reach Kafka; check their logs around the last commit.",
    Status.STALL: "Consumers are alive but not making progress; check for a record that fails repeatedly "
    "(poison pill).",
    Status.REWIND: "Offsets were reset, or a consumer restarted from an older checkpoint. Was this intended?",
}

SAMPLED = "Evaluated from polled offsets: STALL can't be told from STOP, and commits between two polls count as one."


def level(status: int | None) -> str:
    """Return how bad a status is: ok, warning, critical or unknown."""
    return "unknown" if status is None else LEVELS.get(Status(status), "critical")


def name(status: int | None) -> str:
    """Return Burrow's word for a status; a dash where there is no verdict."""
    return "–" if status is None else Status(status).name


def sentence(status: GroupStatus) -> str:
    """Say in a sentence how a group is doing."""
    if status.status is Status.NOTFOUND:
        return "Not evaluated yet: no commits seen."
    if not status.partition_count:
        return "The topics it consumed no longer exist."
    bad = Counter(partition.status for partition in status.partitions if partition.status > Status.OK)
    if not bad:
        return (
            f"Keeping up on all {plural(status.partition_count, 'partition')}."
            if status.totallag == 0
            else _behind(status)
        )
    parts = [f"{plural(number, 'partition')} {_of_many(kind)}" for kind, number in sorted(bad.items(), reverse=True)]
    rest = status.partition_count - sum(bad.values())
    return f"{', '.join(parts)}{f'; {rest:,} OK' if rest else ''}. {_furthest(status.maxlag)}"


def _behind(status: GroupStatus) -> str:
    return f"Total lag {count(status.totallag)}, within Burrow's rules."


def _of_many(kind: Status) -> str:
    return {
        Status.WARN: "falling behind (WARN)",
        Status.STOP: "stopped committing (STOP)",
        Status.STALL: "not advancing (STALL)",
        Status.REWIND: "offset moved backwards (REWIND)",
    }[kind]


def _furthest(partition: PartitionStatus | None) -> str:
    if partition is None or not partition.current_lag:
        return ""
    return f"Highest lag: {partition.topic}-{partition.partition}, {count(partition.current_lag)}."


def advice(statuses: Iterable[Status]) -> str:
    """Return what to do about the worst of some statuses; empty where all is well."""
    return ADVICE.get(max(statuses, default=Status.OK), "")
