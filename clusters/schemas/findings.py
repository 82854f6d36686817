"""The finding that a schema registry cannot be reached, from the state of its mirror."""

from clusters.findings import WARNING, Finding, Former, SourceResult
from clusters.models import Cluster, SchemaRegistry

HOLD = 60  # seconds: several passes over a registry that restarts
UNREACHABLE = "registry-unreachable"
RULES = frozenset({UNREACHABLE})


def look(cluster: Cluster, former: Former) -> SourceResult:
    """Judge each registry by its last pass; where one was not looked at yet, none is judged to be well again."""
    rows = list(cluster.registries.all())
    if any(row.looked_at is None for row in rows):
        return SourceResult(frozenset())
    return SourceResult(RULES, tuple(unreachable_finding(row) for row in rows if row.error))


def unreachable_finding(row: SchemaRegistry) -> Finding:
    subject, target = ("", "") if row.is_default else (f"registry {row.name}", row.name)
    return Finding(
        UNREACHABLE, subject, WARNING, row.error, row.advice[:100], for_seconds=HOLD, page="schemas", target=target
    )
