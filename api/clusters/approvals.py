"""Changes that wait for a second person: the list, one of them, and deciding it."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Query, Router, Schema, Status

from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ChangeParams, StepOut, change, serialize_step
from api.kit.paging import paged
from api.kit.problems import Refused
from api.kit.types import Body, Listing, Page, SortBy, Text
from clusters.approvals import decisions
from clusters.approvals.access import DECIDE
from clusters.approvals.deciders import deciders
from clusters.approvals.queries import COLUMNS, listed, request_numbered
from clusters.approvals.switching_off import ACTION, plan_switching_off, switch_off
from clusters.models import ApprovalRequest
from core.plan import Plan
from core.web.paths import reverse

router = Router(tags=["Approvals"])
APPROVAL = "/approvals/{int:approval}"
MOST_DECIDERS = 100


class PlanOut(Schema):
    """What is done to one resource."""

    action: str
    resource: str
    steps: list[StepOut]
    warnings: list[str]
    commands: list[str]


class ApprovalOut(Schema):
    """A change that waits for a second person, or did."""

    id: int
    cluster: str
    state: str = Field(
        description="`waiting`, `being applied`, `applied`, `failed`, `refused`, `cancelled` or `expired`."
    )
    action: str
    resource: str
    username: str = Field(description="Who asked for it.")
    reason: str
    plans: list[PlanOut]
    created_at: datetime
    expires_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision: str = Field(description="Why it was refused, or not applied.")


class ApprovalDetail(ApprovalOut):
    """One request, with who may decide it."""

    deciders: list[str] = Field(description="The users who may decide it while it waits, at most 100.")


class ApprovalsParams(Listing):
    """Query parameters of the list."""

    sort: Annotated[str, SortBy(COLUMNS)] = "-created_at"
    state: Text = Field("", description="Only requests in this state, e.g. waiting.")


class RefusalIn(Body):
    """Why a request is refused."""

    reason: Text = Field(min_length=1, max_length=500)


def approval_out(waiting: ApprovalRequest) -> dict[str, Any]:
    names = ("state", "action", "resource", "username", "reason", "created_at", "expires_at", "decided_by",
             "decided_at", "decision")  # fmt: skip
    plans = list(map(plan_out, waiting.parts.parts))
    own = {name: getattr(waiting, name) for name in names}
    return {**own, "id": waiting.pk, "cluster": waiting.cluster.slug, "plans": plans}


def approval_detail(waiting: ApprovalRequest) -> dict[str, Any]:
    is_open = waiting.state == ApprovalRequest.WAITING
    names = [user.username for user in deciders(waiting)[:MOST_DECIDERS]] if is_open else []
    return {**approval_out(waiting), "deciders": names}


def plan_out(plan: Plan) -> dict[str, Any]:
    return {
        "action": plan.action,
        "resource": plan.resource,
        "steps": list(map(serialize_step, plan.steps)),
        "warnings": list(plan.warnings),
        "commands": list(plan.commands),
    }


def waiting_response(request: HttpRequest, needed: Any) -> HttpResponse:
    """Answer for a change that was not made, and waits now."""
    waiting: ApprovalRequest = needed.waiting
    content = ApprovalDetail.model_validate(approval_detail(waiting)).model_dump(mode="json")
    url = reverse("api-show_approval", waiting.cluster.slug, waiting.pk)
    return JsonResponse(content, status=202, headers={"Location": url})


def request_of(request: ApiRequest, pk: int) -> ApprovalRequest:
    """Return a request that the person may see.

    Raises:
        Refused: there is none.
    """
    waiting = request_numbered(request, request.cluster, pk)
    if waiting is None:
        raise Refused(404, f"There is no request {pk}.", "Check the list of approvals.")
    return waiting


@router.get("/approvals", response=Page[ApprovalOut], auth=on_cluster("clusters.view"))
def list_approvals(request: ApiRequest, params: Query[ApprovalsParams]) -> dict[str, Any]:
    """List the requests that the token's owner made, or may decide."""
    rows = listed(request, request.cluster, params.q, params.state).select_related("cluster")
    page = paged(rows, params, params.sort)
    return {**page, "items": [approval_out(waiting) for waiting in page["items"]]}


@router.post("/approvals/switch-off", response=CHANGED, auth=on_cluster(ACTION, change=True))
def switch_approvals_off(request: ApiRequest, params: Query[ChangeParams]) -> Status[Any]:
    """Switch approvals of the cluster off, once a second person approves: the answer is 202, with the request."""
    plan = plan_switching_off(request.cluster)
    return change(request, params, plan, lambda: switch_off(request.cluster), after=lambda: None)


@router.get(APPROVAL, response=ApprovalDetail, auth=on_cluster("clusters.view"))
def show_approval(request: ApiRequest, approval: int) -> dict[str, Any]:
    """Show a request: what it does, who asked for it, who may decide it, and what became of it."""
    return approval_detail(request_of(request, approval))


@router.post(f"{APPROVAL}/approve", response=ApprovalOut, auth=on_cluster(DECIDE))
def approve_request(request: ApiRequest, approval: int, params: Query[ChangeParams]) -> dict[str, Any]:
    """Approve a request: it is checked and planned again, and applied if it is still the same. See `state`."""
    waiting = request_of(request, approval)
    decisions.require_decider(request, waiting)
    if not params.dry_run:
        decisions.approve(request, waiting)
    return approval_out(waiting)


@router.post(f"{APPROVAL}/refuse", response=ApprovalOut, auth=on_cluster(DECIDE))
def refuse_request(request: ApiRequest, approval: int, body: RefusalIn, params: Query[ChangeParams]) -> dict[str, Any]:
    """Refuse a request, with a reason."""
    waiting = request_of(request, approval)
    decisions.require_decider(request, waiting)
    if not params.dry_run:
        decisions.refuse(request, waiting, body.reason)
    return approval_out(waiting)


@router.post(f"{APPROVAL}/cancel", response=ApprovalOut, auth=on_cluster("clusters.view"))
def cancel_request(request: ApiRequest, approval: int, params: Query[ChangeParams]) -> dict[str, Any]:
    """Cancel a request of one's own."""
    waiting = request_of(request, approval)
    if not params.dry_run:
        decisions.cancel(request, waiting)
    return approval_out(waiting)
