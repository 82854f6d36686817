"""When a rule that somebody defined finds something. Pure: measurements in, findings out.

Unknown is neither above nor below: it begins no finding and ends none. A number that is only known to be at least so
much can be above a threshold, and never surely not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from clusters.findings import Finding, Former, Key
from core.patterns import glob_matches
from core.web.formats import count, duration, exact_rate, plural
from metrics.catalogue.own_rules import BELOW, LAG, OF_GROUPS, TIME_LAG
from metrics.findings.lifecycle import PartialSourceResult

MOST = 100  # subjects of a rule with a finding of their own


@dataclass(frozen=True)
class Condition:
    """A rule. The threshold is records, seconds, or records per second; it must be passed for ``for_seconds``."""

    key: str
    kind: str
    severity: str
    pattern: str
    threshold: Decimal
    for_seconds: int = 0

    @cached_property
    def limit(self) -> float:
        """The threshold as the numbers are that are compared with it: a whole one exactly, however large."""
        return int(self.threshold) if self.threshold == int(self.threshold) else float(self.threshold)

    @property
    def text(self) -> str:
        """The threshold in words: ``above 10,000 for at least 5 min``."""
        sign = "below" if self.kind == BELOW else "above"
        lasting = f" for at least {duration(self.for_seconds)}" if self.for_seconds else ""
        return f"{sign} {written(self.kind, self.threshold)}{lasting}"

    @property
    def sentence(self) -> str:
        """What it alerts on: ``Lag above 10,000 for at least 5 min``."""
        measured = {LAG: "Lag", TIME_LAG: "Time lag"}.get(self.kind, "Records in")
        return f"{measured} {self.text}"


@dataclass(frozen=True)
class Measurement:
    """A group's or topic's number; None where unknown. ``at_least`` says that it may be more."""

    subject: str
    value: float | None
    at_least: bool = False


def written(kind: str, value: float | Decimal) -> str:
    """Write a number of a rule's kind, exactly enough to be told from its threshold."""
    if kind == TIME_LAG:
        return duration(float(value))
    return count(int(value)) if kind == LAG else exact_rate(float(value))


def is_met(condition: Condition, measurement: Measurement) -> bool | None:
    """Tell whether a number passes the threshold; None where that is not known."""
    value = measurement.value
    if value is None:
        return None
    if condition.kind == BELOW:
        return value < condition.limit
    return True if value > condition.limit else None if measurement.at_least else False


def evaluate(
    conditions: Iterable[Condition],
    measurements: Mapping[str, Sequence[Measurement]],
    former: Former,
    ended: frozenset[str] = frozenset(),
) -> PartialSourceResult:
    """Return what the rules find.

    Args:
        conditions: rules that can be evaluated now.
        measurements: by kind; who is not among them is gone.
        former: the findings that are not resolved.
        ended: keys of rules that are deleted, or off: their findings end.
    """
    findings: list[Finding] = []
    unknown: set[Key] = set()
    keys = set(ended)
    for condition in conditions:
        keys.add(condition.key)
        met, open_questions = sorted_out(condition, measurements.get(condition.kind, ()), former)
        unknown |= open_questions
        findings += findings_of(condition, met, former)
    return PartialSourceResult(frozenset(keys), tuple(findings), frozenset(unknown))


def sorted_out(
    condition: Condition, measurements: Iterable[Measurement], former: Former
) -> tuple[list[Measurement], set[Key]]:
    """Return who meets a condition, and which of its findings can neither be confirmed nor end."""
    met, unknown = [], set()
    for measurement in measurements:
        verdict = is_met(condition, measurement)
        if verdict is False or not glob_matches(condition.pattern, measurement.subject):
            continue
        if verdict:
            met.append(measurement)
        elif (condition.key, measurement.subject) in former:
            unknown.add((condition.key, measurement.subject))
    return met, unknown


def findings_of(condition: Condition, met: list[Measurement], former: Former) -> list[Finding]:
    """Return a finding per subject, of which those that have one keep it, and one for the others past the limit."""
    sign = 1 if condition.kind == BELOW else -1
    met.sort(key=lambda m: ((condition.key, m.subject) not in former, sign * (m.value or 0), m.subject))
    findings = [finding_of(condition, measurement) for measurement in met[:MOST]]
    noun, page = ("more group", "groups") if condition.kind in OF_GROUPS else ("more topic", "topics")
    if len(met) > MOST:
        text = f"and {plural(len(met) - MOST, noun)}"
        findings.append(
            Finding(
                condition.key, "", condition.severity, text, condition.text,
                for_seconds=condition.for_seconds, page=page,
            )
        )  # fmt: skip
    return findings


def finding_of(condition: Condition, measurement: Measurement) -> Finding:
    number = written(condition.kind, measurement.value or 0)
    value = f"over {number}" if measurement.at_least else number
    words = {LAG: f"lag {value}", TIME_LAG: f"time lag {value}"}.get(condition.kind, f"{value} in")
    return Finding(
        condition.key, measurement.subject, condition.severity, words, condition.text,
        for_seconds=condition.for_seconds, page="group" if condition.kind in OF_GROUPS else "topic",
        target=measurement.subject,
    )  # fmt: skip
