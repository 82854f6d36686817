"""Decisions in words, for hovers, details and commands. Pure."""

from clusters.authorizer.decisions import Decision
from clusters.gateway.access.acls import Acl

WORDS = {True: "allowed", False: "not allowed", None: "not known"}


def acl_words(acl: Acl) -> str:
    """Return an ACL with all seven fields: ``ALLOW READ for User:a on TOPIC PREFIXED orders- from any host``."""
    host = "any host" if acl.host == "*" else acl.host
    resource = f"{acl.resource_type} {acl.pattern_type} {acl.resource_name}"
    return f"{acl.permission} {acl.operation} for {acl.principal} on {resource} from {host}"


def decision_words(decision: Decision) -> str:
    """Return a decision and what it comes from: ``allowed: super user``."""
    reason = acl_words(decision.acl) if decision.acl else str(decision.reason)
    return f"{WORDS[decision.allowed]}: {reason}"
