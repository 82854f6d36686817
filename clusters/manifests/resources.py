"""What a manifest says a cluster shall have. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from clusters.gateway.access.acls import Acl
from clusters.gateway.quotas import Entity, Quotas

TOPICS, ACLS, USERS, QUOTAS = "topics", "acls", "users", "quotas"
SECTIONS = (TOPICS, USERS, ACLS, QUOTAS)  # in the order that they are applied in


@dataclass(frozen=True)
class TopicSpec:
    """A topic as it shall be; what is None or not named stays as it is, or is the broker's default."""

    partitions: int | None = None
    replication_factor: int | None = None
    configs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """What a cluster shall have.

    Only what belongs to ``sections`` may be removed as not listed, and ACLs of ``principals``, all of whose ACLs are
    listed. Topics whose name begins with one of ``spared`` are not removed. ``remarks`` say what of a file was not
    read, and why.
    """

    topics: Mapping[str, TopicSpec] = field(default_factory=dict)
    acls: frozenset[Acl] = frozenset()
    users: Mapping[str, frozenset[str]] = field(default_factory=dict)  # mechanisms by name
    quotas: Mapping[Entity, Quotas] = field(default_factory=dict)
    sections: frozenset[str] = frozenset()
    principals: frozenset[str] = frozenset()
    spared: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many things it lists."""
        return len(self.topics) + len(self.acls) + len(self.users) + len(self.quotas)


class NotAManifest(ValueError):
    """A file that cannot be read as a manifest; the message says where and why."""
