"""Silence for a finding: nobody is told of it for a while."""

from typing import Any, Literal

from django.utils import timezone
from ninja import Field, Query, Schema, Status

from api.access import ApiRequest, on_cluster
from api.changes import CHANGED, Asking, change_ours, told
from api.findings import FINDING, router
from api.problems import invalid
from api.types import Text
from metrics.findings_views import found
from metrics.forms import SilenceForm
from metrics.silence import plan, silence


class SilenceIn(Schema):
    """For how long nobody is to be told, and why."""

    hours: Literal[1, 8, 24, 168, 720]
    reason: Text = Field(min_length=1, max_length=500, description="Others will read it.")


@router.post(f"{FINDING}/silence", response=CHANGED, auth=on_cluster("findings.silence"))
def silence_finding(
    request: ApiRequest, cluster: str, finding: int, body: SilenceIn, asked: Query[Asking]
) -> Status[Any]:
    """Have nobody told of a finding for some hours; it stays in the lists."""
    row, form = found(request, request.cluster, finding), SilenceForm(body.model_dump())
    if not form.is_valid():
        raise invalid(form)
    hours, reason = body.hours, form.cleaned_data["reason"]
    return change_ours(asked, plan(row, hours, reason, timezone.now()), lambda: silence(request, row, hours, reason))


@router.delete(f"{FINDING}/silence", response=CHANGED, auth=on_cluster("findings.silence"))
def end_silence(request: ApiRequest, cluster: str, finding: int, asked: Query[Asking]) -> Status[Any]:
    """End the silence of a finding; nothing is done where there is none."""
    row = found(request, request.cluster, finding)
    planned = plan(row, 0, "", timezone.now())
    if not planned.steps:
        return Status(200, told(planned, done=not asked.dry_run))
    return change_ours(asked, planned, lambda: silence(request, row, 0, ""))
