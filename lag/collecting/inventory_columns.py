"""Verdicts in the inventory's rows, so that lists of groups need only one table."""

from collections.abc import Mapping

from clusters.models import Group
from lag.collecting.verdict_rows import GroupVerdict
from lag.models import Shard
from lag.records.partitioner import Partitioner
from lag.records.wire import storable

BATCH = 200
FIELDS = ("lag_status", "time_lag", "time_lag_at_least")


def show_in_lists(shard: Shard, partitioner: Partitioner, verdicts: Mapping[str, GroupVerdict]) -> None:
    """Write a shard's verdicts to the inventory's groups, where they changed."""
    columns_by_name = {storable(name): columns_of(verdict) for name, verdict in verdicts.items()}
    rows = Group.objects.filter(cluster=shard.cluster).values_list("pk", "name", *FIELDS)
    changed = [
        Group(pk=pk, **dict(zip(FIELDS, columns_by_name.get(name, NONE), strict=True)))
        for pk, name, *present in rows
        if tuple(present) != columns_by_name.get(name, NONE) and shard.has(partitioner.partition_for(name))
    ]
    Group.objects.bulk_update(changed, FIELDS, batch_size=BATCH)


Columns = tuple[int | None, float | None, bool]
NONE: Columns = (None, None, False)


def columns_of(group_verdict: GroupVerdict) -> Columns:
    """Return the columns of ``FIELDS`` for a group's verdict."""
    return int(group_verdict.status), group_verdict.time_lag, group_verdict.time_lag_at_least
