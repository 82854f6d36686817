"""ACLs that nobody seems to need: for names that are not there now, and for users that are not known. Pure."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from clusters.authorizer.patterns import WILDCARD
from clusters.gateway.access.acls import Acl

USER = "User:"
EVERYONE = "User:*"
NO_NAME, NO_PREFIX = "no {} of this name now", "no {} begins with this now"
NO_USER = "no SCRAM user of this name; other ways to authenticate are not known here"


@dataclass(frozen=True)
class Names:
    """Sorted names by resource type, of those types that are known; and the known users, None where they are not."""

    by_type: Mapping[str, Sequence[str]] = field(default_factory=dict)
    users: Set[str] | None = None


def unused_reason(acl: Acl, names: Names) -> str:
    """Return why an ACL seems to be unused; an empty text where nothing says so.

    What denies, or lets somebody create a resource, is of use before the resource is there.
    """
    if acl.permission != "ALLOW":
        return ""
    present = names.by_type.get(acl.resource_type)
    if present is not None and acl.operation != "CREATE" and acl.resource_name != WILDCARD:
        is_there = has_prefix if acl.pattern_type == "PREFIXED" else has_name
        if not is_there(present, acl.resource_name):
            sentence = NO_PREFIX if acl.pattern_type == "PREFIXED" else NO_NAME
            return sentence.format(acl.resource_type.lower())
    return NO_USER if is_unknown_user(acl.principal, names.users) else ""


def has_name(names: Sequence[str], name: str) -> bool:
    place = bisect_left(names, name)
    return place < len(names) and names[place] == name


def has_prefix(names: Sequence[str], prefix: str) -> bool:
    place = bisect_left(names, prefix)
    return place < len(names) and names[place].startswith(prefix)


def is_unknown_user(principal: str, users: Set[str] | None) -> bool:
    """Tell whether a user is not known; names of certificates (``CN=…``) are not expected to be."""
    if not users or principal == EVERYONE or not principal.startswith(USER) or "=" in principal:
        return False
    return principal.removeprefix(USER) not in users
