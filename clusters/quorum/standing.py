"""How far each node is behind in the metadata log, and what is wrong with the quorum. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from clusters.gateway.kraft.quorum import MetadataQuorum, MetadataReplica

BEHIND = 10  # seconds; controllers fetch several times a second


@dataclass(frozen=True)
class Standing:
    """A node in the quorum. ``records`` and ``seconds`` say how far it is behind the leader; None where unknown."""

    replica: MetadataReplica
    is_leader: bool
    records: int | None
    seconds: float | None

    @property
    def is_behind(self) -> bool:
        return self.seconds is not None and self.seconds > BEHIND


def standings(replicas: Iterable[MetadataReplica], quorum: MetadataQuorum) -> list[Standing]:
    """Return the standing of voters or observers; the leader's own clock is what the others are compared with."""
    leader = next((voter for voter in quorum.voters if voter.node_id == quorum.leader), None)
    return [
        Standing(
            replica,
            replica.node_id == quorum.leader,
            difference(leader.end_offset if leader else None, replica.end_offset),
            in_seconds(difference(leader.caught_up_at if leader else None, replica.caught_up_at)),
        )
        for replica in replicas
    ]


def difference(ahead: int | None, behind: int | None) -> int | None:
    return None if ahead is None or behind is None else max(0, ahead - behind)


def in_seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def problems(voters: Iterable[Standing]) -> list[str]:
    """Return what is wrong, in sentences."""
    nodes = list(voters)
    behind = [str(node.replica.node_id) for node in nodes if node.is_behind]
    if not any(node.is_leader for node in nodes):
        return ["The quorum has no leader: no topic, ACL or config can be changed until there is one."]
    if not behind:
        return []
    spare = (len(nodes) - 1) // 2 - len(behind)
    names = f"Controller{'s' if len(behind) > 1 else ''} {', '.join(behind)}"
    more = f"{spare} more may fail" if spare > 0 else "none more may fail"
    return [f"{names} did not catch up for more than {BEHIND} s: {more} before nothing can be changed."]
