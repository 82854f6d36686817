"""Who may see a request: who asked for it, and whoever may make the change themselves, and decide."""

from collections.abc import Iterable

from django.http import HttpRequest

from accounts.access import granted
from accounts.permissions import Allowance, may
from clusters.models import ApprovalRequest, Cluster
from core.plan import Plan

DECIDE = "approvals.decide"


def resources_of(plans: Iterable[Plan]) -> list[tuple[str, str]]:
    """Return the actions of plans with all the resources that they touch."""
    return list(dict.fromkeys((plan.action, name) for plan in plans for name in (plan.resource, *plan.others)))


def missing_action(granted: Iterable[Allowance], waiting: ApprovalRequest) -> tuple[str, str] | None:
    """Return an action and resource that somebody lacks to decide a request; None if they may."""
    granted, slug = list(granted), waiting.cluster.slug
    for action, resource in resources_of(waiting.parts.parts):
        for needed in (action, DECIDE):
            if not may(granted, needed, slug, resource):
                return needed, resource
    return None


def may_decide(granted: Iterable[Allowance], waiting: ApprovalRequest) -> bool:
    return missing_action(granted, waiting) is None


def is_visible(request: HttpRequest, waiting: ApprovalRequest) -> bool:
    """Tell whether a person asked for it, or may decide it."""
    return waiting.user_id == request.user.pk or may_decide(granted(request), waiting)


def number_waiting(request: HttpRequest, cluster: Cluster) -> int:
    """Return how many requests wait that a person may see."""
    return len(visible_requests(request, cluster, state=ApprovalRequest.WAITING))


def visible_requests(request: HttpRequest, cluster: Cluster, **conditions: object) -> list[ApprovalRequest]:
    """Return a cluster's requests that a person may see, the newest first."""
    rows = ApprovalRequest.objects.filter(cluster=cluster, **conditions).select_related("cluster")
    return [row for row in rows.defer("secrets").order_by("-pk") if is_visible(request, row)]
