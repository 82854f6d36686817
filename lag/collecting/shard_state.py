"""What the rounds of one shard share: its row, its settings, its windows and the end offsets."""

from datetime import datetime

from django.forms.models import model_to_dict

from clusters.gateway.reading.offsets_topic import TOPIC
from clusters.models import Cluster
from lag.collecting import persistence
from lag.models import Shard
from lag.records.partitioner import Partitioner
from lag.settings import settings_of
from lag.windows import shard as engine
from lag.windows.group_filter import GroupFilter
from lag.windows.group_store import GroupStore


class ShardState:
    """The state of one shard between rounds."""

    def __init__(self, shard: Shard) -> None:
        self.shard, self.cluster = shard, shard.cluster
        self.connection = self.cluster.connection()
        self.settings = settings_of(self.cluster)
        store, self.ends, self.stored = persistence.load(shard, self.settings)
        self.accepts = GroupFilter(self.settings.commit_allowlist, self.settings.commit_denylist)
        self.engine = engine.Shard(store, dict(self.stored.positions), self.accepts)
        self.partitioner = persistence.stored_partitioner(self.cluster)
        self.last_round: datetime | None = None

    @property
    def store(self) -> GroupStore:
        return self.engine.store

    @property
    def positions(self) -> dict[int, int]:
        """The next record to read, by partition of the offsets topic."""
        return self.engine.positions

    def present_partitioner(self) -> Partitioner:
        """Return the partitioner of the offsets topic as the topics were last listed."""
        return Partitioner(len(self.ends.leaders.get(TOPIC, ())))

    def is_own(self, group: str) -> bool:
        return self.shard.has(self.partitioner.partition_for(group))

    def is_wanted(self, group: str) -> bool:
        return self.is_own(group) and self.accepts(group)

    def forget_groups(self, source: int | None = None) -> None:
        """Forget all groups, or those of one partition of the offsets topic."""
        for name in self.store.names():
            if source is None or self.partitioner.partition_for(name) == source:
                self.store.delete_group(name)

    def is_edited(self) -> bool:
        """Tell whether the cluster's connection or its settings were edited since the state was loaded."""
        cluster = Cluster.objects.filter(pk=self.cluster.pk).first()
        if cluster is None or cluster.connection() != self.connection:
            return True
        return model_to_dict(settings_of(cluster)) != model_to_dict(self.settings)
