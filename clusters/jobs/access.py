"""Who may see and stop a job, and whether the user who started it may still do what it does."""

from collections.abc import Collection, Iterable

from django.conf import settings

from accounts.anonymous import NAME, anonymous_user
from accounts.models import allowances
from accounts.permissions import Allowance, may
from clusters.jobs.kinds import Need
from clusters.models import Cluster, Job


def covers(granted: Iterable[Allowance], needs: Iterable[Need]) -> bool:
    """Tell whether somebody may do all that a job does."""
    granted = list(granted)
    return all(may(granted, need.action, need.cluster, need.resource) for need in needs)


def missing_access(granted: Iterable[Allowance], needs: Iterable[Need], read_only: Collection[str]) -> str:
    """Return why a job may not go on; empty where it may. ``read_only`` are the slugs of such clusters."""
    granted = list(granted)
    for need in needs:
        if not may(granted, need.action, need.cluster, need.resource):
            return f"No access to {need.cluster}/{need.resource} (needs {need.action})."
        if need.change and need.cluster in read_only:
            return f"{need.cluster} is read-only: no changes through kafkaadmin."
    return ""


def needs_of(job: Job) -> list[Need]:
    return [Need(*need) for need in job.needs]


def objection(job: Job) -> str:
    """Return why a job may not go on, by what holds now; empty where it may."""
    user, needs = Job.objects.select_related("user").get(pk=job.pk).user, needs_of(job)
    if user is None:
        return f"The user {job.username} no longer exists."
    if not user.is_active:
        return f"The user {job.username} is not active."
    if user.username == NAME and settings.ANONYMOUS_ROLE:
        user = anonymous_user(settings.ANONYMOUS_ROLE)
    slugs = {need.cluster for need in needs}
    read_only = set(Cluster.objects.filter(slug__in=slugs, read_only=True).values_list("slug", flat=True))
    reason = missing_access(allowances(user), needs, read_only)
    return f"{job.username}: {reason}" if reason.startswith("No access") else reason
