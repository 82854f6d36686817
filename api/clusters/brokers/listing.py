"""Brokers: the list from the inventory, one broker from Kafka."""

from typing import Any

from ninja import Field, Router, Schema

from api.clusters.configs import ConfigOut
from api.kit.access import ApiRequest, on_cluster
from clusters.access import topics_in_sight
from clusters.brokers.queries import broker_row, storage_of
from clusters.gateway import brokers as kafka
from clusters.models import Broker

router = Router(tags=["Brokers"])
BROKERS = "/brokers"


class BrokerRow(Schema):
    """A broker as of the last refresh. null is unknown."""

    broker_id: int
    host: str
    port: int | None
    rack: str
    online: bool
    leaders: int
    replicas: int
    out_of_sync: int
    size: int | None = Field(description="Size of its replicas in bytes.")
    disk_total: int | None
    disk_free: int | None


class LogDirOut(Schema):
    """A log directory."""

    path: str
    error: str = Field(description="Empty while it is online.")
    total_bytes: int | None
    usable_bytes: int | None


class ReplicaOut(Schema):
    """A replica that a broker holds. null is unknown."""

    topic: str
    partition: int
    size: int
    leads: bool | None = Field(description="Whether the broker is the partition's leader.")
    in_sync: bool | None


class BrokerOut(BrokerRow):
    """A broker with its current details; they are empty while it is offline."""

    log_dirs: list[LogDirOut]
    largest_replicas: list[ReplicaOut] = Field(description="At most twenty, of topics that the user's roles cover.")
    configs: list[ConfigOut]


@router.get(BROKERS, response=list[BrokerRow], auth=on_cluster("brokers.view"))
def list_brokers(request: ApiRequest) -> list[Broker]:
    """List brokers, as of the last refresh of the cluster."""
    return list(Broker.objects.filter(cluster=request.cluster))


@router.get(f"{BROKERS}/{{int:broker}}", response=BrokerOut, auth=on_cluster("brokers.view"))
def show_broker(request: ApiRequest, broker: int) -> dict[str, Any]:
    """Show one broker with its log directories and configs, fetched from Kafka."""
    row = broker_row(request.cluster, broker)
    fields = {name: getattr(row, name) for name in BrokerRow.model_fields}
    if not row.online:
        return {**fields, "log_dirs": [], "largest_replicas": [], "configs": []}
    storage = storage_of(request.cluster, broker, topics_in_sight(request, request.cluster))
    return {
        **fields,
        "log_dirs": [folder for log_dirs in storage.dirs for folder in log_dirs.dirs],
        "largest_replicas": list(storage.replicas),
        "configs": list(kafka.configs(request.cluster.connection(), broker)),
    }
