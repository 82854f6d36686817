"""What the user of a request may do, and how a refusal looks. What no grant names is denied."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.models import AuditEntry, allowances
from accounts.permissions import ACTIONS, Allowance, may, may_somewhere

ASK = "Ask an administrator of kafkaadmin for access."

View = Callable[..., HttpResponseBase]


class LimitedRequest(HttpRequest):
    """A request whose user may do what ``allowances`` name."""

    allowances: list[Allowance]


def granted(request: HttpRequest) -> list[Allowance]:
    """Return the user's allowances, read once per request."""
    if not hasattr(request, "allowances"):
        limit(request, allowances(request.user))
    return cast(LimitedRequest, request).allowances


def limit(request: HttpRequest, allowances: list[Allowance]) -> None:
    """Set what the request's user may do."""
    cast(LimitedRequest, request).allowances = allowances


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from; a proxy's word for it counts only where the operator trusts the proxy."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.TRUSTED_PROXY else ""
    return address_in(forwarded.rpartition(",")[2]) or request.META.get("REMOTE_ADDR", "")


def address_in(text: str) -> str:
    """Return the address that a proxy names, of which some add the port; empty where it is none."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)  # as a server that listens on [::] sees IPv4


def counted_address(request: HttpRequest) -> str | None:
    """Return by what wrong passwords are counted: of IPv6 the network, of which one machine has all addresses."""
    address = address_in(address_of(request))
    if ":" not in address:
        return address or None
    return str(ip_network(f"{address}/64", strict=False).network_address)


def record(request: HttpRequest, action: str, **fields: Any) -> AuditEntry:
    """Write an audit entry about what the user of the request did, or tried to do."""
    return AuditEntry.objects.create(
        username=request.user.get_username(), address=address_of(request), action=action, **fields
    )


def refuse(request: HttpRequest, action: str, cluster: str, resource: str, reason: str) -> HttpResponse:
    """Record a refusal and say what is missing."""
    record(request, action, cluster=cluster, resource=resource, outcome=AuditEntry.REFUSED, detail=reason)
    return render(request, "refused.html", {"reason": reason, "action": action}, status=403)


def guarded(action: str) -> Callable[[View], View]:
    """Wrap a view that belongs to no cluster: the action must be granted on all clusters."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(granted(request), action, "*", "*"):
                return refuse(
                    request, action, "*", "", f"You don't have access to all clusters and resources (needs {action})."
                )
            return view(request, *args, **kwargs)

        wrapper.action = action  # type: ignore[attr-defined]
        return wrapper

    return decorate_known(action, decorate)


def guarded_by_pattern(action: str) -> Callable[[View], View]:
    """Wrap a view of records with patterns: the action must be granted on something; the view checks on what."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may_somewhere(granted(request), action):
                return refuse(request, action, "*", "", nowhere(action))
            return view(request, *args, **kwargs)

        wrapper.action = action  # type: ignore[attr-defined]
        return wrapper

    return decorate_known(action, decorate)


def nowhere(action: str) -> str:
    return f"You don't have access to this (needs {action})."


def for_everyone(action: str) -> Callable[[View], View]:
    """Mark a view that every signed-in user may open; it must itself show only what they may see."""

    def decorate(view: View) -> View:
        view.action = action  # type: ignore[attr-defined]
        return view

    return decorate_known(action, decorate)


def decorate_known(action: str, decorate: Callable[[View], View]) -> Callable[[View], View]:
    """Return the decorator, or fail at import when no role knows its action."""
    if action not in ACTIONS:
        raise ValueError(f"{action} is not an action of any role")
    return decorate
