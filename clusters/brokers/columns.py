"""The columns of the list of brokers."""

from collections.abc import Mapping

from django.utils.safestring import SafeString

from clusters.models import Broker
from core.web.charts.units import written
from core.web.formats import UNKNOWN, count
from core.web.markup import markup
from core.web.tables import Column
from core.web.tags import bytesize

UP, DOWN = SafeString('<span class="quiet">up</span>'), SafeString('<span class="status critical">down</span>')
Rates = Mapping[int, tuple[float | None, float | None]]


def columns(version: str, rates: Rates) -> tuple[Column, ...]:
    """Return the columns.

    Args:
        version: the cluster's; empty where unknown.
        rates: bytes a second that come in and go out, by broker id, as far as known.
    """

    def rate(broker: Broker, direction: int) -> str:
        return written(rates[broker.broker_id][direction] if broker.broker_id in rates else None, "bytes_per_s")

    return (
        Column("state", "State", phone="", sorts=False, shows=lambda broker: UP if broker.online else DOWN),
        Column("host", "Address", phone="", shows=address),
        Column("rack", "Rack"),
        Column("version", "Version", sorts=False, shows=lambda _: version or UNKNOWN),
        Column("leaders", "Leaders", "num", "leaders"),
        Column("replicas", "Replicas", "num", "replicas"),
        Column("out_of_sync", "Out of sync", "num", shows=out_of_sync),
        Column("size", "Size", "num", "size", shows=lambda broker: bytesize(broker.size)),
        Column("disk_used", "Disk used", "num", "disk", sorts=False, shows=lambda row: written(row.disk_used, "ratio")),
        Column("disk_free", "Disk free", "num", shows=lambda broker: bytesize(broker.disk_free)),
        Column("bytes_in", "In", "num", sorts=False, shows=lambda broker: rate(broker, 0)),
        Column("bytes_out", "Out", "num", sorts=False, shows=lambda broker: rate(broker, 1)),
    )


def address(broker: Broker) -> str:
    port = f":{broker.port}" if broker.port else ""
    return markup('<span class="mono">{}{}</span>', broker.host or UNKNOWN, port)


def out_of_sync(broker: Broker) -> str:
    form = '<span class="warn">{}</span>' if broker.out_of_sync else "<span>{}</span>"
    return markup(form, count(broker.out_of_sync))
