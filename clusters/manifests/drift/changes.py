"""Keeping a manifest for a cluster, and no longer: our own record, planned and on the audit log."""

import hashlib

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts.own_records import apply_own_change
from clusters.manifests.resources import Manifest
from clusters.manifests.state import sections_of
from clusters.models import Cluster, ClusterManifest
from core.plan import Plan, Step
from core.web.formats import plural

ACTION = "manifests.keep"
SUBJECT = "Manifest that the cluster is compared with"


def plan_keeping(cluster: Cluster, text: str, manifest: Manifest, *, remove: bool) -> Plan:
    """Return what keeping a manifest changes; nothing where it is the one that is kept."""
    before = ClusterManifest.objects.filter(cluster=cluster).first()
    old = before.summary if before else None
    new = summary(text, manifest, remove=remove)
    return Plan(ACTION, cluster.name, (Step(SUBJECT, old, new),) if old != new else (), manifest.remarks)


def plan_forgetting(row: ClusterManifest) -> Plan:
    return Plan(ACTION, row.cluster.name, (Step(SUBJECT, row.summary, None),))


def summary(text: str, manifest: Manifest, *, remove: bool) -> str:
    """Return what a manifest lists, with a fingerprint of its text."""
    numbers = (
        (len(manifest.topics), "topic"), (len(manifest.users), "user"), (len(manifest.acls), "ACL"),
        (len(manifest.quotas), "quota entity", "quota entities"),
    )  # fmt: skip
    listed = ", ".join(plural(*each) for each in numbers if each[0]) or "nothing"
    surplus = "; what it does not list is drift" if remove else ""
    return f"{listed}{surplus} (SHA-256 {hashlib.sha256(text.encode()).hexdigest()[:12]})"


def keep(request: HttpRequest, cluster: Cluster, plan: Plan, text: str, manifest: Manifest, *, remove: bool) -> None:
    """Keep a manifest in place of the former one, of which nothing is known any more."""
    values = {
        "text": text, "remove": remove, "summary": summary(text, manifest, remove=remove),
        "sections": sorted(sections_of(manifest)), "kept_at": timezone.now(), "kept_by": request.user.get_username(),
        "entries": [], "total": None, "unread": [], "error": "", "compared_at": None,
        "due_at": None, "lease_until": None,
    }  # fmt: skip

    def save() -> None:
        # Another fence: a comparison with the former text, which may be under way, saves nothing.
        if not ClusterManifest.objects.filter(cluster=cluster).update(**values, fence=F("fence") + 1):
            ClusterManifest.objects.create(cluster=cluster, **values)

    apply_own_change(request, plan, save, cluster=cluster.slug)


def forget(request: HttpRequest, row: ClusterManifest, plan: Plan) -> None:
    apply_own_change(request, plan, row.delete, cluster=row.cluster.slug)
