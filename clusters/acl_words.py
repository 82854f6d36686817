"""ACLs in the words of the audit log's steps, which they are read back from. Pure."""

import re

from clusters.gateway.access.acls import Acl

ANY_HOST = "any host"
STEP = re.compile(r"(\w+) (\w+) on (\w+) (.*) from (any host|\S+)", re.DOTALL)


def words(acl: Acl) -> str:
    name = f"{acl.resource_name}…" if acl.pattern_type == "PREFIXED" else acl.resource_name
    host = ANY_HOST if acl.host == "*" else acl.host
    return f"{acl.permission} {acl.operation} on {acl.resource_type} {name} from {host}"


def read_words(principal: str, text: str, resource: str) -> Acl | None:
    """Return the ACL that a step is about; None where it can't be read.

    A name may end as the words of a prefix do: the ``resource`` of the audit entry is the name without them.
    """
    match = STEP.fullmatch(text)
    if match is None:
        return None
    permission, operation, resource_type, name, host = match.groups()
    is_prefix = name.endswith("…") and name != resource
    return Acl(
        principal, "*" if host == ANY_HOST else host, operation, permission, resource_type,
        name.removesuffix("…") if is_prefix else name, "PREFIXED" if is_prefix else "LITERAL",
    )  # fmt: skip
