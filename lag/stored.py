"""The lag state as it is stored, for pages and the API: any web process gives the same answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.db.models import Q, QuerySet

from clusters.models import Cluster
from lag.broker_offsets import BrokerOffsets
from lag.checkpoint import CheckpointError, load_arrays, load_group
from lag.evaluator import evaluate_group
from lag.models import AllowedLag, LagSettings, TopicOffsets, WatchedGroup
from lag.storage import GroupStore
from lag.timeline import Timeline
from lag.types import EvaluatorSettings, GroupStatus, GroupTopics


def settings_of(cluster: Cluster) -> LagSettings:
    """Return a cluster's settings: Burrow's defaults where none were saved."""
    return LagSettings.objects.filter(cluster=cluster).first() or LagSettings(cluster=cluster)


def enabled_clusters() -> QuerySet[Cluster]:
    """Return the clusters whose lag is collected: all but those that somebody switched off."""
    return Cluster.objects.filter(Q(lag_settings=None) | Q(lag_settings__enabled=True))


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


@dataclass(frozen=True)
class GroupState:
    """What the last tick stored of a group, by topic: windows and owners, and the logs' ends, times and starts."""

    topics: GroupTopics
    timelines: Mapping[str, Sequence[Timeline]]
    starts: Mapping[str, Sequence[int | None]]


def read_state(cluster: Cluster, group: str, settings: LagSettings, now_ms: int) -> GroupState | None:
    """Return a group's state; None for an unknown or expired one."""
    row = WatchedGroup.objects.filter(cluster=cluster, name=group).values_list("windows", flat=True).first()
    if row is None:
        return None
    name, saved = load_group(bytes(row))
    offsets = list(TopicOffsets.objects.filter(cluster=cluster, topic__in=list(saved.topics)))
    broker = BrokerOffsets(settings.intervals)
    for one in offsets:
        broker.restore(one.topic, load_arrays(bytes(one.rings)))
    store = GroupStore(settings.storage(), broker)
    store.restore(name, saved)
    topics = store.read(name, now_ms)
    if topics is None:
        return None
    timelines = {one.topic: load_timelines(bytes(one.timelines)) for one in offsets}
    return GroupState(topics, timelines, {one.topic: one.starts for one in offsets})


def load_timelines(data: bytes) -> list[Timeline]:
    """Return a topic's end offsets with their times, by partition. Raises CheckpointError."""
    try:
        return [Timeline.load(one) for one in load_arrays(data)]
    except ValueError as error:
        raise CheckpointError(str(error)) from error


def read_group(cluster: Cluster, group: str, now_ms: int) -> GroupTopics | None:
    """Return a group's windows and owners by topic, as of the last tick; None for an unknown or expired one."""
    state = read_state(cluster, group, settings_of(cluster), now_ms)
    return state.topics if state else None


def judge(cluster: Cluster, group: str, now_ms: int) -> GroupStatus:
    """Judge a group now, from what the last tick stored; NOTFOUND for one that is not stored."""
    settings = EvaluatorSettingsByGroup(cluster, settings_of(cluster))(group)
    return evaluate_group(cluster.name, group, read_group(cluster, group, now_ms), settings, now_ms)
