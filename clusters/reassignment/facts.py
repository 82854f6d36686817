"""What the page of a reassignment says: what moved, what did not and why, what is left to copy, and the throttle."""

from collections.abc import Mapping, Sequence
from typing import Any

from clusters.models import Job
from clusters.reassignment.running.standing import Standing, from_json
from clusters.reassignment.running.throttle import Setting
from core.web.formats import UNKNOWN, duration, first_names, size

SHOWN = 5  # failures that the page names
Facts = list[tuple[str, str]]


def facts_of(job: Job) -> Facts:
    if not job.cursor:
        return []
    standing, copying = from_json(job.cursor), job.result.get("copying", {})
    facts = [("Partitions moved", f"{standing.moved:,}")]
    if standing.failures:
        facts.append(("Partitions not moved", f"{len(standing.failures):,}"))
        facts += list(standing.failures.items())[:SHOWN]
    if job.state in Job.OPEN and copying:
        facts += copying_facts(copying)
    return [*facts, ("Throttle", throttle_words(job, standing))]


def copying_facts(copying: Mapping[str, Any]) -> Facts:
    """Tell of the batch that is being moved."""
    rate, seconds = copying["rate"], copying["seconds"]
    unknown = f" + {copying['unknown']:,} unknown" if copying["unknown"] else ""
    return [
        ("Being moved", f"{copying['partitions']:,}: {first_names(copying['names'])}"),
        ("Bytes left", f"{size(copying['left'])}{unknown}"),
        ("Rate", UNKNOWN if rate is None else f"{size(rate)}/s"),
        ("Time left", UNKNOWN if seconds is None else duration(seconds)),
    ]


def throttle_words(job: Job, standing: Standing) -> str:
    """Tell what is set now: nothing once a batch is over, whatever came of it."""
    rate = job.parameters["rate"]
    if not rate:
        return "none"
    if job.state in Job.OPEN:
        return f"{size(rate)}/s per broker" if standing.settings else "set with the next batch"
    return "being removed: a broker is unreachable" if job.left else "removed"


def names_of(settings: Sequence[Setting]) -> str:
    """Return whose settings these are."""
    owners = dict.fromkeys(setting.owner for setting in settings)
    return first_names([f"broker {owner.name}" if owner.broker is not None else owner.name for owner in owners])
