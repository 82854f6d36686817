"""How a cluster's lag is collected and evaluated, by Burrow's names."""

from typing import Any

from django.forms.models import model_to_dict
from ninja import Field, Query, Router, Schema, Status

from api.kit.access import ApiRequest, on_cluster
from api.kit.bodies import values_in
from api.kit.changes import CHANGED, ChangeParams, require_plan, serialize_plan
from api.kit.problems import invalid
from api.kit.types import Body, Line
from clusters.models import Cluster
from core.plan import Plan, Step
from lag.forms import LagSettingsForm
from lag.models import AllowedLag
from lag.settings import settings_of
from lag.settings_changes import current_overrides, save, values_of

router = Router(tags=["Lag"])
SETTINGS = "/lag-settings"


class LagSettingsOut(Schema):
    """Burrow's settings for one cluster. Times are seconds."""

    enabled: bool
    intervals: int
    min_distance: int
    expire_group: int
    expire_cache: int
    minimum_complete: float
    allowed_lag: int
    offset_refresh: int
    topic_refresh: int
    groups_reaper_refresh: int
    group_allowlist: str
    group_denylist: str
    commit_allowlist: str
    commit_denylist: str
    allowed_lags: dict[str, int] = Field(description="Allowed lag by glob of groups; the first match applies.")


class LagSettingsIn(Body):
    """Settings to change; omitted ones stay unchanged."""

    enabled: bool | None = None
    intervals: int | None = None
    min_distance: int | None = None
    expire_group: int | None = None
    expire_cache: int | None = None
    minimum_complete: float | None = None
    allowed_lag: int | None = None
    offset_refresh: int | None = None
    topic_refresh: int | None = None
    groups_reaper_refresh: int | None = None
    group_allowlist: Line | None = None
    group_denylist: Line | None = None
    commit_allowlist: Line | None = None
    commit_denylist: Line | None = None
    allowed_lags: dict[Line, int] | None = Field(None, description="The complete list: omitted globs are removed.")


@router.get(SETTINGS, response=LagSettingsOut, auth=on_cluster("lag.configure"))
def show_lag_settings(request: ApiRequest) -> dict[str, Any]:
    """Show the lag settings of a cluster."""
    lag_settings = request.cluster
    lags = {override.group_glob: override.allowed_lag for override in AllowedLag.objects.filter(cluster=lag_settings)}
    return {**model_to_dict(settings_of(lag_settings)), "allowed_lags": lags}


@router.patch(SETTINGS, response=CHANGED, auth=on_cluster("lag.configure"))
def change_lag_settings(request: ApiRequest, body: LagSettingsIn, params: Query[ChangeParams]) -> Status[Any]:
    """Change the lag settings of a cluster; they apply from the next round on."""
    form = form_for(request.cluster, body)
    if not form.is_valid():
        raise invalid(form)
    planned = plan_of(request.cluster, form)
    require_plan(params, planned)
    if not params.dry_run:
        save(request, request.cluster, form)
    return Status(200, serialize_plan(planned, done=not params.dry_run))


def form_for(cluster: Cluster, body: LagSettingsIn) -> LagSettingsForm:
    """Return the page's form, filled with the present values and the changes."""
    present = settings_of(cluster)
    given = values_in(body)
    lags = given.pop("allowed_lags", None)
    texts = current_overrides(cluster) if lags is None else "\n".join(f"{glob} = {lag}" for glob, lag in lags.items())
    return LagSettingsForm({**model_to_dict(present), **given, "allowed_lags": texts}, instance=present)


def plan_of(cluster: Cluster, form: LagSettingsForm) -> Plan:
    """Return the plan of saving a valid form."""
    before = values_of(settings_of(cluster)) | {"allowed_lags": current_overrides(cluster)}
    overrides = "\n".join(f"{glob} = {lag}" for glob, lag in form.cleaned_data["allowed_lags"])
    after = values_of(form.instance) | {"allowed_lags": overrides}
    steps = tuple(Step(name, before[name], after[name]) for name in after if before[name] != after[name])
    return Plan("lag.configure", cluster.slug, steps)
