"""Asking for a change: all go through the one door that the pages use, ``clusters.changes``."""

from collections.abc import Callable
from typing import Any

from ninja import Field, Schema, Status

from api.kit.access import ApiRequest
from api.kit.problems import Refused
from api.kit.types import Text
from clusters.changes import Plan, Step, apply_change, check
from clusters.gateway.errors import Conflict
from clusters.models import Cluster

NOT_CONFIRMED = "This is production: give the name “{name}” in confirm."
WRONG_NAME = "confirm is not “{name}”."


class Asking(Schema):
    """How a change is asked for."""

    dry_run: bool = Field(False, description="Only say what would be done.")
    plan: Text = Field("", description="The `plan` of a dry run: what is done is exactly that, or nothing (409).")


class ConfirmedAsking(Asking):
    """How a change is asked for that production clusters want confirmed."""

    confirm: Text = Field("", description="The name of what this is about; needed where the cluster is production.")


class StepOut(Schema):
    """One thing that a change does. `before` is null for something new, `after` for something removed."""

    kind: str = Field(description="`add`, `alter` or `remove`.")
    subject: str
    before: str | None
    after: str | None


class Change(Schema):
    """What was done, or would be."""

    done: bool = Field(description="false after a dry run.")
    action: str
    resource: str
    plan: str = Field(description="Fingerprint of the steps.")
    steps: list[StepOut]
    warnings: list[str]


CHANGED = {200: Change}
CREATED = {200: Change, 201: Change}


def told(planned: Plan, *, done: bool) -> Change:
    """Return a plan as the answer to who asked for it."""
    steps = [step_out(step) for step in planned.steps]
    return Change(
        done=done,
        action=planned.action,
        resource=planned.resource,
        plan=planned.digest,
        steps=steps,
        warnings=list(planned.warnings),
    )


def step_out(step: Step) -> StepOut:
    """Return a step as it is answered."""
    return StepOut(kind=step.kind, subject=step.subject, before=step.before, after=step.after)


def change(
    request: ApiRequest,
    asked: Asking,
    planned: Plan,
    apply: Callable[[], object],
    *,
    after: Callable[[], object],
    trial: Callable[[], object] | None = None,
    status: int = 200,
) -> Status[Any]:
    """Carry a plan out, or only show it.

    Args:
        request: who asks, and for which cluster.
        asked: whether this is a dry run, and of which plan.
        planned: what will be done.
        apply: does it.
        after: shows it in our own lists, once it is done.
        trial: has Kafka check it without doing it.
        status: of the answer when it is done.

    Raises:
        KafkaFailure: whatever the door, or Kafka, refused.
    """
    if asked.dry_run:
        check(request, request.cluster, planned)
        if trial:
            trial()
        return Status(200, told(planned, done=False))
    apply_change(request, request.cluster, planned, apply, confirmed_digest=asked.plan)
    after()
    return Status(status, told(planned, done=True))


def change_ours(asked: Asking, planned: Plan, apply: Callable[[], object], *, status: int = 200) -> Status[Any]:
    """Change our own records, or only show it; what changes them writes down that it did.

    Raises:
        Conflict: it is not what a dry run showed.
    """
    require_plan(asked, planned)
    if asked.dry_run:
        return Status(200, told(planned, done=False))
    apply()
    return Status(status, told(planned, done=True))


def require_plan(asked: Asking, plan: Plan) -> None:
    """Refuse to do something else than a dry run showed.

    Raises:
        Conflict: it was changed in the meantime.
    """
    if asked.plan and asked.plan != plan.digest and not asked.dry_run:
        raise Conflict("This is not what you confirmed: it was changed in the meantime.", "Look again.")


def require_name(cluster: Cluster, asked: Asking, typed: str, name: str) -> None:
    """Require the typed name for what cannot be undone in production; a wrong one is refused anywhere.

    Raises:
        Refused: it is missing, or wrong.
    """
    if asked.dry_run or typed == name or not (typed or cluster.is_production):
        return
    text = (WRONG_NAME if typed else NOT_CONFIRMED).format(name=name)
    raise Refused(422, text, errors={"confirm": [text]})
