"""Forgetting groups that Kafka no longer lists, where the settings ask for that."""

from datetime import datetime, timedelta

from clusters.gateway.groups import describing as groups
from core.leasing import interval_elapsed
from lag.collecting.end_offsets import EARLY
from lag.collecting.shard_state import ShardState


class Reaper:
    """Looks for such groups now and then."""

    def __init__(self, state: ShardState) -> None:
        self.state = state
        self.reaped_at: datetime | None = None

    def reap(self, now: datetime) -> None:
        """Forget the groups that are gone, if that is due and every broker answered.

        Raises:
            KafkaFailure: the cluster is not reachable.
        """
        every = timedelta(seconds=self.state.settings.groups_reaper_refresh)
        if not every or not interval_elapsed(self.reaped_at, every - EARLY, now):
            return
        listed = groups.list_groups(self.state.connection)
        if not listed.failures:
            for name in set(self.state.store.names()) - {group.name for group in listed.items}:
                self.state.store.delete_group(name)
        self.reaped_at = now
