"""What the pages of configs have in common: which configs they show, and what their form sends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clusters.access import ClusterRequest
from clusters.configs.documentation import documentation
from clusters.configs.forms import ConfigsForm
from clusters.configs.previous import previous_values, restoring
from clusters.configs.table import config_rows, filters_of
from clusters.gateway.configs import ConfigEntry
from clusters.undo import values_before

DOCUMENTED_ROWS = 60  # of more, a broker has hundreds, documentation would be most of the page: a row links to its own


@dataclass(frozen=True)
class ConfigResource:
    """What has configs: its kind and name in Kafka, the source of what is set here, and its changes in the audit log.

    The name is empty for what holds for all brokers.
    """

    kind: int
    name: str
    own: str
    action: str
    audited_as: str


def data_of(request: ClusterRequest, resource: ConfigResource, entries: Sequence[ConfigEntry]) -> Mapping[str, Any]:
    """Return what was posted, or what restores the configs that a link names; nothing where the page is only shown."""
    if request.method == "POST":
        return request.POST
    before = values_before(request, request.cluster, resource.action, resource.audited_as)
    if name := request.GET.get("restore", ""):
        before[name] = previous_values(request.cluster, resource.action, resource.audited_as).get(name)
    return restoring(entries, before, resource.own)


def config_table(
    request: ClusterRequest, resource: ConfigResource, form: ConfigsForm, entries: Sequence[ConfigEntry]
) -> dict[str, Any]:
    """Return what the table's template shows: the rows that match the filters, and the form that they belong to."""
    filters = filters_of(request)
    docs = documentation(request.cluster, resource.kind, resource.name, {entry.name for entry in entries})
    previous = previous_values(request.cluster, resource.action, resource.audited_as)
    rows = config_rows(form, entries, filters, docs, previous)
    return {"form": form, "filters": filters, "rows": rows, "documented": len(rows) <= DOCUMENTED_ROWS}
