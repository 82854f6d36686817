"""The finding that a schema registry cannot be reached, from the state of its mirror."""

from clusters.findings import WARNING, Finding, Former, SourceResult
from clusters.models import Cluster, RegistryMirror

HOLD = 60  # seconds: several passes over a registry that restarts
UNREACHABLE = "registry-unreachable"
RULES = frozenset({UNREACHABLE})


def look(cluster: Cluster, former: Former) -> SourceResult:
    """Judge by the last pass; a registry that was not looked at yet is not judged."""
    mirror = RegistryMirror.objects.filter(cluster=cluster).exclude(looked_at=None).first()
    if not cluster.registry_url:
        return SourceResult(RULES)
    if mirror is None:
        return SourceResult(frozenset())
    finding = Finding(UNREACHABLE, "", WARNING, mirror.error, mirror.advice[:100], for_seconds=HOLD, page="schemas")
    return SourceResult(RULES, (finding,) if mirror.error else ())
