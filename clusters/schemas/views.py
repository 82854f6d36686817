"""The list of subjects, from the inventory, and how it is refreshed."""

from collections.abc import Sequence
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from clusters.access import cluster_view
from clusters.formats.schemas import AVRO, JSON, PROTOBUF
from clusters.models import Cluster, SchemaRegistry
from clusters.registry_words import address
from clusters.schemas import queries
from clusters.schemas.access import RegistryRequest, registry_view
from clusters.schemas.columns import columns, first_cell
from clusters.schemas.queries import COLUMNS, EXPORTED
from clusters.schemas.refresh import refresh_registry_now
from core.web.export import export, export_format
from core.web.lists import list_state, ordered, page_of
from core.web.page import page
from core.web.paths import back_to
from core.web.tables import table_of

NOT_FINISHED = "The refresh was requested, but no worker has finished it yet. Is `kafkaadmin worker` running?"
TYPES = (AVRO, JSON, PROTOBUF)


@cluster_view("schemas.view")
def schemas(request: HttpRequest, cluster: Cluster, registry: str = "") -> HttpResponseBase:
    """List the subjects of a registry; without a default one, go to the first that there is."""
    rows = list(cluster.registries.all())
    if not rows:
        return page(request, "schemas/no_registry.html", {})
    if not registry and not any(row.is_default for row in rows):
        return redirect(address(rows[0], "schemas"))
    row = queries.registry_called(cluster, registry)
    cast(RegistryRequest, request).registry = row
    return subjects(request, row, rows)


def subjects(request: HttpRequest, row: SchemaRegistry, registries: Sequence[SchemaRegistry]) -> HttpResponseBase:
    state = list_state(request, columns=COLUMNS, default="name", filters=("type", "context", "deleted"))
    everything = queries.subjects_in_sight(request, row)
    deleted = bool(state.filters["deleted"])
    chosen = {"kind": state.filters["type"], "context": state.filters["context"]}
    rows = queries.filtered(everything, state.q, **chosen, deleted=deleted)
    if export_format(request):
        return export(request, ordered(rows, state.sort), EXPORTED, "subjects")
    mirror = queries.mirror_of(row)
    totals = queries.totals_in_sight(request, mirror, everything)
    known_count = None if state.q or any(state.filters.values()) else totals["count"]
    listed = page_of(rows, state, count=known_count)
    unnamed = [subject.schema_id for subject in listed if subject.schema_id and not subject.context]
    uses = queries.uses_in_sight(request, row, unnamed)
    topics = queries.present_topics(request, row.cluster, [subject.topic for subject in listed])
    context = {
        "state": state,
        "page": listed,
        "mirror": mirror,
        "registries": registries,
        "totals": totals,
        "types": TYPES,
        "table": table_of(request, "schemas", columns(row, mirror.compatibility, topics, uses), first_cell(row)),
    }
    return page(request, "schemas/list.html", context, "rows")


@registry_view("clusters.refresh")
@require_POST
def refresh(request: HttpRequest, row: SchemaRegistry) -> HttpResponse:
    """List the registry's subjects again, as far as one pass comes."""
    if not refresh_registry_now(row):
        messages.warning(request, NOT_FINISHED)
    return back_to(request, address(row, "schemas"))
