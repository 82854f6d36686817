"""The answers of Burrow's API, from stored rows. Functions are named for the handlers of ``routes``."""

import logging
import time
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from clusters.models import Cluster, Topic
from lag.burrow import modules
from lag.burrow.json_forms import consumer_topics_form, group_status_form
from lag.burrow.status_cache import StatusCache
from lag.collecting.forgetting import forget_group
from lag.models import TopicOffsets, WatchedGroup
from lag.reports import stored_state
from lag.settings import enabled_clusters, settings_of
from lag.types import GroupStatus, Status

Body = dict[str, Any]
Answer = tuple[int, Body]
LEVELS = {"trace": "DEBUG", "debug": "DEBUG", "info": "INFO", "warn": "WARNING", "warning": "WARNING",
          "error": "ERROR", "fatal": "CRITICAL"}  # fmt: skip
_begun: set[bool] = set()
_caches: dict[tuple[int, int], StatusCache] = {}


def failed(code: int, message: str) -> Answer:
    return code, {"error": True, "message": message}


def done(message: str, **payload: object) -> Answer:
    return 200, {"error": False, "message": message, **payload}


def find(name: str) -> Cluster | None:
    """Return the cluster with a name or slug."""
    return Cluster.objects.filter(name=name).first() or Cluster.objects.filter(slug=name).first()


def clusters() -> Answer:
    return done("cluster list returned", clusters=list(Cluster.objects.values_list("name", flat=True)))


def cluster(name: str) -> Answer:
    kafka_cluster = find(name)
    if kafka_cluster is None:
        return failed(404, "cluster module not found")
    return done("cluster module detail returned", module=modules.cluster(kafka_cluster))


def topics(name: str) -> Answer:
    kafka_cluster = find(name)
    if kafka_cluster is None:
        return failed(404, "cluster not found")
    names = set(Topic.objects.filter(cluster=kafka_cluster).values_list("name", flat=True))
    names.update(TopicOffsets.objects.filter(cluster=kafka_cluster).values_list("topic", flat=True))
    return done("topic list returned", topics=sorted(names))


def topic(name: str, topic_name: str) -> Answer:
    """Return a topic's end offsets by partition. Unknown ones are null; Burrow leaves them out and shifts the rest."""
    kafka_cluster = find(name)
    ends = offsets_of(kafka_cluster, topic_name) if kafka_cluster else None
    return failed(404, "cluster or topic not found") if ends is None else done("topic offsets returned", offsets=ends)


def offsets_of(kafka_cluster: Cluster, topic_name: str) -> Sequence[int | None] | None:
    """Return a topic's end offsets, each None where unknown; None for an unknown topic."""
    row = TopicOffsets.objects.filter(cluster=kafka_cluster, topic=topic_name).first()
    if row:
        ends: Sequence[int | None] = row.ends
        return ends
    listed = Topic.objects.filter(cluster=kafka_cluster, name=topic_name).first()
    return [None] * listed.partitions if listed else None


def topic_consumers(name: str, topic_name: str) -> Answer:
    """List the groups that have a topic; none for an unknown topic."""
    kafka_cluster = find(name)
    if kafka_cluster is None:
        return failed(404, "cluster not found")
    rows = WatchedGroup.objects.filter(cluster=kafka_cluster).values_list("name", "verdict")
    groups = sorted(group for group, verdict in rows if topic_name in verdict)
    return done("consumers of topic returned", consumers=groups)


def consumers(name: str) -> Answer:
    kafka_cluster = find(name)
    if kafka_cluster is None:
        return failed(404, "cluster not found")
    names = WatchedGroup.objects.filter(cluster=kafka_cluster).order_by("name").values_list("name", flat=True)
    return done("consumer list returned", consumers=list(names))


def consumer(name: str, group: str) -> Answer:
    """Return a group's windows. This bypasses the cache, as in Burrow."""
    kafka_cluster = find(name)
    windows = stored_state.read_group(kafka_cluster, group, now_ms()) if kafka_cluster else None
    if windows is None:
        return failed(404, "cluster or consumer not found")
    return done("consumer detail returned", topics=consumer_topics_form(windows))


def status(name: str, group: str) -> Answer:
    return group_status(name, group, show_all=False)


def lag(name: str, group: str) -> Answer:
    return group_status(name, group, show_all=True)


def group_status(name: str, group: str, *, show_all: bool) -> Answer:
    """Return a verdict; an unknown group's is NOTFOUND, which is not reported as an error."""
    kafka_cluster = find(name)
    if kafka_cluster is None:
        verdict = GroupStatus(name, group, Status.NOTFOUND, 1.0, (), 0, None, 0)
    else:
        verdict = cache_of(kafka_cluster).query(kafka_cluster.name, group, now_ms(), show_all=show_all)
    code, body = done("consumer status returned", status=group_status_form(verdict))
    return (404 if verdict.status is Status.NOTFOUND else code), body


def cache_of(kafka_cluster: Cluster) -> StatusCache:
    """Return this process's cache for a cluster, with the expiry of its settings."""
    expire = settings_of(kafka_cluster).expire_cache
    if (kafka_cluster.pk, expire) not in _caches:
        _caches[kafka_cluster.pk, expire] = StatusCache(
            lambda _, group, moment: stored_state.judge(Cluster.objects.get(pk=kafka_cluster.pk), group, moment), expire
        )
    return _caches[kafka_cluster.pk, expire]


def forget(name: str, group: str, topic_name: str = "") -> Answer:
    """Forget a group, or one topic of it. Kafka is not touched, and an unknown group is no error."""
    kafka_cluster = find(name)
    if kafka_cluster:
        forget_group(kafka_cluster, group, topic_name)
    return done("consumer group removed")


def ready() -> bool:
    """Tell whether every cluster's collectors have begun; never reverts, as in Burrow.

    A cluster that is out of reach counts as begun: the others need not wait for it.
    """
    if not _begun:
        untried = Q(lag_shards=None) | Q(lag_shards__ticked_at=None, lag_shards__error="")
        waiting = enabled_clusters().filter(untried).exclude(mirror__error__gt="")
        if Cluster.objects.exists() and not waiting.exists():
            _begun.add(True)
    return bool(_begun)


def loglevel() -> Answer:
    name = logging.getLevelName(logging.getLogger().level).lower()
    return done("log level returned", level={"warning": "warn", "critical": "fatal"}.get(name, name))


def set_loglevel(body: Any) -> Answer:
    if not isinstance(body, dict) or not isinstance(body.get("level", ""), str):
        return failed(400, "could not decode message body")
    level = LEVELS.get(body.get("level", "").lower())
    if level is None:
        return failed(404, "unknown log level")
    logging.getLogger().setLevel(level)
    return done("set log level")


def now_ms() -> int:
    return time.time_ns() // 1_000_000
