"""Whom new ACLs, or ACLs that go, may lock out: kafkaadmin itself, and everybody who had access without any. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field

from clusters.authorizer.decisions import EVERYONE, AuthorizerSettings
from clusters.authorizer.patterns import Pattern
from clusters.gateway.access.acls import Acl

DENIED = "kafkaadmin itself authenticates as {}: this DENY may take away its access to the cluster."
ALLOWED = "kafkaadmin itself authenticates as {}: without this ACL it may lose access to the cluster."
FIRST = (
    "The first ACL of {} {}: until now everybody had access, as brokers have allow.everyone.if.no.acl.found=true; from "
    "now on only super users, and whom an ACL allows it."
)


@dataclass(frozen=True)
class Surroundings:
    """The principal that kafkaadmin authenticates as, empty where it is not known, and the authorizer's settings."""

    own_principal: str = ""
    settings: AuthorizerSettings = field(default_factory=AuthorizerSettings)

    def concerns_us(self, acl: Acl) -> bool:
        """Tell whether an ACL is of kafkaadmin itself, which no ACL concerns where it is a super user."""
        if not self.own_principal or self.own_principal in (self.settings.super_users or ()):
            return False
        return acl.principal in (self.own_principal, EVERYONE)

    def of_created(self, new: Collection[Acl], present: Collection[Acl]) -> list[str]:
        """Return what to warn of before ACLs are created."""
        denies_us = any(acl.permission == "DENY" and self.concerns_us(acl) for acl in new)
        warnings = [DENIED.format(self.own_principal)] if denies_us else []
        if self.settings.allow_everyone:
            places = dict.fromkeys((acl.resource_type, acl.resource_name, acl.pattern_type) for acl in new)
            free = [place for place in places if not is_covered(Pattern.named(*place), present)]
            warnings += [FIRST.format(kind, name) for kind, name, _ in free]
        return warnings

    def of_deleted(self, acl: Acl) -> list[str]:
        """Return what to warn of before an ACL is deleted."""
        return [ALLOWED.format(self.own_principal)] if acl.permission == "ALLOW" and self.concerns_us(acl) else []


def is_covered(pattern: Pattern, acls: Collection[Acl]) -> bool:
    return any(pattern.is_covered_by(acl) for acl in acls)
