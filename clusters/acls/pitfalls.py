"""Entries that do not mean to Kafka what they seem to: it knows one wildcard, and compares all else as text. Pure."""

import re
from collections.abc import Callable

from clusters.authorizer.hosts import network, written_by_java
from clusters.gateway.access.acls import Acl

USER = "User"
IN_NO_TOPIC = re.compile(r"[^a-zA-Z0-9._-]")  # characters


def pattern_pitfall(acl: Acl) -> str:
    """Return what a name with an asterisk means: only LITERAL ``*`` is the wildcard."""
    name = acl.resource_name
    if "*" not in name or (acl.pattern_type, name) == ("LITERAL", "*"):
        return ""
    if acl.pattern_type == "PREFIXED":
        prefix = name.partition("*")[0]
        advice = f"names that start with “{prefix}”, omit the *" if prefix else "all names, use LITERAL *"
        return (
            f"PREFIXED {name} is not a wildcard: it only covers names that start with “{name}” literally. For {advice}."
        )
    return (
        f"LITERAL {name} is not a wildcard: it only covers the name “{name}” itself. For all names with this "
        f"prefix, use PREFIXED {name.partition('*')[0] or '…'}; for all names, use LITERAL *."
    )


def topic_pitfall(acl: Acl) -> str:
    """Return which character no topic's name has; patterns of other tools do."""
    character = IN_NO_TOPIC.search(acl.resource_name.replace("*", ""))
    if acl.resource_type != "TOPIC" or not character:
        return ""
    return f"“{character[0]}” is not legal in topic names: {acl.pattern_type} {acl.resource_name} covers no topic."


def host_pitfall(acl: Acl) -> str:
    """Return what a host means that is not an address as brokers write it."""
    if acl.host in ("*", written_by_java(acl.host)):
        return ""
    reason = f"Kafka compares the host “{acl.host}” with the client's IP address as text"
    if address := written_by_java(acl.host):
        return f"{reason}, which it writes as {address}. Use that."
    if network(acl.host):
        return f"{reason} before 4.4, where networks match no client; from 4.4 on (KIP-1276) it is a network."
    return f"{reason}: host names and patterns match no client. Create an ACL per address, or use * for any."


def principal_pitfall(acl: Acl) -> str:
    """Return what a principal means that is neither a user as Kafka names them nor everyone."""
    kind, _, name = acl.principal.partition(":")
    if kind != USER and kind.lower() == USER.lower():
        return f"Kafka's principal type is “User”: “{kind}:” matches nobody. Use User:{name}."
    if kind != USER:
        return (
            f"Kafka itself only knows users: {acl.principal} matches nobody unless a custom principal builder is used."
        )
    if "*" in name and name != "*":
        return (
            f"Kafka compares principals as text: {acl.principal} only matches a user named “{name}”. User:* is "
            "everyone."
        )
    return f"The user “{name}” starts or ends with a space." if name != name.strip() else ""


RULES: tuple[Callable[[Acl], str], ...] = (pattern_pitfall, topic_pitfall, host_pitfall, principal_pitfall)


def pitfalls(acl: Acl) -> list[str]:
    """Return a sentence for everything in an entry that Kafka takes otherwise than most people."""
    return [sentence for rule in RULES if (sentence := rule(acl))]
