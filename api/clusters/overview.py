"""Clusters: all of them, one of them, and a test of its connection."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema

from api.kit.access import ApiRequest, anybody, on_cluster
from clusters.access import visible_clusters
from clusters.gateway.probe.connection_test import Verdict
from clusters.gateway.probe.registry_test import RegistryVerdict, probe_both
from clusters.inventory.summary import Summary
from clusters.queries import summaries_of
from clusters.refresh import refresh_now

router = Router(tags=["Clusters"])
cluster_router = Router(tags=["Clusters"])  # mounted at the cluster's path


class CountsOut(Schema):
    """Counts of a cluster, limited to what the user's roles cover. null is unknown."""

    brokers: int
    brokers_offline: list[int]
    topics: int
    partitions: int
    offline: int
    under_replicated: int
    under_min_isr: int
    groups: int
    lag: int | None
    unknown_lag: int


class ClusterOut(Schema):
    """A cluster, its health, and when it was refreshed."""

    slug: str = Field(description="Short name, as in URLs.")
    name: str
    environment: str
    read_only: bool
    needs_approval: bool = Field(description="Whether changes that destroy need a second person.")
    declared: bool
    health: str = Field(description="`ok`, `warning`, `critical` or `unknown`.")
    sentence: str
    critical: int = Field(description="Open critical alerts that are not muted.")
    warnings: int = Field(description="Open warnings that are not muted.")
    counts: CountsOut
    kafka_cluster_id: str
    version: str
    as_of: datetime | None = Field(description="Time of the last successful refresh.")
    error: str


class RegistryVerdictOut(Schema):
    """The result of a test of the schema registry."""

    ok: bool
    sentence: str
    advice: str


class VerdictOut(Schema):
    """The result of a connection test."""

    ok: bool
    cause: str
    sentence: str
    advice: str
    version: str | None
    may: list[str]
    may_not: list[str]
    registry: RegistryVerdictOut | None = Field(description="The schema registry's test; null without one.")


class LookOut(Schema):
    """Whether the requested refresh has finished."""

    done: bool


def cluster_out(summary: Summary) -> dict[str, Any]:
    cluster, findings = summary.cluster, summary.findings
    mirror = getattr(cluster, "mirror", None)
    own = ("slug", "name", "environment", "read_only", "needs_approval", "declared")
    return {
        **{name: getattr(cluster, name) for name in own},
        "health": summary.health.level,
        "sentence": summary.sentence,
        "critical": findings.critical if findings else 0,
        "warnings": findings.warnings if findings else 0,
        "counts": summary.counts,
        "kafka_cluster_id": mirror.kafka_cluster_id if mirror else "",
        "version": mirror.version if mirror else "",
        "as_of": mirror.current_as_of if mirror else None,
        "error": mirror.error if mirror else "",
    }


def verdict_out(verdict: Verdict, registry: RegistryVerdict | None) -> VerdictOut:
    serialized = RegistryVerdictOut(**asdict(registry)) if registry else None
    return VerdictOut(
        ok=verdict.ok, cause=verdict.cause, sentence=verdict.sentence, advice=verdict.advice, version=verdict.version,
        may=list(verdict.may), may_not=list(verdict.may_not),
        registry=serialized,
    )  # fmt: skip


@router.get("/clusters", response=list[ClusterOut], auth=anybody("clusters.list"))
def list_clusters(request: ApiRequest) -> list[Any]:
    """List all clusters that the user has access to, worst first."""
    return [cluster_out(summary) for summary in summaries_of(request, visible_clusters(request))]


@cluster_router.get("", response=ClusterOut, auth=on_cluster("clusters.view"))
def show_cluster(request: ApiRequest) -> dict[str, Any]:
    """Show one cluster."""
    return cluster_out(summaries_of(request, [request.cluster])[0])


@cluster_router.post("/refresh", response=LookOut, auth=on_cluster("clusters.refresh"))
def refresh_cluster(request: ApiRequest) -> dict[str, Any]:
    """Refresh the cluster now; waits a few seconds for it."""
    return {"done": refresh_now(request.cluster)}


@cluster_router.post("/test", response=VerdictOut, auth=on_cluster("clusters.edit"))
def test_cluster(request: ApiRequest) -> VerdictOut:
    """Test the saved connection: what is wrong with it, or what its principal is allowed to do."""
    tested = request.cluster
    return verdict_out(*probe_both(tested.connection(), tested.registry()))
