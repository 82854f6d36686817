"""Which resources an ACL covers (StandardAuthorizerData.checkSection). Pure."""

from dataclasses import dataclass
from typing import Self

from clusters.gateway.access.acls import Acl

WILDCARD = "*"


@dataclass(frozen=True, slots=True, order=True)
class Pattern:
    """Resources of a type: the one with this name, or, as a prefix, all whose names begin with it."""

    resource_type: str
    name: str
    is_prefix: bool = False

    @classmethod
    def of(cls, acl: Acl) -> Self:
        """Return what an ACL covers."""
        return cls.named(acl.resource_type, acl.resource_name, acl.pattern_type)

    @classmethod
    def named(cls, resource_type: str, name: str, pattern_type: str) -> Self:
        """Return what Kafka's pattern covers; the wildcard covers what begins with an empty prefix."""
        if pattern_type == "LITERAL" and name == WILDCARD:
            return cls(resource_type, "", is_prefix=True)
        return cls(resource_type, name, pattern_type == "PREFIXED")

    def is_covered_by(self, acl: Acl) -> bool:
        """Tell whether an ACL covers each of these resources.

        LITERAL ``*`` leaves out what has a name beginning with an asterisk, as a group may: StandardAuthorizer skips it
        there as a LITERAL that is but a prefix of the name. AclAuthorizer does not, and is the same in all else.
        """
        if acl.resource_type != self.resource_type:
            return False
        if acl.pattern_type == "PREFIXED":
            return self.name.startswith(acl.resource_name)
        is_same = acl.resource_name == self.name and not self.is_prefix
        return is_same or (acl.resource_name == WILDCARD and not self.name.startswith(WILDCARD))

    def has_within(self, acl: Acl) -> bool:
        """Tell whether an ACL covers some of these resources, and not all."""
        if acl.resource_type != self.resource_type or not self.is_prefix or self.is_covered_by(acl):
            return False
        return acl.resource_name.startswith(self.name)
