"""The page of a group's configs, and changing them through ``apply_change``."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.models import AuditEntry
from clusters.access import ClusterRequest, cluster_view
from clusters.changes import apply_confirmed, check
from clusters.configs.page import ConfigResource, config_table, data_of
from clusters.configs.table import filters_of
from clusters.form_fields import is_named
from clusters.gateway.configs import GROUP, ConfigEntry
from clusters.gateway.errors import KafkaFailure, Unsupported
from clusters.groups.configs import ACTION, OWN, GroupConfigsForm, alter, configure, entries_of
from clusters.models import Cluster
from clusters.undo import undo_url
from core.plan import Plan
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

UNCHANGED = "No change: set a value, or tick a config to reset."


@cluster_view("groups.view")
def configs(request: ClusterRequest, cluster: Cluster, group: str) -> HttpResponseBase:
    """Show a group's configs; change or reset some of them, or plan to restore one."""
    try:
        entries = entries_of(cluster, group)
    except Unsupported as failure:
        return page(request, "groups/configs.html", {"group": group, "absence": failure}, "configs")
    data = data_of(request, ConfigResource(GROUP, group, OWN, ACTION, audited_as=group), entries)
    form = GroupConfigsForm(data, entries=entries)
    if request.method == "POST" or data:
        return change_configs(request, cluster=cluster.slug, group=group, form=form, entries=entries)
    return configs_page(request, group, form, entries, None)


@cluster_view(ACTION, change=True)
def change_configs(
    request: ClusterRequest, cluster: Cluster, group: str, form: GroupConfigsForm, entries: tuple[ConfigEntry, ...]
) -> HttpResponse:
    """Plan, or apply, new values and resets."""
    planned: Plan | None = None
    if form.is_valid():
        planned = configure(group, entries, form.cleaned_data["configs"], form.cleaned_data["reset"])
        try:
            entry = applied(request, cluster, form, planned)
            if entry:
                toast(request, f"Configuration of {group} updated.", "Undo…", undo_url(entry))
                return redirect(reverse("group-configs", cluster.slug, group, query=filters_of(request).query))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    return configs_page(request, group, form, entries, planned)


def applied(request: HttpRequest, cluster: Cluster, form: GroupConfigsForm, planned: Plan) -> AuditEntry | None:
    """Apply a plan that is confirmed; of any other have Kafka check the values. Return the audit entry if applied.

    Raises:
        KafkaFailure: it was refused.
    """
    changed, reset = form.cleaned_data["configs"], form.cleaned_data["reset"]
    if not planned.steps:
        form.add_error(None, UNCHANGED)
        return None
    if request.method != "POST" or request.POST.get("action") == "preview":
        check(request, cluster, planned)
        alter(cluster, planned, changed, reset, validate_only=True)
        return None
    if not is_named(cluster, form, "group", planned.resource):
        return None
    return apply_confirmed(request, cluster, planned, lambda: alter(cluster, planned, changed, reset))


def configs_page(
    request: ClusterRequest,
    group: str,
    form: GroupConfigsForm,
    entries: tuple[ConfigEntry, ...],
    planned: Plan | None,
) -> HttpResponse:
    """Render the configs with the form and, if there is one, the plan."""
    resource = ConfigResource(GROUP, group, OWN, ACTION, audited_as=group)
    context = {
        "group": group,
        "action": reverse("group-configs", request.cluster.slug, group),
        "plan": None if form.errors else planned,
        "ask_name": bool(planned and planned.steps and request.cluster.is_production),
        **config_table(request, resource, form, entries),
    }
    return page(request, "groups/configs.html", context, "configs", status=422 if form.errors else 200)
