"""Reading the topics to compare: a describe-configs for each cluster, and what the inventory knows of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.http import HttpRequest

from clusters.access import may_exist, sees, visible_clusters
from clusters.gateway import configs
from clusters.gateway.errors import Conflict, InvalidRequest, KafkaFailure, NotFound
from clusters.models import Cluster, Topic
from clusters.topics.comparing.comparison import Alignment, ComparedTopic, align
from clusters.topics.planning import plan_configs
from core.plan import Plan

MOST = 10
NOT_THERE = "There is no such topic, or you don't have access to it."
GONE = "There is no such topic."
TOO_MANY = f"At most {MOST} topics are compared."
SAME = "No change: {} has these configs already."


def keys_of(cluster: Cluster, texts: Iterable[str]) -> list[tuple[str, str]]:
    """Return cluster and topic of each ``topic`` or ``cluster/topic``, once each.

    Raises:
        InvalidRequest: there are too many.
    """
    pairs = [text.strip().rpartition("/")[::2] for text in texts if text.strip()]
    keys = list(dict.fromkeys((slug or cluster.slug, topic) for slug, topic in pairs))
    if len(keys) > MOST:
        raise InvalidRequest(TOO_MANY)
    return keys


def compared_topics(request: HttpRequest, keys: Sequence[tuple[str, str]]) -> list[ComparedTopic]:
    """Read topics of the clusters that the person may see; what cannot be read says why."""
    clusters = {cluster.slug: cluster for cluster in visible_clusters(request)}
    topics: dict[tuple[str, str], ComparedTopic] = {}
    for slug in dict.fromkeys(slug for slug, _ in keys):
        names = [topic for of_cluster, topic in keys if of_cluster == slug]
        cluster = clusters.get(slug)
        seen = [name for name in names if cluster and is_visible(request, cluster, name)]
        topics |= {(slug, name): ComparedTopic(slug, slug, name, problem=NOT_THERE) for name in names}
        if cluster and seen:
            topics |= {(slug, topic.topic): topic for topic in of_cluster_named(cluster, seen)}
    return [topics[key] for key in keys]


def is_visible(request: HttpRequest, cluster: Cluster, topic: str) -> bool:
    return may_exist(topic) and sees(request, cluster, "topics.view", topic)


def of_cluster_named(cluster: Cluster, names: Sequence[str]) -> list[ComparedTopic]:
    """Read some topics of one cluster."""
    try:
        entries = configs.entries_of_topics(cluster.connection(), names, lambda _topic, _entry: True, timeout=5.0)
        problem = GONE
    except KafkaFailure as failure:
        entries, problem = {}, failure.sentence
    rows = Topic.objects.filter(cluster=cluster, name__in=names).values_list("name", "partitions", "replication")
    numbers = {name: (partitions, replication) for name, partitions, replication in rows}
    topics = []
    for name in names:
        topic = ComparedTopic(cluster.slug, cluster.name, name, problem=problem)
        if name in entries:
            partitions, replication = numbers.get(name, (None, None))
            ordered = tuple(sorted(entries[name], key=lambda entry: entry.name))
            topic = replace(topic, entries=ordered, partitions=partitions, replication=replication, problem="")
        topics.append(topic)
    return topics


def plan_alignment(
    request: HttpRequest, cluster: Cluster, topic: str, source: str, names: Iterable[str]
) -> tuple[Alignment, Plan]:
    """Plan to give a topic the configs of another one, as any other change of its configs.

    Raises:
        NotFound: the other one cannot be read.
        Conflict: they are the same already.
        KafkaFailure: with the cause.
    """
    keys = keys_of(cluster, [source])
    if not keys:
        raise NotFound("Name the topic whose configs to take over.")
    (model,) = compared_topics(request, keys)
    if model.problem:
        raise NotFound(f"{model.key}: {model.problem}")
    # Alone, a topic is described with what each config inherits where the brokers do not say it of the topic.
    target = ComparedTopic(cluster.slug, cluster.name, topic, configs.describe_topic(cluster.connection(), topic))
    alignment = align(model, target, set(names))
    plan = plan_configs(cluster.connection(), topic, target.entries, alignment.changed, alignment.reset)
    if not plan.steps:
        raise Conflict(SAME.format(topic))
    return alignment, plan
