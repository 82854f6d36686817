"""Kafka protocol requests, many at once, each to a given broker: what no library method can do.

Message classes come with kafka-python, which builds others from Kafka's own JSON schemas (see schemas/NOTICE). This
module and ``pool`` rely on its private connection manager, which is why its version is pinned.
"""

import threading
import time
from collections.abc import Sequence
from functools import cache
from typing import Any

from kafka.errors import (
    IncompatibleBrokerVersion,
    KafkaTimeoutError,
    RequestTimedOutError,
    UnknownBrokerIdError,
    UnsupportedVersionError,
)
from kafka.protocol.api_message import ApiMessage

from clusters.gateway.clients import pool, schemas
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import (
    CHECK_BROKERS,
    TOO_OLD,
    KafkaFailure,
    NotFound,
    TimedOut,
    Unreachable,
    Unsupported,
    failed_code,
    from_code,
)

GRACE = 0.5  # seconds after the deadline, by when the library's own thread must be dead
FIRST_TRY = 0.4  # share of the timeout: a hanging broker must leave enough of it for another one


@cache
def message_class(name: str) -> Any:
    """Return the class of a message by its schema's name, for example ``ShareGroupDescribeRequest``."""
    return type(ApiMessage)(name, (ApiMessage,), {"__module__": __name__}, load_json=schemas)


def request_class(name: str) -> Any:
    """Return a request's class, and register its response's class."""
    message_class(name.replace("Request", "Response"))
    return message_class(name)


def send(connection: Connection, request: Any, broker: int | None = None, *, timeout: float) -> Any:
    """Send one request to one broker, or to any, and return its response.

    Without ``broker``, if the first one does not answer, another is asked, so the request must be idempotent.

    Raises:
        KafkaFailure: with the cause.
    """
    deadline = time.monotonic() + timeout
    response: Any = None
    if broker is None:
        pool.kafka_python(connection, timeout=timeout)
        (response,) = try_all(connection, [(None, request)], timeout=timeout * FIRST_TRY)
    if broker is not None or isinstance(response, TimedOut | Unreachable):
        (response,) = send_all(connection, [(broker, request)], timeout=deadline - time.monotonic())
    if isinstance(response, KafkaFailure):
        raise response
    return response


def send_all(connection: Connection, requests: Sequence[tuple[int | None, Any]], *, timeout: float) -> list[Any]:
    """Send all requests at once; return the response or the failure of each, in order, within ``timeout``.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    responses = try_all(connection, requests, timeout=timeout)
    if responses and all(isinstance(response, Unreachable | TimedOut | pool.LASTING) for response in responses):
        pool.forget_python(connection)
    return responses


def try_all(connection: Connection, requests: Sequence[tuple[int | None, Any]], *, timeout: float) -> list[Any]:
    """Do what ``send_all`` does, but keep the client even if no broker answers, since another one may be asked.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    if not requests:
        return []
    deadline = time.monotonic() + timeout
    admin = pool.kafka_python(connection, timeout=timeout)
    return run_exchange(admin._manager, requests, deadline)


def run_exchange(manager: Any, requests: Sequence[tuple[int | None, Any]], deadline: float) -> list[Any]:
    """Run the exchange on the library's own thread and wait for its end."""
    finished = threading.Event()
    future = manager.call_soon(exchange, manager, requests, deadline)
    future.add_callback(lambda _: finished.set())
    future.add_errback(lambda _: finished.set())
    if not finished.wait(deadline - time.monotonic() + GRACE) or future.exception is not None:
        return [pool.timeout_error("Kafka")] * len(requests)
    responses: list[Any] = future.value
    return responses


async def exchange(manager: Any, requests: Sequence[tuple[int | None, Any]], deadline: float) -> list[Any]:
    live_ids = {broker.node_id for broker in manager.cluster.brokers()}
    if any(broker is not None and broker not in live_ids for broker, _ in requests):
        await await_result(manager, manager.call_soon(manager.cluster.refresh_metadata), deadline)
    futures = [start_request(manager, broker, request, deadline) for broker, request in requests]
    responses = []
    for (broker, _), future in zip(requests, futures, strict=True):
        response = future if isinstance(future, Exception) else await await_result(manager, future, deadline)
        responses.append(failure_of(response, broker) if isinstance(response, Exception) else response)
    return responses


def start_request(manager: Any, broker: int | None, request: Any, deadline: float) -> Any:
    """Return the future of a request, or the error that prevented sending it."""
    try:
        return manager.send(request, node_id=broker, request_timeout_ms=remaining_ms(deadline))
    except Exception as error:  # noqa: BLE001 - becomes the failure of this broker only
        return error


async def await_result(manager: Any, future: Any, deadline: float) -> Any:
    """Return the result of a future; an exception is returned, not raised."""
    try:
        return await manager.wait_for(future, remaining_ms(deadline))
    except Exception as error:  # noqa: BLE001 - as above
        return error


def remaining_ms(deadline: float) -> int:
    """Return the milliseconds until a deadline, at least 1."""
    return max(1, int((deadline - time.monotonic()) * 1000))


def failure_of(error: Exception, broker: int | None) -> KafkaFailure:
    """Return the failure for an error that kafka-python raised for one request."""
    subject = "Kafka" if broker is None else f"Broker {broker}"
    if isinstance(error, KafkaTimeoutError | RequestTimedOutError):
        return pool.timeout_error(subject)
    if isinstance(error, IncompatibleBrokerVersion | UnsupportedVersionError):
        return Unsupported(f"{subject} does not support this request.", TOO_OLD)
    if isinstance(error, UnknownBrokerIdError):
        return NotFound(f"There is no broker {broker}.", "It may be down or have left the cluster.")
    code = getattr(error, "errno", None)
    if isinstance(code, int):
        return from_code(code, str(error))
    return Unreachable(f"{subject} is unreachable.", CHECK_BROKERS)


def raise_for_code(code: int, text: str | None = "", *, subject: str = "") -> None:
    """Raise the failure for an error code in a response; 0 is none.

    Raises:
        KafkaFailure: the code is not 0.
    """
    if code:
        raise failed_code(code, text, subject=subject)
