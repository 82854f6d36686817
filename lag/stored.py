"""The lag state as it is stored, for pages and the API: any web process gives the same answers."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from clusters.models import Cluster
from lag.broker_offsets import BrokerOffsets
from lag.checkpoint import load_arrays, load_group
from lag.evaluator import evaluate_group
from lag.models import AllowedLag, LagSettings, TopicOffsets, WatchedGroup
from lag.storage import GroupStore
from lag.types import EvaluatorSettings, GroupStatus, GroupTopics


def settings_of(cluster: Cluster) -> LagSettings:
    """Return a cluster's settings: Burrow's defaults where none were saved."""
    return LagSettings.objects.filter(cluster=cluster).first() or LagSettings(cluster=cluster)


class EvaluatorSettingsByGroup:
    """How each group of a cluster is judged: the cluster's settings, with the first allowed lag that matches."""

    def __init__(self, cluster: Cluster, settings: LagSettings) -> None:
        self.common = settings.evaluator()
        self.overrides = [(one.group_glob, one.allowed_lag) for one in AllowedLag.objects.filter(cluster=cluster)]

    def __call__(self, group: str) -> EvaluatorSettings:
        """Return the settings for one group."""
        for glob, allowed_lag in self.overrides:
            if fnmatchcase(group, glob):
                return EvaluatorSettings(self.common.expire_cache, self.common.minimum_complete, allowed_lag)
        return self.common


def broker_offsets(cluster: Cluster, topics: Iterable[str], intervals: int) -> BrokerOffsets:
    """Return the end offsets' history of some topics."""
    broker = BrokerOffsets(intervals)
    rows = TopicOffsets.objects.filter(cluster=cluster, topic__in=list(topics))
    for topic, rings in rows.values_list("topic", "rings"):
        broker.restore(topic, load_arrays(bytes(rings)))
    return broker


def read_group(cluster: Cluster, group: str, now_ms: int) -> GroupTopics | None:
    """Return a group's windows and owners by topic, as of the last tick; None for an unknown or expired one."""
    row = WatchedGroup.objects.filter(cluster=cluster, name=group).values_list("windows", flat=True).first()
    if row is None:
        return None
    settings = settings_of(cluster)
    name, saved = load_group(bytes(row))
    store = GroupStore(settings.storage(), broker_offsets(cluster, saved.topics, settings.intervals))
    store.restore(name, saved)
    return store.read(name, now_ms)


def judge(cluster: Cluster, group: str, now_ms: int) -> GroupStatus:
    """Judge a group now, from what the last tick stored; NOTFOUND for one that is not stored."""
    settings = EvaluatorSettingsByGroup(cluster, settings_of(cluster))(group)
    return evaluate_group(cluster.slug, group, read_group(cluster, group, now_ms), settings, now_ms)
