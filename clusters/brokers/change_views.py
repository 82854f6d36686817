"""Changing configs of a broker, or of all brokers, through ``apply_change``."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.models import AuditEntry
from clusters.access import ClusterRequest, cluster_view
from clusters.brokers import plan
from clusters.brokers.configs import alter, entries_of
from clusters.brokers.forms import BrokerConfigsForm
from clusters.brokers.queries import broker_row
from clusters.changes import apply_confirmed, check
from clusters.configs.page import ConfigResource, config_table, data_of
from clusters.configs.table import filters_of
from clusters.gateway.configs import BROKER, ConfigEntry
from clusters.gateway.errors import KafkaFailure
from clusters.models import Cluster
from clusters.undo import undo_url
from core.plan import Plan
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

UNCHANGED = "No change: set a value, or tick a config to reset."
UNCONFIRMED = "This is production: type the cluster's name to confirm."


def config_resource(broker: int | None) -> ConfigResource:
    name = "" if broker is None else str(broker)
    return ConfigResource(BROKER, name, plan.own_source(broker), plan.ACTION, audited_as=plan.subject_of(broker))


def path_of(cluster: Cluster, broker: int | None, query: Mapping[str, str] | None = None) -> str:
    if broker is None:
        return reverse("broker-defaults", cluster.slug, query=query)
    return reverse("broker-configs", cluster.slug, broker, query=query)


@cluster_view("brokers.view")
def configure(request: ClusterRequest, cluster: Cluster, broker: int | None = None) -> HttpResponseBase:
    """Show the configs of a broker, or of all; change or reset some of them, or plan to restore one."""
    if broker is not None:
        broker_row(cluster, broker)
    entries = entries_of(cluster, broker)
    data = data_of(request, config_resource(broker), entries)
    form = BrokerConfigsForm(data, entries=entries, own=plan.own_source(broker))
    if request.method == "POST" or data:
        return change_configs(request, cluster=cluster.slug, broker=broker, form=form, entries=entries)
    return configs_page(request, broker, form, entries, None)


@cluster_view(plan.ACTION, change=True)
def change_configs(
    request: ClusterRequest,
    cluster: Cluster,
    broker: int | None,
    form: BrokerConfigsForm,
    entries: tuple[ConfigEntry, ...],
) -> HttpResponse:
    """Plan, or apply, new values and resets."""
    planned: Plan | None = None
    if form.is_valid():
        planned = plan.configure(broker, entries, form.cleaned_data["configs"], form.cleaned_data["reset"])
        try:
            entry = applied(request, cluster, broker, form, planned)
            if entry:
                toast(request, f"Configuration of {planned.resource} updated.", "Undo…", undo_url(entry))
                return redirect(path_of(cluster, broker, filters_of(request).query))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    return configs_page(request, broker, form, entries, planned)


def applied(
    request: HttpRequest, cluster: Cluster, broker: int | None, form: BrokerConfigsForm, planned: Plan
) -> AuditEntry | None:
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
        alter(cluster, broker, planned, changed, reset, validate_only=True)
        return None
    if cluster.is_production and request.POST.get("confirm", "") != cluster.name:
        form.add_error("confirm", UNCONFIRMED)
        return None
    return apply_confirmed(request, cluster, planned, lambda: alter(cluster, broker, planned, changed, reset))


def configs_page(
    request: ClusterRequest,
    broker: int | None,
    form: BrokerConfigsForm,
    entries: tuple[ConfigEntry, ...],
    planned: Plan | None,
) -> HttpResponse:
    """Render the configs with the form and, if there is one, the plan."""
    context = {"broker": broker, **editor(request, broker, form, entries, planned)}
    return page(request, "brokers/configs.html", context, "configs", status=422 if form.errors else 200)


def editor(
    request: ClusterRequest,
    broker: int | None,
    form: BrokerConfigsForm,
    entries: tuple[ConfigEntry, ...],
    planned: Plan | None = None,
) -> dict[str, Any]:
    """Return what the template of the table of configs shows."""
    return {
        "action": path_of(request.cluster, broker),
        "plan": None if form.errors else planned,
        "ask_name": bool(planned and planned.steps and request.cluster.is_production),
        **config_table(request, config_resource(broker), form, entries),
    }
