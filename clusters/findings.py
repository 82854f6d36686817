"""What is wrong in a cluster, as each source reports it: the inventory, the metrics, the lag. Pure."""

from collections.abc import Set
from dataclasses import dataclass, field

from core.web.formats import plural

INFO, WARNING, CRITICAL = "info", "warning", "critical"
SEVERITIES = (CRITICAL, WARNING, INFO)
KINDS_NAMED = 3  # in a sentence
Key = tuple[str, str]  # rule, subject
Former = Set[Key]  # the findings of a cluster that are not resolved, opened or not


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong at this moment.

    ``rule`` names the rule, ``subject`` what it is about: empty for the cluster, ``broker 1``, a topic, a group.
    ``for_seconds`` is how long it must last before channels are notified; ``critical_after`` is after how many seconds
    a warning becomes critical. ``names`` are the parts concerned, such as partitions. ``page`` and ``target`` name the
    page that shows or fixes it, by its route and the part of the path below the cluster.
    """

    rule: str
    subject: str
    severity: str
    value: str
    threshold: str = ""
    names: tuple[str, ...] = ()
    for_seconds: int = 0
    critical_after: int | None = None
    page: str = ""
    target: str = ""


@dataclass(frozen=True)
class FindingCounts:
    """How many open findings of a cluster are critical, how many are warnings, and the kinds of the worse ones."""

    critical: int
    warnings: int
    kinds: tuple[tuple[str, int], ...] = ()

    @property
    def level(self) -> str:
        return CRITICAL if self.critical else WARNING

    @property
    def sentence(self) -> str:
        """The kinds of the worst findings: ``Disk filling up, Consumer group lagging (3).``"""
        named = [f"{title} ({number:,})" if number > 1 else title for title, number in self.kinds[:KINDS_NAMED]]
        more = len(self.kinds) - len(named)
        return ", ".join([*named, f"{more} more"] if more > 0 else named) + "."

    @property
    def text(self) -> str:
        """The numbers in words: ``2 critical, 1 warning``."""
        parts = [f"{self.critical:,} critical"] if self.critical else []
        return ", ".join([*parts, plural(self.warnings, "warning")] if self.warnings else parts)


@dataclass(frozen=True)
class SourceResult:
    """What one source found, and the rules it could judge: findings of other rules are neither confirmed nor gone."""

    rules: frozenset[str]
    findings: tuple[Finding, ...] = field(default=())
