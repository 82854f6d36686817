"""Pausing, resuming, stopping, restarting and deleting connectors, each through ``apply_change``."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.changes import apply_confirmed, check, confirmed_digest, require_confirmed
from clusters.connect import plan, planning, queries
from clusters.connect.restarting.failed import planned_restarts, restarted
from clusters.models import Cluster
from clusters.undo import undo_url
from core.web.formats import plural
from core.web.lists import parameter
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

NOTHING = "No change: nothing failed, or it is in this state already."
LONGEST_NUMBER = 6


@cluster_view(plan.OPERATE, change=True)
def operate(request: HttpRequest, cluster: Cluster, connect: str, connector: str, operation: str) -> HttpResponse:
    """Show what an operation would do; a POST does it."""
    row, chosen = queries.connect_of(cluster, connect), planning.operation_called(operation)
    client, task, home = (
        queries.client_of(row),
        task_in(request),
        reverse("connector", cluster.slug, connect, connector),
    )
    planned = planning.plan_operation(row, client, connector, chosen, task)
    check(request, cluster, planned)
    if not planned.steps:
        messages.warning(request, NOTHING)
        return redirect(home)
    if request.method == "POST":
        apply = partial(planning.apply_operation, client, connector, chosen, task)
        apply_confirmed(request, cluster, planned, apply)
        planning.show_changed(row, client, connector, chosen.target)
        toast(request, f"{connector}: {chosen.done}.")
        return redirect(home)
    context = {"connect": row, "connector": connector, "operation": chosen, "plan": planned}
    return page(request, "connect/operate.html", context)


@cluster_view(plan.OPERATE, change=True)
def restart_failed(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show everything that failed, of all Connect clusters or of one; a POST restarts it."""
    connect = parameter(request, "connect")
    restarts = planned_restarts(request, cluster, connect)
    context: dict[str, Any] = {"connect": connect, "restarts": restarts}
    if request.method == "POST" and restarts.parts:
        require_confirmed(restarts.plans, confirmed_digest(request))
        results = restarted(request, cluster, restarts.parts)
        number = sum(part.is_done for part in results)
        toast(request, f"{plural(number, 'connector')} restarted.")
        if number == len(results):
            return redirect(reverse("connectors", cluster.slug))
        context["results"] = results
    return page(request, "connect/restart_failed.html", context, status=409 if "results" in context else 200)


def task_in(request: HttpRequest) -> int | None:
    """Return the task that an address names; None where it names none."""
    number = request.GET.get("task", "")
    return int(number) if number.isdecimal() and len(number) <= LONGEST_NUMBER else None


@cluster_view(plan.DELETE, change=True)
def delete(request: HttpRequest, cluster: Cluster, connect: str, connector: str) -> HttpResponse:
    """Delete a connector, after its name was typed."""
    row = queries.connect_of(cluster, connect)
    client, typed = queries.client_of(row), request.POST.get("confirm", "")
    planned = planning.plan_deletion(row, client, connector)
    if request.method == "POST" and typed == connector:
        apply = partial(planning.delete, row, client, connector)
        entry = apply_confirmed(request, cluster, planned, apply)
        toast(request, f"Connector {connector} deleted.", "Undo…", undo_url(entry))
        return redirect(reverse("connectors", cluster.slug))
    wrong = request.method == "POST"
    context = {"connect": row, "connector": connector, "plan": planned, "typed": typed, "wrong": wrong}
    return page(request, "connect/delete.html", context, status=422 if wrong else 200)
