"""Deleting what was selected in a list: a POST shows the plan of each, a second one, with the number typed, applies.

Each is a change of its own, so that the audit log has each, and what is refused holds up nothing else.
"""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import View
from clusters.access import cluster_view
from clusters.bulk.deletions import Deletion, Kind, Planner
from clusters.changes import apply_change, check
from clusters.gateway.errors import KafkaFailure
from clusters.models import Cluster
from core.web.formats import plural
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

MOST = 50  # as many as a page of a list has


@dataclass(frozen=True)
class Item:
    """One selected thing, with its deletion, or why it cannot be deleted."""

    name: str
    deletion: Deletion | None = None
    problem: str = ""
    is_done: bool = False


def of_kind(kind: Kind) -> View:
    """Return the view that deletes several of a kind, under the action that deleting one needs."""

    @cluster_view(kind.action, change=True)
    def view(request: HttpRequest, cluster: Cluster) -> HttpResponse:
        return delete(request, cluster, kind)

    return view


def delete(request: HttpRequest, cluster: Cluster, kind: Kind) -> HttpResponse:
    """Show the plans of what was selected, or delete it."""
    back = reverse(kind.viewname, cluster.slug)
    selected = list(dict.fromkeys(request.POST.getlist("selected")))[:MOST]
    if not selected:
        return redirect(back)
    planner = kind.planner(request, cluster)
    items = [planned(request, cluster, planner, name) for name in selected]
    number = sum(item.deletion is not None for item in items)
    typed = request.POST.get("confirm", "").strip()
    if number and typed == str(number):
        digests = dict(zip(request.POST.getlist("planned"), request.POST.getlist("plan"), strict=False))
        items = [applied(request, cluster, item, digests.get(item.name, "")) for item in items]
        number = sum(item.is_done for item in items)
        if number:
            toast(request, f"{plural(number, kind.noun)} deleted.")
        if number == len(items):
            return redirect(back)
        return page(request, "bulk/results.html", {"kind": kind, "items": items, "back": back}, status=409)
    wrong = "confirm" in request.POST
    context = {"kind": kind, "items": items, "number": number, "back": back, "typed": typed, "wrong": wrong}
    return page(request, "bulk/delete.html", context, status=422 if wrong else 200)


def planned(request: HttpRequest, cluster: Cluster, planner: Planner, name: str) -> Item:
    """Plan the deletion of one thing; what may not or cannot be deleted says why."""
    try:
        deletion = planner(name)
        check(request, cluster, deletion.plan)
    except KafkaFailure as failure:
        return Item(name, problem=failure.sentence)
    return Item(name, deletion)


def applied(request: HttpRequest, cluster: Cluster, item: Item, confirmed_digest: str) -> Item:
    """Delete one thing, unless it is no longer what was confirmed."""
    if item.deletion is None:
        return item
    try:
        apply_change(request, cluster, item.deletion.plan, item.deletion.apply, confirmed_digest=confirmed_digest)
    except KafkaFailure as failure:
        return replace(item, problem=failure.sentence)
    item.deletion.forget()
    return replace(item, is_done=True)
