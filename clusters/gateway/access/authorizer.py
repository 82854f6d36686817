"""How brokers authorize: the class, its super users, and what holds where there is no ACL."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from clusters.gateway import configs
from clusters.gateway.clients.connection import Connection

TIMEOUT = 5.0
CLASS, SUPER_USERS, ALLOW_EVERYONE = "authorizer.class.name", "super.users", "allow.everyone.if.no.acl.found"
KEYS = (CLASS, SUPER_USERS, ALLOW_EVERYONE)
# Kafka's own classes, whose defaults are known: no super users, nobody is allowed where there is no ACL.
OWN_CLASSES = frozenset({
    "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "kafka.security.authorizer.AclAuthorizer",
    "kafka.security.auth.SimpleAclAuthorizer",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class AuthorizerConfig:
    """The authorizer's configs; what brokers do not show is None, and the class is empty."""

    class_name: str = ""
    super_users: tuple[str, ...] | None = None
    allow_everyone: bool | None = None


def describe(connection: Connection, broker: int, *, timeout: float = TIMEOUT) -> AuthorizerConfig:
    """Ask one broker how it authorizes.

    Raises:
        KafkaFailure: with the cause.
    """
    return parsed(configs.described(connection, configs.BROKER, str(broker), timeout, KEYS))


def parsed(entries: Iterable[Any]) -> AuthorizerConfig:
    """Return the authorizer's configs.

    A broker takes configs that it does not define itself for secrets, and hides their values (KafkaConfig.
    maybeSensitive), as those of an authorizer; where one is not set at all, it is not listed.
    """
    values = {config.name: config.value for config in entries}
    defaults = {SUPER_USERS: "", ALLOW_EVERYONE: "false"} if values.get(CLASS) in OWN_CLASSES else {}
    values = {**defaults, **values}
    users, everyone = values.get(SUPER_USERS), values.get(ALLOW_EVERYONE)
    return AuthorizerConfig(
        class_name=values.get(CLASS) or "",
        super_users=None if users is None else tuple(sorted(filter(None, map(str.strip, users.split(";"))))),
        allow_everyone=None if everyone is None else everyone.strip().lower() == "true",
    )
