"""The lag state as stored, for pages and the API: any web process gives the same answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clusters.models import Cluster
from lag.models import LagSettings, TopicOffsets, WatchedGroup
from lag.settings import EvaluatorSettingsByGroup, settings_of
from lag.types import GroupStatus, GroupTopics
from lag.verdicts.evaluator import evaluate_group
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.checkpoint import load_arrays, load_group, load_timelines
from lag.windows.group_store import GroupStore
from lag.windows.timeline import Timeline


@dataclass(frozen=True)
class GroupState:
    """What the last tick stored of a group, by topic: windows and owners, and the logs' ends, times and starts."""

    topics: GroupTopics
    timelines: Mapping[str, Sequence[Timeline]]
    starts: Mapping[str, Sequence[int | None]]


def state_of(
    cluster: Cluster, windows: "bytes | memoryview[int]", settings: LagSettings, now_ms: int
) -> GroupState | None:
    """Return the state of the group whose windows these are; None where it has expired."""
    name, saved = load_group(bytes(windows))
    offsets = list(TopicOffsets.objects.filter(cluster=cluster, topic__in=list(saved.topics)))
    broker = BrokerOffsets(settings.intervals)
    for topic in offsets:
        broker.restore(topic.topic, load_arrays(bytes(topic.rings)))
    store = GroupStore(settings.storage(), broker)
    store.restore(name, saved)
    topics = store.read(name, now_ms)
    if topics is None:
        return None
    timelines = {topic.topic: load_timelines(bytes(topic.timelines)) for topic in offsets}
    return GroupState(topics, timelines, {topic.topic: topic.starts for topic in offsets})


def read_group(cluster: Cluster, group: str, now_ms: int) -> GroupTopics | None:
    """Return a group's windows and owners by topic, as of the last tick; None for an unknown or expired one."""
    windows = WatchedGroup.objects.filter(cluster=cluster, name=group).values_list("windows", flat=True).first()
    state = None if windows is None else state_of(cluster, windows, settings_of(cluster), now_ms)
    return state.topics if state else None


def judge(cluster: Cluster, group: str, now_ms: int) -> GroupStatus:
    """Judge a group now, from what the last tick stored; NOTFOUND for an unknown one."""
    settings = EvaluatorSettingsByGroup(cluster, settings_of(cluster))(group)
    return evaluate_group(cluster.name, group, read_group(cluster, group, now_ms), settings, now_ms)
