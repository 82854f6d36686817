"""Whether a principal may do something to a resource, and which ACL decides. Pure.

The rules, and the order of ACLs that settles which of several is named, are those of KRaft's StandardAuthorizer
(org.apache.kafka.metadata.authorizer.StandardAuthorizerData and StandardAcl). ZooKeeper's AclAuthorizer allows and
denies the same.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from clusters.authorizer.hosts import ANY_HOST, is_within
from clusters.authorizer.patterns import WILDCARD, Pattern
from clusters.gateway.access.acls import OPERATIONS, PATTERNS, Acl, number

EVERYONE = "User:*"
# Operations of an ALLOW that also allow another one. A DENY denies its own operation only.
IMPLIED_BY = {
    "DESCRIBE": frozenset({"DESCRIBE", "READ", "WRITE", "DELETE", "ALTER"}),
    "DESCRIBE_CONFIGS": frozenset({"DESCRIBE_CONFIGS", "ALTER_CONFIGS"}),
}


class Reason(StrEnum):
    """What a decision comes from."""

    SUPER_USER = "super user"
    ACL = "ACL"
    NO_MATCH = "no ACL matches"
    NO_ACL = "no ACL found: everyone allowed"
    NO_ACL_DENIED = "no ACL found"
    NO_ACL_UNKNOWN = "no ACL found; allow.everyone.if.no.acl.found is not known"


@dataclass(frozen=True, slots=True)
class AuthorizerSettings:
    """``super.users`` and ``allow.everyone.if.no.acl.found``; None where they are not known.

    ``networks`` is whether a host may be a network, as from Kafka 4.4 on (KIP-1276).
    """

    super_users: frozenset[str] | None = None
    allow_everyone: bool | None = None
    networks: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it is allowed, None if that is not known, and why. ``acl`` is the deciding one, if one decides."""

    allowed: bool | None
    reason: Reason
    acl: Acl | None = None


class ResourceAcls:
    """The ACLs that concern a resource, or each resource that begins with a prefix."""

    def __init__(self, acls: Iterable[Acl], settings: AuthorizerSettings, pattern: Pattern) -> None:
        self.settings, self.pattern = settings, pattern
        self.by_principal: dict[str, list[Acl]] = defaultdict(list)
        for acl in acls:
            if pattern.is_covered_by(acl):
                self.by_principal[acl.principal].append(acl)

    def of(self, principal: str) -> list[Acl]:
        """Return the ACLs of a principal and of everyone, which is also those whose type is not User."""
        principals = {principal, EVERYONE}
        return [acl for name in principals for acl in self.by_principal.get(name, ())]

    def decide(self, principal: str, host: str, operation: str) -> Decision:
        """Decide as the authorizer does. ``host`` is as brokers write it; empty is one that no ACL names."""
        if principal in (self.settings.super_users or ()):
            return Decision(True, Reason.SUPER_USER)
        if not self.by_principal:
            return self.without_acls()
        matching = [
            acl for acl in self.of(principal) if self.has_host(acl, host) and concerns_operation(acl, operation)
        ]
        denials = [acl for acl in matching if acl.permission != "ALLOW"]
        if denials:
            return Decision(False, Reason.ACL, min(denials, key=order))
        if matching:
            return Decision(True, Reason.ACL, max(matching, key=order))
        return Decision(False, Reason.NO_MATCH)

    def has_host(self, acl: Acl, host: str) -> bool:
        return acl.host in (ANY_HOST, host) or (self.settings.networks and is_within(host, acl.host))

    def without_acls(self) -> Decision:
        """Decide where no ACL covers the resource, for whomever."""
        reasons = {True: Reason.NO_ACL, False: Reason.NO_ACL_DENIED, None: Reason.NO_ACL_UNKNOWN}
        return Decision(self.settings.allow_everyone, reasons[self.settings.allow_everyone])


def concerns_operation(acl: Acl, operation: str) -> bool:
    """Tell whether an ACL allows or denies an operation (StandardAuthorizerData.findResult)."""
    if acl.operation == "ALL":
        return True
    implying = IMPLIED_BY.get(operation, frozenset()) if acl.permission == "ALLOW" else frozenset()
    return acl.operation == operation or acl.operation in implying


def order(acl: Acl) -> tuple[object, ...]:
    """Return an ACL's place among those that cover a resource: the first DENY is named, and the last ALLOW.

    StandardAcl.compareTo goes by name, backwards: all these names are beginnings of the resource's, so that the longest
    comes first, and the wildcard, which is before any other legal name, last.
    """
    return (
        -len(acl.resource_name),
        acl.resource_name == WILDCARD,
        number(PATTERNS, acl.pattern_type),
        number(OPERATIONS, acl.operation),
        acl.principal,
        acl.host,
    )
