"""The one door for changes: check, plan, approve, apply, record. No other code changes Kafka on a person's behalf."""

import time
from collections.abc import Callable
from dataclasses import asdict

from django.http import HttpRequest

from accounts.access import ASK, record
from accounts.models import AuditEntry
from clusters.access import objection
from clusters.approvals.fingerprints import another
from clusters.approvals.gate import ApprovalNeeded, approval_of, require_approval
from clusters.gateway.errors import Conflict, KafkaFailure, NotAuthorized
from clusters.models import Cluster
from clusters.submissions import AlreadyApplied, counted_once, submission_of
from core.plan import Plan, Plans, has_same_steps

UNFINISHED = "The outcome is unknown: the change is still running, or the process stopped. Check the resource."


def check(request: HttpRequest, cluster: Cluster, plan: Plan) -> None:
    """Refuse what the person may not do on the cluster or on the resources of the plan.

    Raises:
        NotAuthorized: no grant covers it, or the cluster is read-only.
    """
    for resource in (plan.resource, *plan.others):
        reason = objection(request, plan.action, cluster, resource, change=True)
        if reason:
            raise NotAuthorized(reason, ASK)


def require_confirmed(plan: Plan | Plans, confirmed_digest: str) -> None:
    """Refuse a plan that differs from the one that was shown; an empty digest means that none was.

    Raises:
        Conflict: it was changed in the meantime.
    """
    if not confirmed_digest or confirmed_digest == plan.digest:
        return
    if plan.identified and has_same_steps(confirmed_digest, plan.digest):
        raise Conflict(another(plan.identified), "Check again.")
    raise Conflict("This is not the plan you confirmed: it changed in the meantime.", "Check again.")


def apply_change(
    request: HttpRequest,
    cluster: Cluster,
    plan: Plan,
    apply: Callable[[], object],
    *,
    confirmed_digest: str = "",
    submission: str = "",
) -> AuditEntry:
    """Check, apply and record one change; return its audit entry.

    Args:
        request: says who asks, and from where.
        cluster: the cluster to change.
        plan: what will be done, from Kafka's present state.
        apply: makes the change.
        confirmed_digest: digest of the plan that the person confirmed; empty if none was shown.
        submission: tells a form that a page sent from others; it is applied once.

    Raises:
        AlreadyApplied: the same form was applied before.
        Conflict: the plan is no longer the one that the person confirmed.
        ApprovalNeeded: it waits for a second person.
        KafkaFailure: Kafka refused; the audit log has the reason too.
    """
    started = time.monotonic()
    entry = begin(request, cluster, plan)
    entry.outcome, entry.detail = AuditEntry.FAILED, ""
    try:
        check(request, cluster, plan)
        require_confirmed(plan, confirmed_digest)
        require_approval(request, cluster, (plan,))
        with counted_once(submission, entry):
            apply()
        entry.outcome, entry.detail = AuditEntry.DONE, plan.note
    except AlreadyApplied as repeated:
        entry.outcome, entry.detail = AuditEntry.REFUSED, repeated.sentence
        raise
    except ApprovalNeeded as needed:
        entry.outcome, entry.detail = AuditEntry.REQUESTED, needed.sentence
        raise
    except KafkaFailure as failure:
        refused = isinstance(failure, Conflict | NotAuthorized)
        entry.outcome, entry.detail = AuditEntry.REFUSED if refused else AuditEntry.FAILED, failure.sentence
        raise
    finally:
        entry.duration_ms = round(1000 * (time.monotonic() - started))
        if approval := approval_of(request):
            entry.detail = f"{entry.detail} {approval.sentence}".strip()
            approval.entries.append(entry)
        entry.save(update_fields=["outcome", "detail", "duration_ms"])
    return entry


def confirmed_digest(request: HttpRequest) -> str:
    """Return the digest of the plan that a page showed, which its form sends; empty where none was shown."""
    return request.POST.get("plan", "")


def apply_confirmed(request: HttpRequest, cluster: Cluster, plan: Plan, apply: Callable[[], object]) -> AuditEntry:
    """Apply a change as ``apply_change`` does, where a page showed the plan."""
    return apply_change(
        request,
        cluster,
        plan,
        apply,
        confirmed_digest=confirmed_digest(request),
        submission=submission_of(request, plan),
    )


def applies(request: HttpRequest) -> bool:
    """Tell whether the person applies a plan that was shown."""
    return request.POST.get("action") == "apply" and bool(confirmed_digest(request))


def begin(request: HttpRequest, cluster: Cluster, plan: Plan) -> AuditEntry:
    """Write the audit entry first, so that a process killed half-way does not leave a change without a trace."""
    return record(
        request,
        plan.action,
        cluster=cluster.slug,
        resource=plan.resource,
        steps=[asdict(step) for step in plan.steps],
        outcome=AuditEntry.BEGUN,
        detail=UNFINISHED,
    )
