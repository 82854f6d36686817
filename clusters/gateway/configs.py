"""Configs of topics and brokers: value, default, source; and changing them incrementally (KIP-339)."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from confluent_kafka.admin import AlterConfigOpType, ConfigResource, ResourceType
from confluent_kafka.admin import ConfigEntry as LibraryEntry
from kafka.protocol.admin import DescribeConfigsRequest, IncrementalAlterConfigsRequest

from clusters.gateway import propagation
from clusters.gateway.clients import pool, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import InvalidRequest, KafkaFailure, NotFound

TIMEOUT = 5.0
BATCH = 500  # topics per request
UNKNOWN_TOPIC = 3
TOPIC, BROKER, GROUP = 2, 4, 32
# DescribeConfigsResponse.ConfigSource (org.apache.kafka.common.requests).
SOURCES = {
    1: "DYNAMIC_TOPIC_CONFIG",
    2: "DYNAMIC_BROKER_CONFIG",
    3: "DYNAMIC_DEFAULT_BROKER_CONFIG",
    4: "STATIC_BROKER_CONFIG",
    5: "DEFAULT_CONFIG",
    6: "DYNAMIC_BROKER_LOGGER_CONFIG",
    7: "CLIENT_METRICS_CONFIG",
    8: "GROUP_CONFIG",
}
SET_HERE = {"DYNAMIC_TOPIC_CONFIG", "DYNAMIC_BROKER_CONFIG", "DYNAMIC_DEFAULT_BROKER_CONFIG", "GROUP_CONFIG"}
OWN_LEVELS = {"DYNAMIC_TOPIC_CONFIG", "DYNAMIC_BROKER_CONFIG", "GROUP_CONFIG"}
# Broker configs that are a topic config's default in another unit, in milliseconds (ServerTopicConfigSynonyms).
UNITS = {
    "log.retention.minutes": 60_000,
    "log.retention.hours": 3_600_000,
    "log.roll.hours": 3_600_000,
    "log.roll.jitter.hours": 3_600_000,
}
INHERITED = {
    "retention.ms": ("log.retention.ms", "log.retention.minutes", "log.retention.hours"),
    "segment.ms": ("log.roll.ms", "log.roll.hours"),
    "segment.jitter.ms": ("log.roll.jitter.ms", "log.roll.jitter.hours"),
}


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """One config. ``default`` is its value if it were not set here; None where Kafka does not report it."""

    name: str
    value: str | None
    default: str | None
    source: str
    read_only: bool
    sensitive: bool


def entry(config: Any, fallback: Mapping[str, str] | None = None) -> ConfigEntry:
    """Convert one config of a response.

    Synonyms come in order of precedence; the first one from a lower level is the default.
    """
    source = SOURCES.get(config.config_source, "UNKNOWN")
    default = config.value
    if source in OWN_LEVELS:
        below = [
            in_unit_of(config.name, synonym)
            for synonym in config.synonyms or ()
            if SOURCES.get(synonym.source) not in OWN_LEVELS
        ]
        default = below[0] if below else (fallback or {}).get(config.name)
    return ConfigEntry(config.name, config.value, default, source, bool(config.read_only), bool(config.is_sensitive))


def in_unit_of(name: str, synonym: Any) -> str | None:
    """Return a synonym's value in a config's own unit: 168 of log.retention.hours is 604800000 of log.retention.ms."""
    value: str | None = synonym.value
    factor = 1 if synonym.name == name else UNITS.get(synonym.name, 1)
    return value if factor == 1 or value is None else str(int(value) * factor)


def request(kind: int, names: Iterable[str], keys: Iterable[str] | None = None, *, synonyms: bool = False) -> Any:
    """Return a request for the configs of some resources; all configs, or only the given keys."""
    config_keys = None if keys is None else list(keys)
    return DescribeConfigsRequest(
        resources=[(kind, name, config_keys) for name in names], include_synonyms=synonyms, min_version=1
    )


def described(
    connection: Connection, kind: int, name: str, timeout: float, keys: Iterable[str] | None = None
) -> list[Any]:
    """Return the configs of one resource from the response; only the broker itself reports a broker's configs.

    Raises:
        NotFound: there is no such resource.
        KafkaFailure: with the cause.
    """
    broker = int(name) if kind == BROKER else None
    response = protocol.send(connection, request(kind, [name], keys, synonyms=True), broker, timeout=timeout)
    (result,) = response.results
    protocol.raise_for_code(result.error_code, result.error_message, subject=name)
    return list(result.configs)


def describe_topic(connection: Connection, name: str, *, timeout: float = TIMEOUT) -> tuple[ConfigEntry, ...]:
    """Return all configs of a topic, sorted by name.

    Raises:
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """
    deadline = time.monotonic() + timeout
    entries = sorted(described(connection, TOPIC, name, timeout), key=lambda config: str(config.name))
    without_default = [config.name for config in entries if config.name in INHERITED and entry(config).default is None]
    fallback = inherited(connection, without_default, deadline - time.monotonic()) if without_default else {}
    return tuple(entry(config, fallback) for config in entries)


def inherited(connection: Connection, names: Collection[str], timeout: float) -> dict[str, str]:
    """Return brokers' defaults that Kafka omits because they have another unit; {} if not allowed to read them."""
    keys = [key for name in names for key in INHERITED[name]]
    try:
        first = pool.brokers(connection, timeout=timeout)[0]
        values_by_key = {
            config.name: config.value for config in described(connection, BROKER, str(first.id), timeout, keys)
        }
    except KafkaFailure:
        return {}
    values = {name: next((key for key in INHERITED[name] if values_by_key.get(key)), None) for name in names}
    return {name: str(int(values_by_key[key]) * UNITS.get(key, 1)) for name, key in values.items() if key}


def broker_default(connection: Connection, key: str, *, timeout: float = TIMEOUT) -> str | None:
    """Return a broker config that is the topics' default; None where it may not be read or nobody answers."""
    try:
        first = pool.brokers(connection, timeout=timeout)[0]
        entries = described(connection, BROKER, str(first.id), timeout, [key])
    except KafkaFailure:
        return None
    return next((config.value for config in entries if config.name == key), None)


def describe_broker(connection: Connection, broker_id: int, *, timeout: float = TIMEOUT) -> tuple[ConfigEntry, ...]:
    """Return all configs of a broker, sorted by name.

    Raises:
        KafkaFailure: with the cause.
    """
    entries = described(connection, BROKER, str(broker_id), timeout)
    return tuple(sorted((entry(config) for config in entries), key=lambda config_entry: config_entry.name))


def describe_topics(
    connection: Connection, names: Collection[str], keys: Collection[str], *, timeout: float = 20.0
) -> dict[str, dict[str, str | None]]:
    """Return some configs of many topics, by topic and key. Topics that failed are left out.

    Only these keys are transferred: all configs of 10,000 topics would be 350,000 entries.

    Raises:
        KafkaFailure: nothing was answered at all.
    """
    topics = sorted(names)
    deadline = time.monotonic() + timeout
    values: dict[str, dict[str, str | None]] = {}
    for start in range(0, len(topics), BATCH):
        describe = request(TOPIC, topics[start : start + BATCH], keys)
        try:
            response = protocol.send(connection, describe, timeout=max(0.1, deadline - time.monotonic()))
        except KafkaFailure:
            if not values:
                raise
            break
        for result in response.results:
            if not result.error_code:
                values[result.resource_name] = {config.name: config.value for config in result.configs}
    return values


def entries_of_topics(
    connection: Connection,
    names: Collection[str],
    is_kept: Callable[[str, ConfigEntry], bool],
    *,
    timeout: float = 60.0,
) -> dict[str, tuple[ConfigEntry, ...]]:
    """Return those configs of many topics that a predicate of topic and config keeps; some hundred topics a request.

    Topics that are gone by now are left out.

    Raises:
        KafkaFailure: with the cause.
    """
    topics = sorted(names)
    deadline = time.monotonic() + timeout
    kept: dict[str, tuple[ConfigEntry, ...]] = {}
    for start in range(0, len(topics), BATCH):
        describe = request(TOPIC, topics[start : start + BATCH], synonyms=True)
        for result in protocol.send(connection, describe, timeout=max(0.1, deadline - time.monotonic())).results:
            if result.error_code == UNKNOWN_TOPIC:
                continue
            protocol.raise_for_code(result.error_code, result.error_message, subject=result.resource_name)
            entries = map(entry, result.configs)
            kept[result.resource_name] = tuple(each for each in entries if is_kept(result.resource_name, each))
    return kept


def alter_topic(
    connection: Connection,
    name: str,
    *,
    set: Mapping[str, str],
    delete: Collection[str] = (),
    validate_only: bool = False,
    timeout: float = TIMEOUT,
) -> None:
    """Set some configs of a topic, and reset others to their default; the rest stays unchanged.

    Returns once all brokers report the new values; with ``validate_only``, once Kafka finds that it would take them.

    Raises:
        NotFound: there is no such topic.
        InvalidRequest: Kafka refuses a name or value; ``field`` is ``config:<key>`` if it says which one.
        KafkaFailure: with the cause.
    """
    alter(connection, ResourceType.TOPIC, name, set, delete, timeout, validate_only=validate_only)
    if not validate_only:
        await_values(connection, TOPIC, name, set, delete)


def alter_broker(
    connection: Connection,
    broker_id: int | None,
    *,
    set: Mapping[str, str],
    delete: Collection[str] = (),
    validate_only: bool = False,
    timeout: float = TIMEOUT,
) -> None:
    """Set some configs of a broker, and reset others; of all brokers when ``broker_id`` is None.

    With ``validate_only`` Kafka only says whether it would take them.

    Raises:
        InvalidRequest: Kafka refuses a name or value; ``field`` is ``config:<key>`` if it says which one.
        KafkaFailure: with the cause.
    """
    name = "" if broker_id is None else str(broker_id)
    alter(connection, ResourceType.BROKER, name, set, delete, timeout, validate_only=validate_only)
    if not validate_only:
        await_values(connection, BROKER, name, set, delete, brokers=None if broker_id is None else [broker_id])


def await_values(
    connection: Connection,
    kind: int,
    name: str,
    set: Mapping[str, str],
    delete: Collection[str],
    *,
    brokers: Collection[int] | None = None,
) -> None:
    """Return once all brokers, or some of them, report what was set and no longer what was reset."""
    describe_request = request(kind, [name], [*set, *delete])
    propagation.await_brokers(
        connection, describe_request, lambda response: shows(response, set, delete), brokers=brokers
    )


def shows(response: Any, set: Mapping[str, str], delete: Collection[str]) -> bool:
    """Tell whether a broker reports the configs that were set, and no longer those that were reset.

    Kafka normalizes values: "compact, delete" becomes "compact,delete", TRUE becomes true.
    """
    (resource,) = response.results
    own = {config.name: config for config in resource.configs if SOURCES.get(config.config_source) in SET_HERE}
    return not any(name in own for name in delete) and all(
        name in own and (own[name].is_sensitive or plain(own[name].value) == plain(value))
        for name, value in set.items()
    )


def plain(value: str | None) -> str:
    """Return a value without the differences that Kafka's normalization makes."""
    return "".join((value or "").split()).lower()


def alter(
    connection: Connection,
    kind: Any,
    name: str,
    set: Mapping[str, str],
    delete: Collection[str],
    timeout: float,
    *,
    validate_only: bool,
) -> None:
    try:
        with named_key(set, delete):
            alter_any(connection, kind, name, set, delete, timeout, validate_only=validate_only)
    except NotFound as gone:
        if kind != ResourceType.TOPIC:
            raise
        raise NotFound(f"There is no topic {name}.", gone.advice) from gone


@contextmanager
def named_key(set: Mapping[str, str], delete: Collection[str]) -> Iterator[None]:
    """Have a refusal name the config that its sentence is about."""
    try:
        yield
    except InvalidRequest as refusal:
        key_named = max((key for key in (*set, *delete) if key in refusal.sentence), key=len, default=None)
        refusal.field = f"config:{key_named}" if key_named else "configs"
        raise


def alter_any(
    connection: Connection,
    kind: Any,
    name: str,
    set: Mapping[str, str],
    delete: Collection[str],
    timeout: float,
    *,
    validate_only: bool,
) -> None:
    if kind == ResourceType.BROKER and not name:
        alter_by_protocol(connection, BROKER, "", set, delete, timeout, validate_only=validate_only)
    else:
        alter_resource(connection, kind, name, set, delete, timeout, validate_only=validate_only)


def alter_resource(
    connection: Connection,
    kind: Any,
    name: str,
    set: Mapping[str, str],
    delete: Collection[str],
    timeout: float,
    *,
    validate_only: bool,
) -> None:
    operations = [LibraryEntry(key, value, incremental_operation=AlterConfigOpType.SET) for key, value in set.items()]
    operations += [LibraryEntry(key, None, incremental_operation=AlterConfigOpType.DELETE) for key in delete]
    resource = ConfigResource(kind, name, incremental_configs=operations)
    admin = pool.admin(connection, timeout=timeout)
    futures = pool.start(
        admin,
        lambda client: client.incremental_alter_configs(
            [resource], request_timeout=timeout, validate_only=validate_only
        ),
    )
    pool.result(admin, futures[resource], timeout + 0.5)


def alter_by_protocol(
    connection: Connection,
    kind: int,
    name: str,
    set: Mapping[str, str],
    delete: Collection[str],
    timeout: float,
    *,
    validate_only: bool,
) -> None:
    """Change what confluent-kafka cannot: groups, and what holds for all brokers, a resource without a name."""
    resource_class = IncrementalAlterConfigsRequest.AlterConfigsResource
    configs = [
        resource_class.AlterableConfig(name=key, config_operation=operation.value, value=value)
        for operation, values in ((AlterConfigOpType.SET, set), (AlterConfigOpType.DELETE, dict.fromkeys(delete)))
        for key, value in values.items()
    ]
    resource = resource_class(resource_type=kind, resource_name=name, configs=configs)
    request = IncrementalAlterConfigsRequest(resources=[resource], validate_only=validate_only)
    (result,) = protocol.send(connection, request, timeout=timeout).responses
    protocol.raise_for_code(result.error_code, result.error_message)
