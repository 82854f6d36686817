"""Changes through the API: like those of the pages, they go through ``clusters.changes``."""

from collections.abc import Callable
from typing import Any

from ninja import Field, Schema, Status

from api.kit.access import ApiRequest
from api.kit.problems import Refused
from api.kit.types import Text
from clusters.approvals.gate import needs_approval
from clusters.changes import apply_change, check, require_confirmed
from clusters.models import Cluster
from core.plan import Plan, Step

NOT_CONFIRMED = "Production: pass the name “{name}” in confirm."
WRONG_NAME = "The name in confirm does not match “{name}”."


class ChangeParams(Schema):
    """Query parameters of every change."""

    dry_run: bool = Field(False, description="Only return the plan, without changing anything.")
    plan: Text = Field("", description="The `plan` of a dry run: exactly that is done, or nothing (409).")
    reason: Text = Field("", max_length=500, description="Why, for whoever approves it where that is needed.")


class ConfirmedChangeParams(ChangeParams):
    """Query parameters of a change that production clusters want confirmed."""

    confirm: Text = Field("", description="The name of the resource; required in production clusters.")


class StepOut(Schema):
    """One planned change. `before` is null for something new, `after` for something removed."""

    kind: str = Field(description="`add`, `alter` or `remove`.")
    subject: str
    before: str | None
    after: str | None


class Change(Schema):
    """The changes that were applied, or planned."""

    done: bool = Field(description="false after a dry run.")
    action: str
    resource: str
    plan: str = Field(description="Fingerprint of the planned changes.")
    steps: list[StepOut]
    warnings: list[str]
    commands: list[str] = Field([], description="Commands of Kafka's own tools that do the same.")
    needs_approval: bool = Field(False, description="After a dry run: whether it will wait for a second person (202).")


CHANGED = {200: Change}
CREATED = {200: Change, 201: Change}


def serialize_plan(planned: Plan, *, done: bool) -> Change:
    steps = [serialize_step(step) for step in planned.steps]
    return Change(
        done=done,
        action=planned.action,
        resource=planned.resource,
        plan=planned.digest,
        steps=steps,
        warnings=list(planned.warnings),
        commands=list(planned.commands),
        needs_approval=False,
    )


def serialize_step(step: Step) -> StepOut:
    return StepOut(kind=step.kind, subject=step.subject, before=step.before, after=step.after)


def change(
    request: ApiRequest,
    params: ChangeParams,
    planned: Plan,
    apply: Callable[[], object],
    *,
    after: Callable[[], object],
    trial: Callable[[], object] | None = None,
    status: int = 200,
) -> Status[Any]:
    """Apply a plan, or only show it.

    Args:
        request: from whom, and for which cluster.
        params: whether this is a dry run, and the plan that a dry run showed.
        planned: what will be done.
        apply: does it.
        after: updates our own lists once it is done.
        trial: has Kafka validate it without doing it.
        status: HTTP status of the answer once it is done.

    Raises:
        KafkaFailure: whatever the checks, or Kafka, refused.
    """
    if params.dry_run:
        check(request, request.cluster, planned)
        if trial:
            trial()
        waits = needs_approval(request.cluster, (planned,))
        return Status(200, serialize_plan(planned, done=False).model_copy(update={"needs_approval": waits}))
    apply_change(request, request.cluster, planned, apply, confirmed_digest=params.plan)
    after()
    return Status(status, serialize_plan(planned, done=True))


def change_own_records(
    params: ChangeParams, planned: Plan, apply: Callable[[], object], *, status: int = 200
) -> Status[Any]:
    """Change our own records, or only show the plan; ``apply`` itself writes the audit entry.

    Raises:
        Conflict: it is not what a dry run showed.
    """
    require_plan(params, planned)
    if params.dry_run:
        return Status(200, serialize_plan(planned, done=False))
    apply()
    return Status(status, serialize_plan(planned, done=True))


def require_plan(params: ChangeParams, plan: Plan) -> None:
    """Refuse a change that differs from the plan that a dry run showed.

    Raises:
        Conflict: it was changed in the meantime.
    """
    if not params.dry_run:
        require_confirmed(plan, params.plan)


def require_name(cluster: Cluster, params: ChangeParams, typed: str, name: str) -> None:
    """Require the name to be typed for what cannot be undone in production; a wrong one is refused anywhere.

    Raises:
        Refused: it is missing, or wrong.
    """
    if params.dry_run or typed == name or not (typed or cluster.is_production):
        return
    text = (WRONG_NAME if typed else NOT_CONFIRMED).format(name=name)
    raise Refused(422, text, errors={"confirm": [text]})
