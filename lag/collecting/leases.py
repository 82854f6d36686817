"""Who collects a shard: one worker at a time, for as long as it renews its lease.

The fence counts owners. A worker that lost its lease without noticing finds another fence, and saves nothing.
"""

from datetime import datetime, timedelta

from django.db.models import F

from core.leasing import unleased
from lag.models import Shard

LEASE = timedelta(seconds=10)


class LeaseLost(Exception):
    """Another worker owns the shard now."""


def take(shard_id: int, owner: str, now: datetime) -> Shard | None:
    """Take a shard that nobody owns, or whose owner is silent; None if it is owned."""
    free = Shard.objects.filter(unleased(now, LEASE), pk=shard_id)
    taken = free.update(owner=owner, lease_until=now + LEASE, fence=F("fence") + 1)
    return Shard.objects.select_related("cluster").get(pk=shard_id) if taken else None


def renew(shard: Shard, now: datetime) -> None:
    """Extend the lease.

    Raises:
        LeaseLost: it has another owner.
    """
    if not Shard.objects.filter(pk=shard.pk, fence=shard.fence).update(lease_until=now + LEASE):
        raise LeaseLost


def release(shard: Shard) -> None:
    """Let others take the shard at once."""
    Shard.objects.filter(pk=shard.pk, fence=shard.fence).update(lease_until=None)
