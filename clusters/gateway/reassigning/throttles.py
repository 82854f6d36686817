"""Replication throttles (KIP-73): rates of brokers, and the replicas of topics that they are for."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kafka.protocol.admin import IncrementalAlterConfigsRequest

from clusters.gateway import configs, propagation
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, NotFound, TimedOut, Unreachable
from clusters.gateway.maintenance import RATES, THROTTLED

TIMEOUT = 5.0
PATIENCE = 8.0  # seconds by when changes show
LEADER_RATE, FOLLOWER_RATE, LOG_DIR_RATE = RATES
LEADERS, FOLLOWERS = THROTTLED
SET, DELETE = 0, 1  # org.apache.kafka.clients.admin.AlterConfigOp


@dataclass(frozen=True, slots=True)
class Resource:
    """A broker or a topic that has configs."""

    kind: int
    name: str

    @property
    def broker(self) -> int | None:
        return int(self.name) if self.kind == configs.BROKER else None


def broker(number: int) -> Resource:
    return Resource(configs.BROKER, str(number))


def topic(name: str) -> Resource:
    return Resource(configs.TOPIC, name)


Values = Mapping[str, str | None]  # by config; None is to be removed, or is not set


def read(
    connection: Connection, resources: Collection[Resource], *, timeout: float = TIMEOUT
) -> tuple[dict[Resource, dict[str, str]], dict[Resource, KafkaFailure]]:
    """Return what is set on brokers and topics themselves, and why it could not be read; a topic that is gone has none.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    ordered = sorted(resources, key=lambda resource: (resource.kind, resource.name))
    requests = [
        (resource.broker, configs.request(resource.kind, [resource.name], keys_of(resource))) for resource in ordered
    ]
    responses = protocol.send_all(connection, requests, timeout=timeout)
    values: dict[Resource, dict[str, str]] = {}
    failures: dict[Resource, KafkaFailure] = {}
    for resource, response in zip(ordered, responses, strict=True):
        try:
            own = own_values(response, resource)
        except KafkaFailure as failure:
            failures[resource] = failure
        else:
            values |= {} if own is None else {resource: own}
    return values, failures


def keys_of(resource: Resource) -> tuple[str, ...]:
    return RATES if resource.kind == configs.BROKER else THROTTLED


def own_values(response: Any, resource: Resource) -> dict[str, str] | None:
    """Return the values that are set on a resource itself; None if there is no such topic.

    Raises:
        KafkaFailure: it could not be read.
    """
    raise_silent(response, resource)
    (result,) = response.results
    try:
        protocol.raise_for_code(result.error_code, result.error_message, subject=resource.name)
    except NotFound:
        return None
    return own_entries(result)


def own_entries(result: Any) -> dict[str, str]:
    return {
        entry.name: entry.value
        for entry in result.configs
        if configs.SOURCES.get(entry.config_source) in configs.OWN_LEVELS and entry.value
    }


def alter(
    connection: Connection, changes: Mapping[Resource, Values], *, timeout: float = TIMEOUT
) -> dict[Resource, KafkaFailure]:
    """Set and remove throttles of whatever can be reached, and wait until it shows; a topic that is gone has none.

    Returns:
        The brokers and topics that are not changed, or do not show it, each with the cause.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    items = [(resource, values) for resource, values in changes.items() if values]
    requests = [(resource.broker, alteration(resource, values)) for resource, values in items]
    responses = protocol.send_all(connection, requests, timeout=timeout)
    failures: dict[Resource, KafkaFailure] = {}
    for (resource, _), response in zip(items, responses, strict=True):
        if failure := failure_of(response, resource):
            failures[resource] = failure
    changed = {resource: values for resource, values in items if resource not in failures}
    late = TimedOut("A throttle does not show on a broker yet.", "Try again in a few seconds.")
    return failures | dict.fromkeys(unseen(connection, changed), late)


def unseen(connection: Connection, changes: Mapping[Resource, Values]) -> list[Resource]:
    """Return what brokers do not show in time: whoever reads it next would take what was before for what holds."""
    topics = {resource: values for resource, values in changes.items() if resource.broker is None}
    groups = [topics, *({resource: values} for resource, values in changes.items() if resource.broker is not None)]
    deadline = time.monotonic() + PATIENCE
    return [resource for group in groups if not is_seen(connection, group, deadline) for resource in group]


def is_seen(connection: Connection, changes: Mapping[Resource, Values], deadline: float) -> bool:
    """Wait until a broker shows its own throttle, or every broker those of topics."""
    if not changes:
        return True
    first = next(iter(changes))
    request = configs.request(first.kind, [resource.name for resource in changes], keys_of(first))
    expected = {resource.name: values for resource, values in changes.items()}
    brokers = None if first.broker is None else [first.broker]

    def is_applied(response: Any) -> bool:
        return all(
            result.error_code or shows(own_entries(result), expected[result.resource_name])
            for result in response.results
        )

    return propagation.await_brokers(
        connection, request, is_applied, brokers=brokers, timeout=max(1.0, deadline - time.monotonic())
    )


def shows(own: Mapping[str, str], values: Values) -> bool:
    return all(own.get(name) == value for name, value in values.items())


def alteration(resource: Resource, values: Values) -> Any:
    resource_class = IncrementalAlterConfigsRequest.AlterConfigsResource
    entries = [
        resource_class.AlterableConfig(name=name, config_operation=DELETE if value is None else SET, value=value)
        for name, value in values.items()
    ]
    altered = resource_class(resource_type=resource.kind, resource_name=resource.name, configs=entries)
    return IncrementalAlterConfigsRequest(resources=[altered], validate_only=False)


def failure_of(response: Any, resource: Resource) -> KafkaFailure | None:
    try:
        raise_silent(response, resource)
        (result,) = response.responses
        protocol.raise_for_code(result.error_code, result.error_message, subject=resource.name)
    except KafkaFailure as failure:
        return None if isinstance(failure, NotFound) and resource.kind == configs.TOPIC else failure
    return None


def raise_silent(response: Any, resource: Resource) -> None:
    """Raise what kept a request from being answered; a broker that is down may come back.

    Raises:
        KafkaFailure: that.
    """
    if isinstance(response, NotFound) and resource.broker is not None:
        raise Unreachable(f"Broker {resource.name} is not online.", response.advice)
    if isinstance(response, KafkaFailure):
        raise response
