"""Configs of groups (KIP-848, KIP-932, KIP-1071): what brokers then do for a group, whatever its clients say."""

from collections.abc import Collection, Mapping

from clusters.gateway import configs
from clusters.gateway.clients.connection import Connection
from clusters.gateway.configs import GROUP, ConfigEntry, described, entry
from clusters.gateway.errors import InvalidRequest, Unsupported

TIMEOUT = 5.0
COMMON = "errors."  # begins the names of configs that are no one type's


def describe(connection: Connection, group: str, kind: str, *, timeout: float = TIMEOUT) -> tuple[ConfigEntry, ...]:
    """Return the configs of a group that concern its type, sorted by name; whether or not there is such a group.

    Raises:
        Unsupported: the brokers, before Kafka 3.8, have none.
        KafkaFailure: with the cause.
    """
    try:
        entries = [entry(config) for config in described(connection, GROUP, group, timeout)]
    except InvalidRequest as refusal:
        raise Unsupported("Kafka has configs of groups as of version 3.8.", refusal.advice) from refusal
    prefixes = (f"{kind}.", COMMON) if kind == "share" else (f"{kind}.",)
    chosen = [config for config in entries if config.name.startswith(prefixes)]
    return tuple(sorted(chosen, key=lambda config: config.name))


def alter(
    connection: Connection,
    group: str,
    *,
    set: Mapping[str, str],
    delete: Collection[str] = (),
    validate_only: bool = False,
    timeout: float = TIMEOUT,
) -> None:
    """Set some configs of a group, and reset others to their default; the rest stays unchanged.

    Returns once all brokers report the new values; with ``validate_only``, once Kafka finds that it would take them.

    Raises:
        InvalidRequest: Kafka refuses a name or value; ``field`` is ``config:<key>`` if it says which one.
        KafkaFailure: with the cause.
    """
    with configs.named_key(set, delete):
        configs.alter_by_protocol(connection, GROUP, group, set, delete, timeout, validate_only=validate_only)
    if not validate_only:
        configs.await_values(connection, GROUP, group, set, delete)
