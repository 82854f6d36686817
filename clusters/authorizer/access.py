"""Who may do what with a resource: a row a principal, a cell an operation. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from clusters.authorizer.decisions import Decision, Reason, ResourceAcls
from clusters.authorizer.hosts import fits_a_client
from clusters.authorizer.words import decision_words

NAMED = 3  # hosts in a cell
NO_HOST = ""  # a host that no ACL names
# By whether it is allowed, and whether an ACL decides.
MARKS = {(True, True): "✓", (True, False): "✓", (False, True): "✗", (False, False): "–", (None, False): "?"}


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether an operation is allowed from hosts that no ACL names, and where it is otherwise."""

    operation: str
    decision: Decision
    exceptions: tuple[tuple[str, Decision], ...] = ()

    @property
    def mark(self) -> str:
        return MARKS[self.decision.allowed, self.decision.acl is not None]

    @property
    def word(self) -> str:
        """The mark, for those who do not see it."""
        return {"✓": "allowed", "✗": "denied", "–": "not allowed", "?": "not known"}[self.mark]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Each decision in words, with the operation and the host it is for."""
        general = f"{self.operation} {decision_words(self.decision)}"
        return (general, *(f"{self.operation} from {host} {decision_words(other)}" for host, other in self.exceptions))

    @property
    def sentence(self) -> str:
        return "; ".join(self.reasons)

    @property
    def exceptional_hosts(self) -> str:
        """The first of the hosts, and how many more there are."""
        hosts = ", ".join(host for host, _ in self.exceptions[:NAMED])
        more = len(self.exceptions) - NAMED
        return f"{hosts} and {more:,} more" if more > 0 else hosts

    @property
    def is_said(self) -> bool:
        """Whether an ACL says something about it, from some host."""
        return bool(self.exceptions) or self.decision.acl is not None


@dataclass(frozen=True, slots=True)
class PrincipalAccess:
    """What one principal may do with a resource."""

    principal: str
    is_super_user: bool
    cells: tuple[Cell, ...]


def cell(acls: ResourceAcls, principal: str, operation: str) -> Cell:
    elsewhere = acls.decide(principal, NO_HOST, operation)
    hosts = sorted({acl.host for acl in acls.of(principal)})
    decisions = [
        (host, acls.decide(principal, host, operation))
        for host in hosts
        if fits_a_client(host, networks=acls.settings.networks)
    ]
    different = tuple((host, decision) for host, decision in decisions if decision.allowed != elsewhere.allowed)
    return Cell(operation, elsewhere, different)


def access_of(acls: ResourceAcls, principal: str, operations: Collection[str]) -> PrincipalAccess:
    cells = tuple(cell(acls, principal, operation) for operation in operations)
    return PrincipalAccess(principal, cells[0].decision.reason is Reason.SUPER_USER, cells)


def principals_of(acls: ResourceAcls) -> list[str]:
    """Return the principals that an ACL on the resource names, and the super users."""
    return sorted({*acls.by_principal, *(acls.settings.super_users or ())})
