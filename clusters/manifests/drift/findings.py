"""The finding that a cluster differs from its manifest; what differs is on its page, within each person's grants."""

from clusters.findings import WARNING, Finding, Former, SourceResult
from clusters.models import Cluster, ClusterManifest
from core.web.formats import plural

DIFFERS = "manifest-differs"
RULES = frozenset({DIFFERS})


def look(cluster: Cluster, former: Former) -> SourceResult:
    """Judge by the last comparison; while one is not possible, nothing is known."""
    row = ClusterManifest.objects.filter(cluster=cluster).defer("text", "entries").first()
    if row is None:
        return SourceResult(RULES)
    if row.error or row.total is None:
        return SourceResult(frozenset())
    value = plural(row.total, "difference")
    return SourceResult(RULES, (Finding(DIFFERS, "", WARNING, value, "none", page="drift"),) if row.total else ())
