"""Configs of a group, read and changed through ``clusters.changes``."""

from typing import Any

from ninja import Query, Status

from api.clusters.configs import DocumentedConfigOut, documented
from api.clusters.groups.listing import GROUP, router
from api.clusters.topics.changes import ConfigsIn
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ConfirmedChangeParams, change, require_name, serialize_plan
from api.kit.problems import invalid
from api.kit.types import lines
from clusters.gateway import configs
from clusters.groups.configs import ACTION, GroupConfigsForm, alter, configure, entries_of

CONFIGS = f"{GROUP}/configs"


@router.get(CONFIGS, response=list[DocumentedConfigOut], auth=on_cluster("groups.view"))
def list_group_configs(request: ApiRequest, group: str) -> list[Any]:
    """List the configs of a group that concern its type: consumer, share or streams. Classic groups have none."""
    return documented(request.cluster, configs.GROUP, group, entries_of(request.cluster, group))


@router.patch(CONFIGS, response=CHANGED, auth=on_cluster(ACTION, change=True))
def change_group_configs(
    request: ApiRequest, group: str, body: ConfigsIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Set some of a group's configs, and reset others. Production requires the group's name."""
    cluster = request.cluster
    entries = entries_of(cluster, group)
    form = GroupConfigsForm({"configs": lines(body.set), "reset": body.reset}, entries=entries)
    if not form.is_valid():
        raise invalid(form)
    values = form.cleaned_data["configs"]
    planned = configure(group, entries, values, body.reset)
    if not planned.steps:
        return Status(200, serialize_plan(planned, done=not params.dry_run))
    require_name(cluster, params, params.confirm, group)
    return change(
        request,
        params,
        planned,
        lambda: alter(cluster, planned, values, body.reset),
        after=lambda: None,
        trial=lambda: alter(cluster, planned, values, body.reset, validate_only=True),
    )
