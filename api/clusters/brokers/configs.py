"""Configs of one broker, and of all brokers, read and changed through ``clusters.changes``."""

from typing import Any

from ninja import Query, Status

from api.clusters.brokers.listing import BROKERS, router
from api.clusters.configs import DocumentedConfigOut, documented
from api.clusters.topics.changes import ConfigsIn
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ConfirmedChangeParams, change, require_name, serialize_plan
from api.kit.problems import invalid
from api.kit.types import lines
from clusters.brokers import plan
from clusters.brokers.configs import alter, entries_of
from clusters.brokers.forms import BrokerConfigsForm
from clusters.brokers.queries import broker_row
from clusters.gateway.configs import BROKER

DEFAULTS = f"{BROKERS}/configs"
OF_BROKER = f"{BROKERS}/{{int:broker}}/configs"


@router.get(DEFAULTS, response=list[DocumentedConfigOut], auth=on_cluster("brokers.view"))
def list_defaults(request: ApiRequest) -> list[Any]:
    """List the configs that may be set for all brokers at once, without what single brokers have of their own."""
    return documented(request.cluster, BROKER, "", entries_of(request.cluster, None))


@router.get(OF_BROKER, response=list[DocumentedConfigOut], auth=on_cluster("brokers.view"))
def list_broker_configs(request: ApiRequest, broker: int) -> list[Any]:
    """Ask one broker for its configs."""
    broker_row(request.cluster, broker)
    return documented(request.cluster, BROKER, str(broker), entries_of(request.cluster, broker))


@router.patch(DEFAULTS, response=CHANGED, auth=on_cluster(plan.ACTION, change=True))
def change_defaults(request: ApiRequest, body: ConfigsIn, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Set some configs for all brokers, and reset others. Production requires the cluster's name."""
    return change_configs(request, None, body, params)


@router.patch(OF_BROKER, response=CHANGED, auth=on_cluster(plan.ACTION, change=True))
def change_broker_configs(
    request: ApiRequest, broker: int, body: ConfigsIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Set some of a broker's dynamic configs, and reset others. Production requires the cluster's name."""
    broker_row(request.cluster, broker)
    return change_configs(request, broker, body, params)


def change_configs(
    request: ApiRequest, broker: int | None, body: ConfigsIn, params: ConfirmedChangeParams
) -> Status[Any]:
    """Plan the change, and apply it; a dry run has Kafka check the values."""
    cluster = request.cluster
    entries = entries_of(cluster, broker)
    form = BrokerConfigsForm(
        {"configs": lines(body.set), "reset": body.reset}, entries=entries, own=plan.own_source(broker)
    )
    if not form.is_valid():
        raise invalid(form)
    values = form.cleaned_data["configs"]
    planned = plan.configure(broker, entries, values, body.reset)
    if not planned.steps:
        return Status(200, serialize_plan(planned, done=not params.dry_run))
    require_name(cluster, params, params.confirm, cluster.name)
    return change(
        request,
        params,
        planned,
        lambda: alter(cluster, broker, planned, values, body.reset),
        after=lambda: None,
        trial=lambda: alter(cluster, broker, planned, values, body.reset, validate_only=True),
    )
