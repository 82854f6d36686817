"""Quotas: the list from the inventory, what applies to a client, setting and removing through ``apply_change``."""

from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from clusters.access import cluster_view, objection
from clusters.changes import applies, apply_confirmed, check
from clusters.form_fields import is_named
from clusters.gateway import quotas as kafka
from clusters.gateway.errors import KafkaFailure, NotFound
from clusters.gateway.quotas import Entity
from clusters.models import ClientQuota, Cluster
from clusters.quota_words import (
    LABELS,
    OF_ADDRESSES,
    OF_CLIENTS,
    UNITS,
    entity_words,
    query_of,
    read_subject,
    read_value,
)
from clusters.quotas import inventory_rows, plan
from clusters.quotas.forms import EffectiveForm, QuotaForm, entity_from, kind_of
from clusters.quotas.queries import (
    SORTED,
    EffectiveQuota,
    effective,
    filtered,
    prefilled,
    quotas_in_sight,
    shown,
)
from clusters.undo import undo_url, values_before
from core.plan import Plan
from core.web.export import export, export_format
from core.web.lists import list_state, ordered, page_of
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

UNCHANGED = "No change: these quotas are set already."


@cluster_view("quotas.view")
def quotas(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """List the entities that have quotas."""
    state = list_state(request, columns=SORTED, default="resource")
    rows = quotas_in_sight(request, cluster)
    total = rows.count()
    rows = filtered(rows, state.q)
    if export_format(request):
        return export(request, ordered(rows, state.sort), (*ClientQuota.KEY, *ClientQuota.RATES), "quotas")
    listed = page_of(rows, state)
    headers = [(name, LABELS[name]) for name in UNITS]
    context = {"state": state, "page": listed, "rows": shown(listed), "everything": total, "headers": headers}
    return page(request, "quotas/list.html", context, "rows")


@cluster_view("quotas.view")
def applying(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show which quotas apply to a client that the person's grants cover, by Kafka's precedence."""
    form = EffectiveForm(request.GET or None)
    rows: list[EffectiveQuota] = []
    if form.is_valid():
        for field, name in form.cleaned_data.items():
            if reason := objection(request, "quotas.view", cluster, name, change=False):
                form.add_error(field, reason)
        rows = [] if form.errors else effective(cluster, **form.cleaned_data)
    context = {"form": form, "rows": rows}
    return page(request, "quotas/effective.html", context, status=422 if form.errors else 200)


@cluster_view("quotas.manage", change=True)
def create(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Set quotas of an entity; fields left blank change nothing."""
    form = QuotaForm(request.POST or None, initial={"user": request.GET.get("user", "")})
    planned: Plan | None = None
    if form.is_valid():
        values = {name: value for name, value in form.values().items() if value is not None}
        if not values:
            form.add_error(None, "Enter at least one quota.")
        else:
            response, planned = changed(request, cluster, form, form.entity(), values)
            if response:
                return response
    context = {"form": form, "plan": None if form.errors else planned, "ask_name": cluster.is_production}
    return page(request, "quotas/new.html", context, "plan", status=422 if form.errors else 200)


@cluster_view("quotas.manage", change=True)
def edit(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Change the quotas of an entity, whose address names it; those left blank are removed."""
    entity = named_entity(request)
    present = kafka.describe(cluster.connection(), entity)
    fixed = {"kind": kind_of(entity), **query_of(entity)}
    former = former_values(request, cluster, entity)
    data = {**request.POST.dict(), **fixed} if request.method == "POST" else None
    if former and data is None:
        kept = {**present, **former}
        data = {**prefilled({name: value for name, value in kept.items() if value is not None}), **fixed}
    form = QuotaForm(data, initial=prefilled(present))
    planned: Plan | None = None
    if form.is_valid():
        response, planned = changed(request, cluster, form, entity, form.values(), present)
        if response:
            return response
    context = {
        "form": form,
        "plan": None if form.errors else planned,
        "words": entity_words(entity),
        "fields": [form[name] for name in (OF_ADDRESSES if entity.ip is not None else OF_CLIENTS)],
        "ask_name": cluster.is_production,
    }
    return page(request, "quotas/edit.html", context, "plan", status=422 if form.errors else 200)


@cluster_view("quotas.manage", change=True)
def delete(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Remove all quotas of an entity, after showing the plan."""
    entity = named_entity(request)
    present = kafka.describe(cluster.connection(), entity)
    if not present:
        raise NotFound(f"There are no quotas of {entity_words(entity)}.", "Refresh the list.")
    values: dict[str, float | None] = dict.fromkeys(present)
    planned = plan.change(entity, present, values)
    typed = request.POST.get("confirm", "")
    wrong = request.method == "POST" and cluster.is_production and typed != cluster.name
    if request.method == "POST" and not wrong:
        return applied(request, cluster, planned, entity, values)
    check(request, cluster, planned)
    context = {"plan": planned, "words": entity_words(entity), "wrong": wrong, "typed": typed}
    return page(request, "quotas/delete.html", context, status=422 if wrong else 200)


def named_entity(request: HttpRequest) -> Entity:
    """Return the entity that an address names.

    Raises:
        NotFound: it names none.
    """
    entity = entity_from(request.GET.dict())
    if entity is None:
        raise NotFound("The address names no user, client id or IP address.", "Choose one in the list.")
    return entity


def former_values(request: HttpRequest, cluster: Cluster, entity: Entity) -> dict[str, float | None]:
    """Return the quotas that an undo brings back."""
    before = values_before(request, cluster, plan.ACTION, entity.resource)
    named = {read_subject(text): read_value(value) for text, value in before.items()}
    return {name: value for (of, name), value in named.items() if of == entity}


def changed(
    request: HttpRequest,
    cluster: Cluster,
    form: QuotaForm,
    entity: Entity,
    values: plan.Values,
    present: kafka.Quotas | None = None,
) -> tuple[HttpResponse | None, Plan | None]:
    """Plan quotas, and apply the plan if the person confirmed it; return the answer then, and the plan to show."""
    try:
        present = kafka.describe(cluster.connection(), entity) if present is None else present
        planned = plan.change(entity, present, values, own_user=cluster.username)
        check(request, cluster, planned)
        if not planned.steps:
            form.add_error(None, UNCHANGED)
        elif applies(request) and is_named(cluster, form, "cluster", cluster.name):
            return applied(request, cluster, planned, entity, values), planned
    except KafkaFailure as failure:
        form.show_refusal(failure)
        return None, None
    return None, planned


def applied(request: HttpRequest, cluster: Cluster, planned: Plan, entity: Entity, values: plan.Values) -> HttpResponse:
    """Apply a plan and return to the list.

    Raises:
        KafkaFailure: it changed in the meantime, or Kafka refused.
    """
    alter = partial(kafka.alter, cluster.connection(), entity, values)
    entry = apply_confirmed(request, cluster, planned, alter)
    inventory_rows.changed(cluster, entity, values)
    toast(request, f"Quotas of {entity_words(entity)} updated.", "Undo…", undo_url(entry))
    return redirect(reverse("quotas", cluster.slug))
