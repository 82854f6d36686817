"""In what a cluster differs from a manifest. Pure: the manifest and what the cluster has in, differences out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from clusters.gateway.access.acls import Acl
from clusters.gateway.quotas import Entity, Quotas
from clusters.gateway.topics import NewTopic
from clusters.manifests.present import Present, PresentTopic
from clusters.manifests.resources import ACLS, QUOTAS, TOPICS, USERS, Manifest, TopicSpec


@dataclass(frozen=True)
class TopicMissing:
    topic: NewTopic


@dataclass(frozen=True)
class ConfigsDiffer:
    """Configs to set, and own ones that are not listed, to reset."""

    topic: str
    changed: Mapping[str, str] = field(default_factory=dict)
    reset: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartitionsMissing:
    topic: str
    present: int
    total: int


@dataclass(frozen=True)
class Factor:
    """A topic's replication factor: the present one in words, since partitions may have different ones."""

    present: str
    expected: int


@dataclass(frozen=True)
class ReplicationDiffers:
    """The topics of which some partition has another number of replicas: one reassignment ends it for all."""

    factors: Mapping[str, Factor]


@dataclass(frozen=True)
class TopicNotListed:
    topic: str


@dataclass(frozen=True)
class AclsMissing:
    """The ACLs that a principal lacks."""

    principal: str
    acls: tuple[Acl, ...]


@dataclass(frozen=True)
class AclNotListed:
    acl: Acl


@dataclass(frozen=True)
class QuotasDiffer:
    """The rates of an entity to set; None removes one."""

    entity: Entity
    values: Mapping[str, float | None]


@dataclass(frozen=True)
class CredentialsNotListed:
    user: str
    mechanisms: tuple[str, ...]


@dataclass(frozen=True)
class CannotApply:
    """A difference that applying a file does not end: what it is about, and why."""

    name: str
    reason: str
    section: str = TOPICS
    resource: str = ""


Difference = (
    TopicMissing
    | ConfigsDiffer
    | PartitionsMissing
    | ReplicationDiffers
    | TopicNotListed
    | AclsMissing
    | AclNotListed
    | QuotasDiffer
    | CredentialsNotListed
    | CannotApply
)

PASSWORDS_MISSING = "Files have no passwords: create it on the page Users or with kafkaadmin users create."
NO_NUMBERS = (
    "It does not exist, the file does not say how many partitions and replicas it shall have, and brokers do not tell "
    "their defaults."
)
FEWER = "It has {} partitions and the file says {}: partitions can't be removed."


def differences(manifest: Manifest, present: Present, *, remove: bool) -> list[Difference]:
    """Return what differs, in the order that it is applied in.

    Args:
        manifest: what the cluster shall have.
        present: what it has.
        remove: whether what the manifest does not list is to be removed, as far as it lists all of a kind.
    """
    return [
        *topic_differences(manifest, present, remove=remove),
        *user_differences(manifest, present, remove=remove),
        *acl_differences(manifest, present, remove=remove),
        *quota_differences(manifest, present, remove=remove),
    ]


def topic_differences(manifest: Manifest, present: Present, *, remove: bool) -> Iterator[Difference]:
    for name, spec in sorted(manifest.topics.items()):
        topic = present.topics.get(name)
        if topic is None:
            yield missing(name, spec, present.defaults)
        else:
            yield from changes(name, spec, topic, remove=remove)
    factors = ((name, factor_of(name, spec, present)) for name, spec in sorted(manifest.topics.items()))
    if differing := {name: factor for name, factor in factors if factor}:
        yield ReplicationDiffers(differing)
    if remove and TOPICS in manifest.sections:
        surplus = sorted(present.topics.keys() - manifest.topics.keys())
        yield from (TopicNotListed(name) for name in surplus if not name.startswith(manifest.spared))


def missing(name: str, spec: TopicSpec, defaults: TopicSpec) -> Difference:
    partitions = spec.partitions or defaults.partitions
    replication_factor = spec.replication_factor or defaults.replication_factor
    if not partitions or not replication_factor:
        return CannotApply(f"topic {name}", NO_NUMBERS, TOPICS, name)
    return TopicMissing(NewTopic(name, partitions, replication_factor, spec.configs))


def changes(name: str, spec: TopicSpec, topic: PresentTopic, *, remove: bool) -> Iterator[Difference]:
    """Yield what differs of a topic that there is."""
    values = {entry.name: entry.value for entry in topic.entries}
    changed = {key: value for key, value in spec.configs.items() if values.get(key) != value}
    reset = tuple(sorted(topic.own.keys() - spec.configs.keys())) if remove else ()
    if changed or reset:
        yield ConfigsDiffer(name, changed, reset)
    if spec.partitions is not None and spec.partitions > topic.partitions:
        yield PartitionsMissing(name, topic.partitions, spec.partitions)
    if spec.partitions is not None and spec.partitions < topic.partitions:
        reason = FEWER.format(topic.partitions, spec.partitions)
        yield CannotApply(f"topic {name}", reason, TOPICS, name)


def factor_of(name: str, spec: TopicSpec, present: Present) -> Factor | None:
    """Return the replication factor that a topic shall have, unless all of its partitions have it."""
    topic, expected = present.topics.get(name), spec.replication_factor
    if topic is None or expected is None or topic.replication == (expected, expected):
        return None
    return Factor(topic.replication_words, expected)


def user_differences(manifest: Manifest, present: Present, *, remove: bool) -> Iterator[Difference]:
    mechanisms: dict[str, set[str]] = {}
    for credential in present.credentials:
        mechanisms.setdefault(credential.user, set()).add(credential.mechanism)
    for name, listed in sorted(manifest.users.items()):
        for mechanism in sorted(listed - mechanisms.get(name, set())):
            yield CannotApply(f"user {name} ({mechanism})", PASSWORDS_MISSING, USERS, name)
    if remove and USERS in manifest.sections:
        for name, held in sorted(mechanisms.items()):
            surplus = held - manifest.users.get(name, frozenset())
            if surplus:
                yield CredentialsNotListed(name, tuple(sorted(surplus)))


def acl_differences(manifest: Manifest, present: Present, *, remove: bool) -> Iterator[Difference]:
    lacking: dict[str, list[Acl]] = {}
    for acl in sorted(manifest.acls - present.acls):
        lacking.setdefault(acl.principal, []).append(acl)
    for principal, acls in lacking.items():
        yield AclsMissing(principal, tuple(acls))
    if remove:
        for acl in sorted(present.acls - manifest.acls):
            if ACLS in manifest.sections or acl.principal in manifest.principals:
                yield AclNotListed(acl)


def quota_differences(manifest: Manifest, present: Present, *, remove: bool) -> Iterator[Difference]:
    for entity, rates in manifest.quotas.items():
        values = rate_changes(rates, present.quotas.get(entity, {}), remove=remove)
        if values:
            yield QuotasDiffer(entity, values)
    if remove and QUOTAS in manifest.sections:
        for entity, rates in present.quotas.items():
            if entity not in manifest.quotas:
                yield QuotasDiffer(entity, dict.fromkeys(rates))


def rate_changes(rates: Quotas, present: Quotas, *, remove: bool) -> dict[str, float | None]:
    changed: dict[str, float | None] = {name: rate for name, rate in rates.items() if present.get(name) != rate}
    return {**changed, **dict.fromkeys(present.keys() - rates.keys())} if remove else changed
