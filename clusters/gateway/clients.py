"""Clients, one of each library for a connection and process, made when first needed and kept.

Neither library's client survives a fork, and making one per request costs a handshake with every broker; so they are
keyed by process. All calls to either go through ``call`` and ``ask``, which turn errors into ours.
"""

import contextlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, TypeVar

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from kafka import KafkaAdminClient
from kafka.errors import KafkaError as KafkaPythonError

from clusters.gateway.connection import Connection, kafka_python_config, librdkafka_config
from clusters.gateway.errors import (
    CHECK_BROKERS,
    InvalidRequest,
    KafkaFailure,
    TimedOut,
    from_kafka_error,
    sentence_of,
)

T = TypeVar("T")
MOST = 100  # connections whose clients are kept; each has some 6 threads and 10 file descriptors

_lock = threading.Lock()
_admins: OrderedDict[tuple[Connection, int], "Admin"] = OrderedDict()
_pythons: OrderedDict[tuple[Connection, int], "PythonAdmin"] = OrderedDict()


class Admin:
    """confluent-kafka's admin client with the last cause of trouble that librdkafka reported."""

    def __init__(self, connection: Connection) -> None:
        self.cause: Any = None
        config = librdkafka_config(connection)
        self.client = AdminClient({**config, "error_cb": self.note})

    def note(self, error: Any) -> None:
        """Keep the cause: the call itself will only say that it timed out."""
        if error.name() != "_ALL_BROKERS_DOWN" or self.cause is None:
            self.cause = error

    def failure(self, error: Any, subject: str = "") -> KafkaFailure:
        """Return our error: the cause where the library only says that time ran out."""
        failure = from_kafka_error(error, subject=subject)
        self.client.poll(0)
        if isinstance(failure, TimedOut) and self.cause is not None:
            return from_kafka_error(self.cause, subject=subject)
        return failure


class PythonAdmin:
    """kafka-python's admin client; one call at a time, since its network loop is not shared.

    It starts from brokers that are known to live: with a dead one in its list it may wait for that one first.
    """

    def __init__(self, connection: Connection, live: Iterable[str]) -> None:
        self.client = KafkaAdminClient(**kafka_python_config(connection) | {"bootstrap_servers": list(live)})
        self.lock = threading.Lock()


def admin(connection: Connection) -> Admin:
    """Return this process' confluent-kafka admin client."""
    key = (connection, os.getpid())
    with _lock:
        if key not in _admins:
            _admins[key] = Admin(connection)
        _admins.move_to_end(key)
        while len(_admins) > MOST:
            _admins.popitem(last=False)
        return _admins[key]


def call(connection: Connection, act: Callable[[AdminClient], T], *, subject: str = "") -> T:
    """Run one blocking call of confluent-kafka's admin client.

    Raises:
        KafkaFailure: with the cause.
    """
    one = admin(connection)
    try:
        answer = act(one.client)
    except KafkaException as error:
        raise one.failure(error, subject) from error
    except (TypeError, ValueError) as error:
        raise KafkaFailure(f"This cannot be sent to Kafka: {error}.", "Check the values.") from error
    one.cause = None
    return answer


def start(one: Admin, act: Callable[[AdminClient], T]) -> T:
    """Start a call that gives futures; values that the library itself refuses are a refusal like Kafka's own.

    Raises:
        InvalidRequest: the library will not send this.
        KafkaFailure: with the cause.
    """
    try:
        return act(one.client)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidRequest(sentence_of(str(error)), "Check the values.") from error
    except KafkaException as error:
        raise one.failure(error) from error


def result(one: Admin, future: "Future[T]", timeout: float, *, subject: str = "") -> T:
    """Wait for a future of confluent-kafka's admin client.

    Raises:
        KafkaFailure: with the cause.
    """
    try:
        answer = future.result(timeout)
    except KafkaException as error:
        raise one.failure(error, subject) from error
    except FutureTimeout as error:
        raise one.failure(TimeoutError("Kafka did not answer in time"), subject) from error
    one.cause = None
    return answer


def ask(connection: Connection, act: Callable[[Any], T], *, subject: str = "") -> T:
    """Run one blocking call of kafka-python's admin client.

    Raises:
        KafkaFailure: with the cause.
    """
    # librdkafka finds and names the cause of a broken connection; kafka-python only times out.
    from clusters.gateway.cluster import reach

    key = (connection, os.getpid())
    with _lock:
        known = _pythons.get(key)
    try:
        if known is None:
            known = PythonAdmin(connection, reach(connection))
            with _lock:
                _pythons[key] = known
                while len(_pythons) > MOST:
                    _pythons.popitem(last=False)
        with known.lock:
            return act(known.client)
    except KafkaPythonError as error:
        if not hasattr(error, "errno") or getattr(error, "retriable", False):
            forget_python(key)
        raise from_kafka_error(error, subject=subject) from error
    except (OSError, TimeoutError) as error:
        forget_python(key)
        raise TimedOut("Kafka did not answer in time.", CHECK_BROKERS) from error


def forget_python(key: tuple[Connection, int]) -> None:
    """Close and drop a kafka-python client that may be in a bad state."""
    with _lock:
        broken = _pythons.pop(key, None)
    if broken:
        with contextlib.suppress(Exception):
            broken.client.close()


def forget(connection: Connection) -> None:
    """Drop both clients of a connection."""
    key = (connection, os.getpid())
    with _lock:
        _admins.pop(key, None)
    forget_python(key)
