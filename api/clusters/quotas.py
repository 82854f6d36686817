"""Client quotas: the list from the inventory, what applies to a client; changes by ``clusters.changes``."""

from functools import partial
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema, Status

from api.kit.access import ApiRequest, demand, on_cluster
from api.kit.changes import CHANGED, ConfirmedChangeParams, change, require_name, serialize_plan
from api.kit.paging import paged
from api.kit.problems import invalid
from api.kit.types import Body, Line, Listing, Page, SortBy, Text
from clusters.changes import check
from clusters.gateway import quotas as kafka
from clusters.gateway.errors import NotFound
from clusters.gateway.quotas import Entity
from clusters.quota_words import entity_words
from clusters.quotas import inventory_rows, plan
from clusters.quotas.forms import QuotaForm
from clusters.quotas.queries import SORTED, EffectiveQuota, effective, filtered, quotas_in_sight

router = Router(tags=["Quotas"])
QUOTAS = "/quotas"
Kind = Literal["user", "client-id", "user-client-id", "ip"]


class QuotaOut(Schema):
    """The quotas of an entity. Of user, client id and address, null is not part of it, and empty the default."""

    user: str | None
    client_id: str | None
    ip: str | None
    producer_byte_rate: float | None
    consumer_byte_rate: float | None
    request_percentage: float | None
    controller_mutation_rate: float | None
    connection_creation_rate: float | None


class QuotasParams(Listing):
    """Query parameters of the list of quotas."""

    sort: Annotated[str, SortBy(SORTED)] = "resource"


class ClientParams(Schema):
    """A client: whom it authenticates as, its client id, and its address."""

    user: Text = ""
    client_id: Text = ""
    ip: Text = ""


class EffectiveOut(Schema):
    """A quota that applies. Without a value the client is not limited."""

    name: str
    value: float | None
    source: str = Field(description='The entity whose quota it is, e.g. `user "orders"`.')
    overrides: list[str] = Field(description="Entities with quotas that do not apply, because of this one.")


class QuotaIn(Body):
    """The entity, by its kind; a name that is empty is the default. Quotas that are null are removed."""

    kind: Kind
    user: Text = Field("", max_length=512)
    client_id: Text = Field("", max_length=512)
    ip: Line = Field("", max_length=255)
    producer_byte_rate: float | None = Field(None, gt=0, le=2**62)
    consumer_byte_rate: float | None = Field(None, gt=0, le=2**62)
    request_percentage: float | None = Field(None, gt=0, le=2**62)
    controller_mutation_rate: float | None = Field(None, gt=0, le=2**62)
    connection_creation_rate: float | None = Field(None, gt=0, le=2**62)


class EntityParams(ConfirmedChangeParams):
    """The entity whose quotas to remove."""

    kind: Kind
    user: Text = ""
    client_id: Text = ""
    ip: Text = ""


@router.get(QUOTAS, response=Page[QuotaOut], auth=on_cluster("quotas.view"))
def list_quotas(request: ApiRequest, params: Query[QuotasParams]) -> dict[str, Any]:
    """List quotas by entity, as of the last refresh."""
    return paged(filtered(quotas_in_sight(request, request.cluster), params.q), params, params.sort)


@router.get(f"{QUOTAS}/effective", response=list[EffectiveOut], auth=on_cluster("quotas.view"))
def get_effective_quotas(request: ApiRequest, params: Query[ClientParams]) -> list[dict[str, Any]]:
    """Tell which quotas apply to a client, by Kafka's precedence, as of the last refresh."""
    for name in (params.user, params.client_id, params.ip):
        demand(request, request.cluster, "quotas.view", name)
    return [effective_out(quota) for quota in effective(request.cluster, params.user, params.client_id, params.ip)]


def effective_out(quota: EffectiveQuota) -> dict[str, Any]:
    return {
        "name": quota.applied.name,
        "value": quota.applied.value,
        "source": quota.source,
        "overrides": quota.hidden,
    }


@router.patch(QUOTAS, response=CHANGED, auth=on_cluster("quotas.manage", change=True))
def set_quotas(request: ApiRequest, body: QuotaIn, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Set quotas of an entity: null removes one, those left out stay. In production, confirm the cluster name."""
    sent = body.model_dump(exclude_unset=True)
    form = QuotaForm({name: value for name, value in sent.items() if value is not None})
    if not form.is_valid():
        raise invalid(form)
    values = {name: value for name, value in form.values().items() if name in sent}
    return changed(request, params, form.entity(), values)


@router.delete(QUOTAS, response=CHANGED, auth=on_cluster("quotas.manage", change=True))
def remove_quotas(request: ApiRequest, params: Query[EntityParams]) -> Status[Any]:
    """Remove all quotas of an entity; in production the cluster name must be confirmed."""
    form = QuotaForm(params.model_dump(include={"kind", "user", "client_id", "ip"}))
    if not form.is_valid():
        raise invalid(form)
    entity = form.entity()
    names = [*kafka.describe(request.cluster.connection(), entity)]
    if not names:
        check(request, request.cluster, plan.change(entity, {}, {}))
        raise NotFound(f"There are no quotas of {entity_words(entity)}.", "Check the list.")
    return changed(request, params, entity, dict.fromkeys(names))


def changed(request: ApiRequest, params: ConfirmedChangeParams, entity: Entity, values: plan.Values) -> Status[Any]:
    """Apply new quotas of an entity, or show the plan."""
    cluster = request.cluster
    connection = cluster.connection()
    planned = plan.change(entity, kafka.describe(connection, entity), values, own_user=cluster.username)
    if not planned.steps:
        check(request, cluster, planned)
        return Status(200, serialize_plan(planned, done=not params.dry_run))
    require_name(cluster, params, params.confirm, cluster.name)
    alter = partial(kafka.alter, connection, entity, values)
    after = partial(inventory_rows.changed, cluster, entity, values)
    return change(request, params, planned, alter, after=after)
