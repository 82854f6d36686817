"""What is wrong in a cluster, whoever finds it out: the inventory, the metrics, the lag. Pure."""

from dataclasses import dataclass, field

INFO, WARNING, CRITICAL = "info", "warning", "critical"
SEVERITIES = (CRITICAL, WARNING, INFO)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong at this moment.

    ``rule`` names the rule, ``subject`` what it is about: nothing for the cluster, ``broker 1``, a topic, a group.
    ``hold`` is for how many seconds it must last before anybody is told; ``critical_after`` after how many a warning
    becomes critical. ``names`` are the parts concerned, as partitions are. ``page`` and ``target`` name the page that
    shows or mends it, by its route and the part of the path below the cluster.
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
class SourceResult:
    """What one source found, and the rules it could judge: what it could not is neither confirmed nor gone."""

    rules: frozenset[str]
    findings: tuple[Finding, ...] = field(default=())
