"""Who may do what with a resource: a row a principal, a cell an operation. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from clusters.authorizer.decisions import Decision, Reason, ResourceAcls
from clusters.authorizer.hosts import fits_a_client

NO_HOST = ""  # a host that no ACL names


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether an operation is allowed from hosts that no ACL names, and where it is otherwise."""

    operation: str
    decision: Decision
    exceptions: tuple[tuple[str, Decision], ...] = ()

    @property
    def mark(self) -> str:
        """A sign for people who see: allowed, denied by an ACL, not allowed, not known."""
        if self.decision.allowed is None:
            return "?"
        return "✓" if self.decision.allowed else "✗" if self.decision.acl else "–"

    @property
    def word(self) -> str:
        return {"✓": "allowed", "✗": "denied", "–": "not allowed", "?": "not known"}[self.mark]

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


def by_principal(acls: ResourceAcls, operations: Collection[str]) -> list[PrincipalAccess]:
    """Return a row for each principal that an ACL on the resource names, and for each super user."""
    principals = {*acls.by_principal, *(acls.settings.super_users or ())}
    return [access_of(acls, principal, operations) for principal in sorted(principals)]
