"""Sizes on disk, which change by themselves: read and written alone, where nothing else has changed."""

from collections.abc import Iterable
from datetime import datetime

from clusters.gateway import brokers
from clusters.gateway.brokers import BrokerLogDirs
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.inventory import rows
from clusters.inventory.writes import unless_overtaken
from clusters.models import Broker, Cluster, Mirror, Topic


def refresh_sizes(connection: Connection, mirror: Mirror, broker_ids: Iterable[int], now: datetime) -> bool:
    """Read sizes and write those that changed; tell whether every broker answered, without which nothing is written.

    Raises:
        Overtaken: a change was made, or the lease was lost, since ``mirror`` was read.
    """
    ids = list(broker_ids)
    try:
        partial = brokers.log_dirs(connection, ids)
    except KafkaFailure:
        return False
    sizes = rows.topic_sizes(partial.items, [broker.broker_id for broker in partial.items], ids)
    if partial.failures or not sizes:
        return False
    with unless_overtaken(mirror):
        write_topic_sizes(mirror.cluster, sizes)
        write_disks(mirror.cluster, partial.items)
    mirror.sizes_as_of = now
    return True


def write_topic_sizes(cluster: Cluster, sizes: dict[str, int]) -> None:
    stored = Topic.objects.filter(cluster=cluster).values_list("pk", "name", "size")
    changed = [Topic(pk=pk, size=sizes.get(name)) for pk, name, size in stored if size != sizes.get(name)]
    Topic.objects.bulk_update(changed, ["size"], batch_size=200)


def write_disks(cluster: Cluster, log_dirs: Iterable[BrokerLogDirs]) -> None:
    for disk in log_dirs:
        Broker.objects.filter(cluster=cluster, broker_id=disk.broker_id).update(**rows.disk_row(disk))
