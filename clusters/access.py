"""Who gets in: every view of a cluster is wrapped by ``cluster_view``, which names the view's action."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import AuditEntry, allowances
from accounts.permissions import ACTIONS, Allowance, may
from clusters.models import Cluster

View = Callable[..., HttpResponse]
NAMES = ("topic", "group", "broker")


def granted(request: HttpRequest) -> list[Allowance]:
    """Return the person's allowances, read once a request."""
    if not hasattr(request, "_allowances"):
        request._allowances = allowances(request.user)  # type: ignore[attr-defined]
    return request._allowances  # type: ignore[attr-defined,no-any-return]


def visible_clusters(request: HttpRequest) -> list[Cluster]:
    """Return the clusters of which the person may see at least the overview, read once a request."""
    if not hasattr(request, "_clusters"):
        clusters = Cluster.objects.select_related("mirror")
        mine = [one for one in clusters if may(granted(request), "clusters.view", one.slug)]
        request._clusters = mine  # type: ignore[attr-defined]
    return request._clusters  # type: ignore[attr-defined,no-any-return]


def refuse(request: HttpRequest, action: str, cluster: str, resource: str, reason: str) -> HttpResponse:
    """Record a refusal and say what is missing."""
    AuditEntry.objects.create(
        username=request.user.get_username(),
        address=request.META.get("REMOTE_ADDR", ""),
        action=action,
        cluster=cluster,
        resource=resource,
        outcome=AuditEntry.REFUSED,
        detail=reason,
    )
    return render(request, "refused.html", {"reason": reason, "action": action}, status=403)


def guarded(action: str) -> Callable[[View], View]:
    """Wrap a view that belongs to no cluster yet: the action must be granted on all clusters."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(granted(request), action, "*"):
                return refuse(request, action, "*", "", f"None of your grants covers {action} on all clusters.")
            return view(request, *args, **kwargs)

        wrapper.action = action  # type: ignore[attr-defined]
        return wrapper

    return decorate_known(action, decorate)


def for_everyone(action: str) -> Callable[[View], View]:
    """Mark a view that every signed-in person may open; it must itself show only what they may see."""

    def decorate(view: View) -> View:
        view.action = action  # type: ignore[attr-defined]
        return view

    return decorate_known(action, decorate)


def cluster_view(action: str, *, change: bool = False) -> Callable[[View], View]:
    """Wrap a view of a cluster: find the cluster, check the action, refuse changes to read-only clusters.

    The view gets the ``Cluster`` in place of its slug. A cluster that the person may not see does not exist.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, cluster: str, **names: Any) -> HttpResponse:
            found = next((one for one in visible_clusters(request) if one.slug == cluster), None)
            if found is None:
                raise Http404(f"There is no cluster {cluster}.")
            request.cluster = found  # type: ignore[attr-defined]
            resource = next((str(names[name]) for name in NAMES if name in names), "")
            reason = objection(request, action, found, resource, change=change)
            if reason:
                return refuse(request, action, found.slug, resource, reason)
            return view(request, found, **names)

        wrapper.action, wrapper.change = action, change  # type: ignore[attr-defined]
        return wrapper

    return decorate_known(action, decorate)


def decorate_known(action: str, decorate: Callable[[View], View]) -> Callable[[View], View]:
    """Return the decorator, or fail at import when no role knows its action."""
    if action not in ACTIONS:
        raise ValueError(f"{action} is not an action of any role")
    return decorate


def objection(request: HttpRequest, action: str, cluster: Cluster, resource: str, *, change: bool) -> str:
    """Return why a person may not do this, or nothing."""
    if not may(granted(request), action, cluster.slug, resource):
        subject = f"{cluster.slug}/{resource}" if resource else cluster.slug
        return f"None of your grants covers {action} on {subject}."
    if change and cluster.read_only:
        return f"{cluster.name} is read-only: kafkaadmin changes nothing in it."
    return ""
