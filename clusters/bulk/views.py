"""Doing something with what was selected in a list: a form where one is needed, the plan of each, the number typed."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import View
from clusters.access import cluster_view
from clusters.bulk.items import Item, apply_items, planned
from clusters.bulk.kinds import Kind
from clusters.bulk.showing import shown
from clusters.models import Cluster
from core.web.formats import plural
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

MOST = 50  # as many as a page of a list has


def of_kind(kind: Kind) -> View:
    """Return the view that changes several of a kind, under the action that changing one needs."""

    @cluster_view(kind.action, change=True)
    def view(request: HttpRequest, cluster: Cluster) -> HttpResponse:
        return change(request, cluster, kind)

    return view


def change(request: HttpRequest, cluster: Cluster, kind: Kind) -> HttpResponse:
    """Show the form and the plans of what was selected, or apply them."""
    back = reverse(kind.viewname, cluster.slug)
    selected = list(dict.fromkeys(request.POST.getlist("selected")))[:MOST]
    if not selected:
        return redirect(back)
    form = kind.form(request.POST if "action" in request.POST else None) if kind.form else None
    context: dict[str, Any] = {"kind": kind, "form": form, "back": back, "selected": selected}
    if form and not form.is_valid():
        return page(request, "bulk/change.html", context, status=422 if form.errors else 200)
    items = items_of(request, cluster, kind, selected, form.cleaned_data if form else {})
    number = sum(item.change is not None for item in items)
    typed = request.POST.get("confirm", "").strip()
    applies = request.POST.get("action", "apply") == "apply"
    if applies and number and typed == str(number):
        return results(request, cluster, kind, items, back)
    wrong = applies and "confirm" in request.POST
    destroys = any(item.change.plan.destroys for item in items if item.change)
    context |= {"items": items, "number": number, "typed": typed, "wrong": wrong, "destroys": destroys}
    context["rows"] = shown(items, kind, cluster)
    return page(request, "bulk/change.html", context, status=422 if wrong else 200)


def items_of(
    request: HttpRequest, cluster: Cluster, kind: Kind, selected: list[str], values: dict[str, object]
) -> list[Item]:
    """Plan the change of each that was selected, as it was shown if it was."""
    planner = kind.planner(request, cluster, values)
    pinned: dict[str, str] = {}
    if request.POST.get("action") == "apply":  # a preview is of what is in the form now
        pinned = dict(zip(request.POST.getlist("planned"), request.POST.getlist("pinned"), strict=False))
    items = [planned(request, cluster, planner, name, pinned.get(name, "")) for name in selected]
    return [replace(item, label=kind.label(item.name), place=kind.place(item.name)) for item in items]


def results(request: HttpRequest, cluster: Cluster, kind: Kind, items: list[Item], back: str) -> HttpResponse:
    """Apply what was confirmed; go back to the list, or say what was not done, and why."""
    digests = dict(zip(request.POST.getlist("planned"), request.POST.getlist("plan"), strict=False))
    if kind.as_job and sum(item.change is not None for item in items) > kind.at_once:
        job = kind.as_job(request, cluster, items, digests)
        toast(request, f"Job {job.pk} started.")
        return redirect(reverse("job", cluster.slug, job.pk))
    items = apply_items(request, cluster, items, digests)
    if kind.finish:
        kind.finish(cluster, items)
    number = sum(item.is_done for item in items)
    if number:
        toast(request, f"{plural(number, kind.noun)} {kind.past}.")
    if number == len(items):
        return redirect(back)
    return page(request, "bulk/results.html", {"kind": kind, "items": items, "back": back}, status=409)
