"""Pages about changes that wait for a second person: the list, one of them, and deciding it."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from clusters.access import cluster_view, objection
from clusters.approvals import decisions, switching_off
from clusters.approvals.access import DECIDE
from clusters.approvals.deciders import deciders, is_alone, names_in, objection_to_deciding
from clusters.approvals.queries import COLUMNS, EXPORTED, listed, request_numbered
from clusters.approvals.switching_off import ACTION
from clusters.changes import applies, apply_confirmed
from clusters.gateway.errors import InvalidRequest, KafkaFailure
from clusters.models import ApprovalRequest, Cluster
from core.web.export import export, export_format
from core.web.lists import list_state, ordered, page_of
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

DETAIL = "approvals/detail.html"


@cluster_view("clusters.view")
def approvals(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """List the requests that the person made, or may decide, the newest first."""
    state = list_state(request, columns=COLUMNS, default="-created_at", filters=("state",))
    rows = listed(request, cluster, state.q, state.filters["state"])
    if export_format(request):
        return export(request, ordered(rows, state.sort), EXPORTED, "approvals")
    context = {"state": state, "page": page_of(rows, state), "states": ApprovalRequest.STATES}
    refused = objection(request, ACTION, cluster, cluster.name, change=True)
    context["may_switch_off"] = cluster.needs_approval and not refused
    return page(request, "approvals/list.html", context, "rows")


@cluster_view("clusters.view")
def detail(request: HttpRequest, cluster: Cluster, approval: int) -> HttpResponse:
    """Show a request: what it does, who asked and why, and who may decide."""
    return detail_page(request, request_of(request, cluster, approval))


def detail_page(request: HttpRequest, waiting: ApprovalRequest, refusal: str = "") -> HttpResponse:
    is_open = waiting.state == ApprovalRequest.WAITING and waiting.expires_at > timezone.now()
    is_own = waiting.user_id == request.user.pk
    context = {
        "waiting": waiting, "plans": waiting.parts.parts, "is_open": is_open, "is_own": is_own, "refusal": refusal,
        "objection": objection_to_deciding(request, waiting) if is_open else "",
        "deciders": names_in(deciders(waiting)) if is_open else "",
        "alone": is_open and is_own and is_alone(request.user.pk, waiting),
    }  # fmt: skip
    return page(request, DETAIL, context, status=422 if refusal else 200)


@cluster_view(DECIDE)
@require_POST
def approve(request: HttpRequest, cluster: Cluster, approval: int) -> HttpResponse:
    """Make the change in the name of who asked for it."""
    waiting = request_of(request, cluster, approval)
    decisions.approve(request, waiting)
    if waiting.state == ApprovalRequest.APPLIED:
        toast(request, f"Request {approval} approved and applied.")
    else:
        messages.error(request, f"Request {approval} was not applied: {waiting.decision}")
    return redirect(reverse("approval", cluster.slug, approval))


@cluster_view(DECIDE)
@require_POST
def refuse(request: HttpRequest, cluster: Cluster, approval: int) -> HttpResponse:
    """End a request without making the change."""
    waiting = request_of(request, cluster, approval)
    try:
        decisions.refuse(request, waiting, request.POST.get("reason", ""))
    except InvalidRequest as failure:
        return detail_page(request, waiting, failure.sentence)
    toast(request, f"Request {approval} refused.")
    return redirect(reverse("approval", cluster.slug, approval))


@cluster_view("clusters.view")
@require_POST
def cancel(request: HttpRequest, cluster: Cluster, approval: int) -> HttpResponse:
    """End one's own request."""
    decisions.cancel(request, request_of(request, cluster, approval))
    toast(request, f"Request {approval} cancelled.")
    return redirect(reverse("approvals", cluster.slug))


@cluster_view(ACTION, change=True)
def switch_off(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show what switching approvals off changes; confirming it asks a second person."""
    planned, refusal = None, ""
    try:
        planned = switching_off.plan_switching_off(cluster)
        if applies(request):
            apply = partial(switching_off.switch_off, cluster)
            apply_confirmed(request, cluster, planned, apply)
            toast(request, f"Approvals of {cluster.name} switched off.")
            return redirect(reverse("approvals", cluster.slug))
    except KafkaFailure as failure:
        refusal = f"{failure.sentence} {failure.advice}".strip()
    context = {"plan": planned, "refusal": refusal}
    return page(request, "approvals/switch_off.html", context, status=422 if refusal else 200)


def request_of(request: HttpRequest, cluster: Cluster, pk: int) -> ApprovalRequest:
    """Return a request that the person may see.

    Raises:
        Http404: there is none.
    """
    waiting = request_numbered(request, cluster, pk)
    if waiting is None:
        raise Http404(f"There is no request {pk}.")
    return waiting
