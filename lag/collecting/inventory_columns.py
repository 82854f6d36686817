"""Verdicts in the inventory: the lists of groups show them without asking two tables."""

from collections.abc import Mapping

from clusters.models import Group
from lag.collecting.verdict_rows import Judged
from lag.models import Shard
from lag.records.partitioner import Sources
from lag.records.wire import storable

BATCH = 200
FIELDS = ("lag_status", "time_lag", "time_lag_at_least")


def show_in_lists(shard: Shard, sources: Sources, judged: Mapping[str, Judged]) -> None:
    """Give the inventory's groups of a shard their verdict, where it is another than they have."""
    wanted = {storable(name): verdict(one) for name, one in judged.items()}
    rows = Group.objects.filter(cluster=shard.cluster).values_list("pk", "name", *FIELDS)
    changed = [
        Group(pk=pk, **dict(zip(FIELDS, wanted.get(name, NONE), strict=True)))
        for pk, name, *shown in rows
        if tuple(shown) != wanted.get(name, NONE) and shard.has(sources.of(name))
    ]
    Group.objects.bulk_update(changed, FIELDS, batch_size=BATCH)


Shown = tuple[int | None, float | None, bool]
NONE: Shown = (None, None, False)


def verdict(one: Judged) -> Shown:
    """Return what the lists show of a group."""
    return int(one.status), one.time_lag, one.time_lag_at_least
