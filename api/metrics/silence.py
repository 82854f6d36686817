"""Muting a finding: for a while, no channel is sent notifications of it."""

from typing import Any, Literal

from django.utils import timezone
from ninja import Field, Query, Status

from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ChangeParams, change_own_records, serialize_plan
from api.kit.problems import invalid
from api.kit.types import Body, Text
from api.metrics.findings import FINDING, cluster_router
from metrics.findings.forms import SilenceForm
from metrics.findings.queries import finding_or_404
from metrics.findings.silence import check, plan, silence


class SilenceIn(Body):
    """For how long an alert is muted, and why."""

    hours: Literal[1, 8, 24, 168, 720]
    reason: Text = Field(min_length=1, max_length=500, description="Visible to others.")


@cluster_router.post(f"{FINDING}/silence", response=CHANGED, auth=on_cluster("findings.silence"))
def silence_finding(request: ApiRequest, finding: int, body: SilenceIn, params: Query[ChangeParams]) -> Status[Any]:
    """Mute an alert: no notifications are sent for some hours; it is still listed."""
    row, form = finding_or_404(request, request.cluster, finding), SilenceForm(body.model_dump())
    if not form.is_valid():
        raise invalid(form)
    check(request, row)
    hours, reason = body.hours, form.cleaned_data["reason"]
    return change_own_records(
        params, plan(row, hours, reason, timezone.now()), lambda: silence(request, row, hours, reason)
    )


@cluster_router.delete(f"{FINDING}/silence", response=CHANGED, auth=on_cluster("findings.silence"))
def end_silence(request: ApiRequest, finding: int, params: Query[ChangeParams]) -> Status[Any]:
    """Unmute an alert; nothing happens if it is not muted."""
    row = finding_or_404(request, request.cluster, finding)
    check(request, row)
    planned = plan(row, 0, "", timezone.now())
    if not planned.steps:
        return Status(200, serialize_plan(planned, done=not params.dry_run))
    return change_own_records(params, planned, lambda: silence(request, row, 0, ""))
