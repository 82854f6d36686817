"""Findings as a person may read them: without the names that no grant covers, and without counts of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils import timezone

from clusters.access import sees
from clusters.findings import INFO
from clusters.inventory.findings import FIRST
from clusters.models import Cluster
from core.patterns import EVERYTHING
from core.web.formats import plural
from core.web.paths import reverse
from metrics.findings.advice import Advice, advice
from metrics.findings.visibility import is_silent, may_silence
from metrics.models import FindingRow

NAMED_WHOLE = frozenset({"one-replica", "min-isr-too-high", "throttle-left"})
OPEN = {
    "broker": "Open broker", "brokers": "Open brokers", "group": "Open group", "groups": "Open consumer groups",
    "connector": "Open connector", "connectors": "Open connectors",
    "drift": "Open drift", "metrics": "Open metrics", "schemas": "Open schemas",
    "topic": "Open topic", "topics": "Open topics",
}  # fmt: skip
OF_TOPICS = NAMED_WHOLE | {"no-leader", "below-min-isr", "replicas-missing"}
# What is named by rules that name nothing else.
NOUNS = {rule: "topic" if rule in NAMED_WHOLE else "partition" for rule in OF_TOPICS if rule != "throttle-left"}
# Rules whose values count what grants may not cover, and the action that covers it.
COUNTING = dict.fromkeys((*OF_TOPICS, "at-min-isr", "offline-partitions"), "topics.view") | {
    "more-groups": "groups.view", "more-connectors": "connect.view",
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A finding as a person may read it. ``value`` counts nothing that is hidden; ``hidden`` says there is more."""

    finding: FindingRow
    words: Advice
    value: str
    names: tuple[str, ...]
    hidden: bool
    link: str
    silenced: bool
    may_silence: bool

    @property
    def link_text(self) -> str:
        """The text of the link to the page that shows or fixes it."""
        return OPEN.get(self.finding.page, "Open cluster")

    @property
    def level(self) -> str:
        """The severity as the status that a page shows."""
        return "unknown" if self.finding.severity == INFO else self.finding.severity


@dataclass(frozen=True)
class SeenRule:
    """The open findings of one rule and severity: what is wrong is said once, for all its subjects."""

    findings: tuple[Seen, ...]

    @property
    def first(self) -> Seen:
        return self.findings[0]

    @property
    def threshold(self) -> str:
        """The threshold that all of them have; empty where they differ."""
        thresholds = {seen_finding.finding.threshold for seen_finding in self.findings}
        return thresholds.pop() if len(thresholds) == 1 else ""


def by_rule(findings: Iterable[Seen]) -> list[SeenRule]:
    """Put findings of the same rule and severity together, in the order of the first of each."""
    groups: dict[tuple[str, str], list[Seen]] = {}
    for seen_finding in findings:
        row = seen_finding.finding
        groups.setdefault((row.rule, row.severity), []).append(seen_finding)
    return [SeenRule(tuple(group)) for group in groups.values()]


def seen(request: HttpRequest, cluster: Cluster, rows: Iterable[FindingRow]) -> list[Seen]:
    now = timezone.now()
    return [as_seen(request, cluster, row, now) for row in rows]


def as_seen(request: HttpRequest, cluster: Cluster, row: FindingRow, now: datetime) -> Seen:
    """Return a finding without what no grant covers: neither the names, nor how many there are."""
    names = tuple(name for name in row.names if may_read(request, cluster, row.rule, name))
    action = COUNTING.get(row.rule, "")
    is_limited = bool(action) and not sees(request, cluster, action, EVERYTHING)
    value = "" if is_limited else row.value
    if is_limited and names and row.rule in NOUNS and len(row.names) < FIRST:  # all are named, and can be counted
        value = plural(len(names), NOUNS[row.rule])
    return Seen(
        row, advice(row.rule), value, names, len(names) < len(row.names), link_of(cluster, row), is_silent(row, now),
        may_silence(request, row),
    )  # fmt: skip


def may_read(request: HttpRequest, cluster: Cluster, rule: str, name: str) -> bool:
    """Tell whether the person may see a part of a finding: only names of topics need a grant on them."""
    return rule not in OF_TOPICS or not (topic := topic_of(rule, name)) or sees(request, cluster, "topics.view", topic)


def topic_of(rule: str, name: str) -> str:
    """Return the topic of a name such as ``orders-3: no leader``; empty for ``broker 1``, which none can be called."""
    if rule in NAMED_WHOLE:
        return "" if " " in name else name
    return name.rpartition(": ")[0].rpartition("-")[0]


def link_of(cluster: Cluster, row: FindingRow) -> str:
    """Return the page that shows or fixes it."""
    query = row.target.startswith("?")
    # A connector is named by its Connect cluster, whose name has no slash, and its own name.
    parts = row.target.split("/", 1) if row.page == "connector" else [row.target]
    try:
        path = reverse(row.page, cluster.slug, *(parts if row.target and not query else []))
    except NoReverseMatch:
        return reverse("cluster", cluster.slug)
    return path + row.target if query else path
