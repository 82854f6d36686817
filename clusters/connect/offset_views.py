"""Altering and resetting offsets of stopped connectors, through ``apply_change``."""

from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.changes import apply_confirmed, check
from clusters.connect import plan, planning, queries
from clusters.connect.rules import offsets as rules
from clusters.connect.rules.documents import ConfigError
from clusters.form_fields import KafkaErrorForm, typed_name
from clusters.gateway.connect import offsets as kafka
from clusters.gateway.connect.client import Connect
from clusters.gateway.connect.offsets import ConnectorOffset
from clusters.gateway.errors import KafkaFailure
from clusters.models import Cluster, ConnectCluster
from core.plan import Plan
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

RESET = "reset"
UNCONFIRMED = "Production: type the name to confirm."
NO_CHANGE = "No change: the connector is at these offsets already."
MOST_CHARACTERS = 500_000


class OffsetsForm(KafkaErrorForm):
    """Offsets as JSON. A reset needs none."""

    offsets = forms.CharField(
        required=False,
        max_length=MOST_CHARACTERS,
        strip=False,
        help_text="Partitions that are not listed stay as they are; an offset of null is removed.",
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"}),
    )

    confirm = typed_name("connector")

    def clean_offsets(self) -> tuple[ConnectorOffset, ...]:
        try:
            return rules.read_json(self.cleaned_data["offsets"] or "[]")
        except ConfigError as error:
            raise ValidationError(str(error)) from error


@cluster_view(plan.OFFSETS, change=True)
def offsets(request: HttpRequest, cluster: Cluster, connect: str, connector: str) -> HttpResponse:
    """Show the offsets of a connector; alter some, or reset all."""
    row = queries.connect_of(cluster, connect)
    client = queries.client_of(row)
    present = kafka.offsets_of(client, connector)
    form = OffsetsForm(request.POST or None, initial={"offsets": rules.as_json(present)})
    is_reset = request.POST.get("what") == RESET
    planned: Plan | None = None
    if form.is_valid():
        typed = None if is_reset else form.cleaned_data["offsets"]
        try:
            planned = planning.plan_offsets(row, client, connector, present, typed)
            check(request, cluster, planned)
            if not planned.steps:
                form.add_error(None, NO_CHANGE)
            elif request.POST.get("action") != "preview" and is_named(cluster, connector, form):
                return applied(request, row, client, planned, typed)
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {
        "form": form, "connect": row, "connector": connector, "is_reset": is_reset, "present": present,
        "plan": None if form.errors else planned,
    }  # fmt: skip
    return page(request, "connect/offsets.html", context, "plan", status=422 if form.errors else 200)


def is_named(cluster: Cluster, connector: str, form: OffsetsForm) -> bool:
    """Require the connector's name to be typed in production."""
    if cluster.is_production and form.cleaned_data["confirm"] != connector:
        form.add_error("confirm", UNCONFIRMED)
    return not form.errors


def applied(
    request: HttpRequest, row: ConnectCluster, client: Connect, planned: Plan, typed: tuple[ConnectorOffset, ...] | None
) -> HttpResponse:
    """Raises KafkaFailure: it changed in the meantime, or the workers refused."""
    apply = partial(planning.apply_offsets, client, planned.resource, typed)
    apply_confirmed(request, row.cluster, planned, apply)
    toast(request, f"Offsets of {planned.resource} {'reset' if typed is None else 'altered'}.")
    return redirect(reverse("connector", row.cluster.slug, row.name, planned.resource))
