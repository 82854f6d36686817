"""The gate within the one door: where a cluster wants a second person, what destroys waits for one."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import address_of, record
from accounts.anonymous import is_visitor
from accounts.models import AuditEntry
from clusters.approvals.ending import LONGEST, expire
from clusters.approvals.fingerprints import another, fingerprint_of, key_of, replaced
from clusters.gateway.errors import Conflict, InvalidRequest, NotAuthorized
from clusters.models import ApprovalRequest, Cluster
from core.encryption import SecretValues
from core.plan import Plan

AGAIN = "Request it again."
NOT_THE_SAME = "This is not the plan that was requested: it changed in the meantime."
DECIDED = Conflict("An equal request was decided at this moment.", "See the list of approvals.")
NO_FILES = Conflict(
    "A change with an uploaded file can't wait for approval.", "Paste the text, or use the API or the command line."
)
NO_ACCOUNT = NotAuthorized(
    "This change needs a second person, and a visitor without an account is no first one.", "Sign in, and do it again."
)
REASON = "approval_reason"
FORM = "application/x-www-form-urlencoded"


class ApprovalNeeded(Exception):
    """A change was not applied: it waits for a second person. Not a failure, so nothing handles it as one."""

    def __init__(self, waiting: ApprovalRequest) -> None:
        super().__init__(str(waiting))
        self.waiting = waiting

    @property
    def sentence(self) -> str:
        return f"Waits for a second person: request {self.waiting.pk}."


@dataclass
class Approval:
    """Goes with a request that is sent again: what was approved, by whom, and what became of it."""

    waiting: ApprovalRequest
    approver: str
    allowed: frozenset[str] = frozenset()
    entries: list[AuditEntry] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        return f"Approved by {self.approver} (request {self.waiting.pk})."

    def admit(self, plans: Sequence[Plan]) -> None:
        """Let pass what was approved, as a whole or part by part once the whole was seen.

        Raises:
            Conflict: it is anything else.
        """
        if fingerprint_of(plans) == self.waiting.fingerprint:
            self.allowed |= frozenset(map(key_of, plans))
        if not self.allowed.issuperset(map(key_of, plans)):
            names = replaced(self.waiting.parts.parts, plans)
            raise Conflict(another(names) if names else NOT_THE_SAME, AGAIN)


class ApprovedRequest(HttpRequest):
    """A request that is sent again because it was approved."""

    approval: Approval


def approval_of(request: HttpRequest) -> Approval | None:
    """Return the approval that a request goes with; None for what somebody sends themselves."""
    return getattr(request, "approval", None)


def require_approval(request: HttpRequest, cluster: Cluster, plans: Sequence[Plan]) -> None:
    """Keep a change that destroys until a second person approves it; let pass what one has approved.

    Raises:
        ApprovalNeeded: it waits now.
        Conflict: it is not what was approved, or can't wait.
    """
    if approval := approval_of(request):
        approval.admit(plans)
    elif needs_approval(cluster, plans):
        raise ApprovalNeeded(waiting_request(request, cluster, plans))


def require_approval_of_all(request: HttpRequest, cluster: Cluster, plans: Sequence[Plan]) -> None:
    """As ``require_approval``, for changes that are confirmed as one before the door sees the first of them.

    Raises:
        ApprovalNeeded: they wait now, which the audit log has for each.
        Conflict: they are not what was approved, or can't wait.
    """
    try:
        require_approval(request, cluster, plans)
    except ApprovalNeeded as needed:
        for plan in plans:
            record(
                request, plan.action, cluster=cluster.slug, resource=plan.resource,
                steps=[asdict(step) for step in plan.steps], outcome=AuditEntry.REQUESTED, detail=needed.sentence,
            )  # fmt: skip
        raise


def needs_approval(cluster: Cluster, plans: Iterable[Plan]) -> bool:
    return any(plan.destroys for plan in plans) and cluster.requires_approval


def require_typed_password(cluster: Cluster, plan: Plan, password: str) -> None:
    """Refuse to have a password generated that is shown once, where nobody is there to see it when it is set.

    Raises:
        InvalidRequest: there is none.
    """
    if not password and needs_approval(cluster, (plan,)):
        raise InvalidRequest("Enter a password: it is set once a second person approves, and not shown then.",
                             field="password")  # fmt: skip


def waiting_request(request: HttpRequest, cluster: Cluster, plans: Sequence[Plan]) -> ApprovalRequest:
    """Store a request, or return the equal one of the same person that waits already, as from another tab.

    Raises:
        Conflict: it has a file.
        NotAuthorized: a visitor without an account sent it, who could be the second person, too.
    """
    if request.FILES:
        raise NO_FILES
    if is_visitor(request.user):
        raise NO_ACCOUNT
    now, first = timezone.now(), next(plan for plan in plans if plan.destroys)
    waiting = ApprovalRequest(
        cluster=cluster, user_id=request.user.pk, username=request.user.get_username(), address=address_of(request),
        token=getattr(getattr(request, "token", None), "pk", None), action=first.action, resource=first.resource,
        plans=[asdict(plan) for plan in plans], fingerprint=fingerprint_of(plans), reason=reason_in(request),
        created_at=now, expires_at=now + timedelta(hours=settings.APPROVAL_HOURS), **sent(request),
    )  # fmt: skip
    expire(now)  # an equal one whose time is over must not be in the way
    try:
        with transaction.atomic():
            waiting.save()
    except IntegrityError as error:
        equal = {"cluster": cluster, "user": request.user.pk, "fingerprint": waiting.fingerprint}
        present = ApprovalRequest.objects.filter(state=ApprovalRequest.WAITING, **equal).first()
        if present is None:
            raise DECIDED from error
        return present
    return waiting


def sent(request: HttpRequest) -> dict[str, Any]:
    """Return how to send a request again. Its body may hold passwords, and is encrypted."""
    is_form = (request.content_type or "") in {FORM, "multipart/form-data"}
    body = request.POST.urlencode() if is_form else request.body.decode()
    return {
        "method": str(request.method), "path": request.path_info, "query": request.META.get("QUERY_STRING", ""),
        "content_type": FORM if is_form else "application/json", "secrets": SecretValues({"body": body}),
    }  # fmt: skip


def reason_in(request: HttpRequest) -> str:
    return (request.POST.get(REASON) or request.GET.get("reason") or "").strip()[:LONGEST]


def approved(request: HttpRequest, approval: Approval) -> ApprovedRequest:
    """Let a request pass the gate with an approval."""
    request = cast(ApprovedRequest, request)
    request.approval = approval
    return request
