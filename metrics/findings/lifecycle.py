"""How findings begin, last and end. Pure: open findings and new results in, what to write out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clusters.findings import CRITICAL, Finding, Key, SourceResult


@dataclass(frozen=True)
class PartialSourceResult(SourceResult):
    """The result of a source that could not apply all of its rules everywhere: some keys are ``unknown``."""

    unknown: frozenset[Key] = frozenset()


@dataclass(frozen=True)
class OpenFinding:
    """A finding as stored. ``opened_at`` is None until it has lasted; people see only opened ones."""

    finding: Finding
    since: datetime
    seen_at: datetime
    opened_at: datetime | None = None


@dataclass(frozen=True)
class Change:
    """What one look changes: findings to begin, to continue, to end, and those forgotten before they opened."""

    begun: tuple[OpenFinding, ...]
    lasting: tuple[OpenFinding, ...]
    resolved: tuple[Key, ...]
    forgotten: tuple[Key, ...]


def diff(open_findings: Mapping[Key, OpenFinding], results: Iterable[SourceResult], now: datetime) -> Change:
    """Return what a look at a cluster changes.

    A finding that no source could judge now stays as it is: unknown is not healthy.
    """
    results = list(results)
    findings = {(finding.rule, finding.subject): finding for result in results for finding in result.findings}
    gone = [key for key in open_findings if key not in findings and any(judges(result, key) for result in results)]
    return Change(
        begun=tuple(
            lasting(OpenFinding(finding, now, now), now)
            for key, finding in findings.items()
            if key not in open_findings
        ),
        lasting=tuple(
            lasting(replace(open_findings[key], finding=finding, seen_at=now), now)
            for key, finding in findings.items()
            if key in open_findings
        ),
        resolved=tuple(key for key in gone if open_findings[key].opened_at),
        forgotten=tuple(key for key in gone if not open_findings[key].opened_at),
    )


def judges(result: SourceResult, key: Key) -> bool:
    """Tell whether a source that found nothing under a key knows that there is nothing."""
    return key[0] in result.rules and not (isinstance(result, PartialSourceResult) and key in result.unknown)


def next_opening(change: Change) -> datetime | None:
    """Return when the next finding will have lasted long enough to open; None where none is waiting."""
    waiting = [
        open_finding.since + timedelta(seconds=open_finding.finding.for_seconds)
        for open_finding in (*change.begun, *change.lasting)
        if not open_finding.opened_at
    ]
    return min(waiting, default=None)


def lasting(open_finding: OpenFinding, now: datetime) -> OpenFinding:
    """Return a finding as of now: opened once it lasted long enough, critical once it lasted too long."""
    open_finding = replace(open_finding, since=min(open_finding.since, now))  # later only if the clock was set back
    finding, age = open_finding.finding, now - open_finding.since
    if finding.critical_after is not None and age >= timedelta(seconds=finding.critical_after):
        finding = replace(finding, severity=CRITICAL)
    opened = open_finding.opened_at or (now if age >= timedelta(seconds=finding.for_seconds) else None)
    return replace(open_finding, finding=finding, opened_at=opened)
