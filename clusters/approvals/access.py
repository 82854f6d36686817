"""Who may see and decide a request: whoever may make the change themselves, and decide, but not who asked for it."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest

from accounts.access import granted
from accounts.models import allowances
from accounts.permissions import Allowance, may
from clusters.models import ApprovalRequest, Cluster
from core.plan import Plan

DECIDE = "approvals.decide"
ONES_OWN = "Nobody decides their own request: another user with access to it has to."


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


def objection_to_deciding(request: HttpRequest, waiting: ApprovalRequest) -> str:
    """Return why a person may not approve or refuse a request; empty if they may."""
    missing = missing_action(granted(request), waiting)
    if missing:
        action, resource = missing
        return f"You don't have access to {waiting.cluster.slug}/{resource} (needs {action})."
    if waiting.user_id == request.user.pk and not is_alone(request.user.pk, waiting):
        return ONES_OWN
    return ""


def is_alone(pk: Any, waiting: ApprovalRequest) -> bool:
    """Tell whether somebody is a superuser, and no other user could decide: they may then decide for themselves."""
    if not User.objects.filter(pk=pk, is_superuser=True, is_active=True).exists():
        return False
    others = User.objects.filter(is_active=True).exclude(pk=pk).order_by("-is_superuser", "pk")
    return not any(may_decide(allowances(other), waiting) for other in others.iterator())


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
