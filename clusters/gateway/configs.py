"""Configs of topics and brokers: value, default, source; and changing them one by one (KIP-339)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka.admin import (
    AlterConfigOpType,
    ConfigResource,
    ConfigSource,
    ResourceType,
)
from confluent_kafka.admin import (
    ConfigEntry as LibraryEntry,
)

from clusters.gateway import clients
from clusters.gateway.connection import Connection
from clusters.gateway.errors import InvalidRequest

TIMEOUT = 5.0
BATCH = 500  # topics per request
OWN_LEVELS = {"DYNAMIC_TOPIC_CONFIG", "DYNAMIC_BROKER_CONFIG", "DYNAMIC_GROUP_CONFIG"}


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """One config. ``default`` is what it would be if it were not set here; None where Kafka does not say."""

    name: str
    value: str | None
    default: str | None
    source: str
    read_only: bool
    sensitive: bool


def entry(found: Any) -> ConfigEntry:
    """Return our entry for the library's; the default is the value of the next level below its own."""
    source = source_name(found.source)
    below = [one for one in found.synonyms.values() if source_name(one.source) != source]
    default = below[0].value if below and source in OWN_LEVELS else (None if source in OWN_LEVELS else found.value)
    return ConfigEntry(found.name, found.value, default, source, bool(found.is_read_only), bool(found.is_sensitive))


def source_name(source: Any) -> str:
    """Return Kafka's name of a config's source."""
    try:
        return ConfigSource(source).name
    except ValueError:
        return "UNKNOWN_CONFIG"


def describe(connection: Connection, kind: Any, name: str, timeout: float = TIMEOUT) -> tuple[ConfigEntry, ...]:
    """Return all configs of one resource.

    Raises:
        KafkaFailure: with the cause.
    """
    admin = clients.admin(connection)
    resource = ConfigResource(kind, name)
    futures = admin.client.describe_configs([resource], request_timeout=timeout)
    found = clients.result(admin, futures[resource], timeout + 0.5, subject=name)
    return tuple(entry(one) for one in found.values())


def describe_topic(connection: Connection, name: str, *, timeout: float = TIMEOUT) -> tuple[ConfigEntry, ...]:
    """Return all configs of a topic."""
    return describe(connection, ResourceType.TOPIC, name, timeout)


def describe_topics(
    connection: Connection, names: Collection[str], keys: Collection[str], *, timeout: float = 20.0
) -> dict[str, dict[str, str | None]]:
    """Return the values of some configs of many topics, by topic and key. Topics that failed are left out.

    Raises:
        KafkaFailure: no request could be sent at all.
    """
    wanted = sorted(names)
    found: dict[str, dict[str, str | None]] = {}
    for start in range(0, len(wanted), BATCH):
        found |= describe_batch(connection, wanted[start : start + BATCH], list(keys), timeout)
    return found


def describe_batch(
    connection: Connection, names: list[str], keys: list[str], timeout: float
) -> dict[str, dict[str, str | None]]:
    """Ask for some configs of one batch of topics, only those keys travelling."""
    from kafka.admin import ConfigResource as PythonResource
    from kafka.admin import ConfigResourceType

    resources = [PythonResource(ConfigResourceType.TOPIC, name, configs=keys) for name in names]
    answer = clients.ask(connection, lambda client: client.describe_configs(resources, config_filter="all"))
    return {
        name: {key: values[key].get("value") for key in keys if key in values}
        for name, values in answer.get("topic", {}).items()
    }


def alter_topic(
    connection: Connection,
    name: str,
    *,
    set: Mapping[str, str],
    delete: Collection[str] = (),
    timeout: float = TIMEOUT,
) -> None:
    """Set some configs of a topic, and put others back to their default; the rest stays as it is.

    Raises:
        InvalidRequest: Kafka refuses a name or value; ``field`` is ``config:<key>`` where it says which.
        KafkaFailure: with the cause.
    """
    operations = [LibraryEntry(key, value, incremental_operation=AlterConfigOpType.SET) for key, value in set.items()]
    operations += [LibraryEntry(key, None, incremental_operation=AlterConfigOpType.DELETE) for key in delete]
    alter(
        connection,
        ConfigResource(ResourceType.TOPIC, name, incremental_configs=operations),
        [*set, *delete],
        timeout,
    )


def alter(connection: Connection, resource: Any, keys: Iterable[str], timeout: float) -> None:
    """Send one incremental change."""
    admin = clients.admin(connection)
    try:
        futures = admin.client.incremental_alter_configs([resource], request_timeout=timeout)
        clients.result(admin, futures[resource], timeout + 0.5)
    except InvalidRequest as refusal:
        named = next((key for key in keys if key in refusal.sentence), None)
        refusal.field = f"config:{named}" if named else "configs"
        raise
