"""What a cluster has, mostly from the inventory; only listed topics' replicas and configs are asked of Kafka."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from clusters.gateway import configs
from clusters.gateway.topics import list_topics
from clusters.inventory.access import acl_of
from clusters.manifests.present import Present, PresentTopic, own_or_listed, present_topic, read_defaults
from clusters.manifests.resources import ACLS, QUOTAS, TOPICS, USERS, Manifest
from clusters.models import AclEntry, ClientQuota, Cluster, Mirror, ScramUser, Topic
from clusters.quotas.queries import entity_of, values_of
from clusters.users.queries import stored

NOT_READ = {ACLS: "acls_error", USERS: "users_error", QUOTAS: "quotas_error"}


@dataclass(frozen=True)
class Known:
    """What is known of a cluster, and of which sections nothing is, with the reason."""

    present: Present
    unread: dict[str, str]


def known(cluster: Cluster, mirror: Mirror, manifest: Manifest, sections: Collection[str]) -> Known:
    """Return what a manifest's sections are compared with.

    Raises:
        KafkaFailure: the configs of its topics cannot be read.
    """
    errors = {section: getattr(mirror, field) for section, field in NOT_READ.items() if section in sections}
    unread = {section: error for section, error in errors.items() if error}
    readable = set(sections) - unread.keys()
    present = Present(
        topics_of(cluster, manifest) if TOPICS in readable else {},
        frozenset(map(acl_of, AclEntry.objects.filter(cluster=cluster))) if ACLS in readable else frozenset(),
        tuple(credential for row in ScramUser.objects.filter(cluster=cluster) for credential in stored(row))
        if USERS in readable
        else (),
        {entity_of(row): values_of(row) for row in ClientQuota.objects.filter(cluster=cluster)}
        if QUOTAS in readable
        else {},
    )
    new = [spec for name, spec in manifest.topics.items() if name not in present.topics]
    if not all(spec.partitions and spec.replication_factor for spec in new):
        present = replace(present, defaults=read_defaults(cluster.connection()))
    return Known(present, unread)


def topics_of(cluster: Cluster, manifest: Manifest) -> dict[str, PresentTopic]:
    """Return all topics by name; those that are listed with their configs, some hundred of them a request."""
    rows = Topic.objects.filter(cluster=cluster, internal=False).values_list("name", "partitions", "replication")
    topics = {name: PresentTopic(partitions, replication) for name, partitions, replication in rows}
    listed = topics.keys() & manifest.topics.keys()
    keys = {name: manifest.topics[name].configs.keys() for name in listed}
    if not listed:
        return topics
    connection = cluster.connection()
    # The inventory has the most replicas of a partition, and no more: a manifest is about each of them.
    live = {topic.name: present_topic(topic) for topic in list_topics(connection).topics if topic.name in listed}
    entries = configs.entries_of_topics(connection, listed, own_or_listed(keys))
    return topics | live | {name: replace(live.get(name, topics[name]), entries=own) for name, own in entries.items()}
