"""Differences as rows that are stored and shown, each with the time since when it is there. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import singledispatch
from typing import Any

from clusters.acl_words import words
from clusters.gateway.access.acls import Acl
from clusters.gateway.quotas import Quotas
from clusters.manifests.differences import (
    AclNotListed,
    AclsMissing,
    CannotApply,
    ConfigsDiffer,
    CredentialsNotListed,
    Difference,
    PartitionsMissing,
    QuotasDiffer,
    ReplicationDiffers,
    TopicMissing,
    TopicNotListed,
)
from clusters.manifests.present import Present
from clusters.manifests.resources import ACLS, QUOTAS, TOPICS, USERS
from clusters.quota_words import entity_words
from core.web.formats import plural

MOST = 500  # entries that are stored
Key = tuple[str, str, str, str | None, str | None]


@dataclass(frozen=True)
class DriftEntry:
    """One difference: what the manifest says and what the cluster has, None where there is nothing.

    ``section`` and ``resource`` say which grant covers it. A ``reason`` says why applying the manifest does not end it.
    """

    section: str
    resource: str
    name: str
    what: str
    expected: str | None = None
    present: str | None = None
    reason: str = ""
    since: str = ""

    @property
    def key(self) -> Key:
        """What makes it the same difference as before, though values may have changed."""
        surplus = self.present if self.expected is None else None
        return self.section, self.resource, self.what, self.expected, surplus


def entries_of(differences: Iterable[Difference], present: Present) -> list[DriftEntry]:
    return [entry for difference in differences for entry in entries(difference, present)]


def with_times(entries: Iterable[DriftEntry], former: Iterable[DriftEntry], now: str) -> list[DriftEntry]:
    """Return entries with the time since when each is there: now, unless it was there before."""
    times = {entry.key: entry.since for entry in former}
    return [replace(entry, since=times.get(entry.key) or now) for entry in entries]


def of_sections(entries: Iterable[DriftEntry], sections: Collection[str]) -> list[DriftEntry]:
    return [entry for entry in entries if entry.section in sections]


def loaded(rows: Iterable[dict[str, Any]]) -> list[DriftEntry]:
    """Return entries as they were stored."""
    return [DriftEntry(**row) for row in rows]


def stored(entries: Iterable[DriftEntry]) -> list[dict[str, Any]]:
    return [asdict(entry) for entry in entries]


@singledispatch
def entries(difference: Difference, present: Present) -> Iterator[DriftEntry]:
    """Yield a difference as entries."""
    raise TypeError(difference)


@entries.register
def _(difference: CannotApply, present: Present) -> Iterator[DriftEntry]:
    section, resource, name = difference.section, difference.resource, difference.name
    yield DriftEntry(section, resource, name, "cannot be applied", reason=difference.reason)


@entries.register
def _(difference: TopicMissing, present: Present) -> Iterator[DriftEntry]:
    topic = difference.topic
    shape = shape_of(topic.partitions, topic.replication_factor)
    yield DriftEntry(TOPICS, topic.name, f"topic {topic.name}", "topic", expected=shape)


@entries.register
def _(difference: TopicNotListed, present: Present) -> Iterator[DriftEntry]:
    topic = present.topics[difference.topic]
    shape = shape_of(topic.partitions, topic.replication_factor)
    yield DriftEntry(TOPICS, difference.topic, f"topic {difference.topic}", "topic", present=shape)


@entries.register
def _(difference: ConfigsDiffer, present: Present) -> Iterator[DriftEntry]:
    topic, name = difference.topic, f"topic {difference.topic}"
    values = {entry.name: entry.value for entry in present.topics[topic].entries}
    for key, value in sorted(difference.changed.items()):
        yield DriftEntry(TOPICS, topic, name, key, value, values.get(key))
    for key in difference.reset:
        yield DriftEntry(TOPICS, topic, name, key, None, values.get(key) or "")


@entries.register
def _(difference: PartitionsMissing, present: Present) -> Iterator[DriftEntry]:
    topic = difference.topic
    yield DriftEntry(TOPICS, topic, f"topic {topic}", "partitions", str(difference.total), str(difference.present))


@entries.register
def _(difference: ReplicationDiffers, present: Present) -> Iterator[DriftEntry]:
    for topic, factor in difference.factors.items():
        name = f"topic {topic}"
        yield DriftEntry(TOPICS, topic, name, "replication factor", str(factor.expected), factor.present)


@entries.register
def _(difference: AclsMissing, present: Present) -> Iterator[DriftEntry]:
    for acl in difference.acls:
        yield of_acl(acl, expected=words(acl))


@entries.register
def _(difference: AclNotListed, present: Present) -> Iterator[DriftEntry]:
    yield of_acl(difference.acl, present=words(difference.acl))


@entries.register
def _(difference: QuotasDiffer, present: Present) -> Iterator[DriftEntry]:
    entity = difference.entity
    rates: Quotas = present.quotas.get(entity, {})
    for name, value in sorted(difference.values.items()):
        expected, before = (None if rate is None else f"{rate:g}" for rate in (value, rates.get(name)))
        yield DriftEntry(QUOTAS, entity.resource, f"quotas of {entity_words(entity)}", name, expected, before)


@entries.register
def _(difference: CredentialsNotListed, present: Present) -> Iterator[DriftEntry]:
    for mechanism in difference.mechanisms:
        user = difference.user
        yield DriftEntry(USERS, user, f"user {user}", "credential", present=mechanism)


def of_acl(acl: Acl, *, expected: str | None = None, present: str | None = None) -> DriftEntry:
    return DriftEntry(ACLS, acl.resource_name, f"ACL of {acl.principal}", f"ACL of {acl.principal}", expected, present)


def shape_of(partitions: int, replication_factor: int) -> str:
    return f"{plural(partitions, 'partition')}, replication factor {replication_factor}"
