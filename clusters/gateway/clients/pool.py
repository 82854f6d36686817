"""Cached clients, one of each library per connection and process, created when first needed.

Neither library's client survives a fork, and a new one for each request costs a handshake with every broker.
All calls of confluent-kafka go through ``call`` and ``result`` here, all of kafka-python through ``protocol``.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar
from weakref import WeakMethod

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, BrokerMetadata
from kafka import KafkaAdminClient
from kafka.errors import KafkaError as KafkaPythonError

from clusters.gateway.clients.cache import Cache
from clusters.gateway.clients.connection import Connection, kafka_python_config, librdkafka_config
from clusters.gateway.clients.traffic import KafkaPythonMeter, LibrdkafkaMeter, Traffic
from clusters.gateway.errors import (
    CHECK_BROKERS,
    AuthenticationFailed,
    InvalidRequest,
    KafkaFailure,
    TimedOut,
    TlsFailed,
    Unreachable,
    from_kafka_error,
    sentence_of,
)

T = TypeVar("T")
TIMEOUT = 5.0
PATIENCE = 1.0  # seconds without any broker after which waiting longer is pointless
FIRST_WAIT = 0.1  # seconds until a new client is asked for its errors; doubled each time
LINGER = 15.0  # seconds, longer than any request may take
ANY_TOPIC = "__consumer_offsets"  # need not exist or be visible to us
BAD_VALUES = (TypeError, ValueError, OverflowError)


def weakly(method: Callable[[KafkaError], None]) -> Callable[[KafkaError], None]:
    """Return a method as a callback that does not keep its object alive."""
    reference = WeakMethod(method)

    def report(error: KafkaError) -> None:
        if (note := reference()) is not None:
            note(error)

    return report


class Admin:
    """confluent-kafka's admin client, with the cause of errors that librdkafka reports outside of its calls."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.cause: KafkaError | None = None
        self.down_since: float | None = None
        self.meter = LibrdkafkaMeter()
        # Weakly: a client that refers to itself lives, with its threads, until the garbage collector comes by.
        reports = {"error_cb": weakly(self.note), "stats_cb": self.meter.take, "statistics.interval.ms": 1000}
        config: Any = {**librdkafka_config(connection), **reports}
        try:
            self.client = AdminClient(config)
        except (KafkaException, *BAD_VALUES) as error:
            raise unusable(error) from error

    def note(self, error: KafkaError) -> None:
        """Remember the cause; the call itself only reports a timeout."""
        if error.code() == KafkaError._ALL_BROKERS_DOWN:
            self.down_since = self.down_since or time.monotonic()
        else:
            self.cause = error

    def fresh(self) -> "Admin":
        """Forget what was reported before the call that starts now; librdkafka queues reports until polled."""
        self.client.poll(0)
        self.cause, self.down_since = None, None
        return self

    def traffic(self) -> Traffic:
        """Return the traffic so far, up to one second old."""
        self.client.poll(0)
        return self.meter.last

    def gave_up(self) -> bool:
        """Tell whether waiting longer is pointless: no broker is left, or the cause is permanent."""
        self.client.poll(0)
        if self.down_since is None:
            return False
        return time.monotonic() - self.down_since > PATIENCE or isinstance(self.last_cause(), LASTING)

    def last_cause(self) -> KafkaFailure:
        """Return the failure for librdkafka's last report."""
        return from_kafka_error(self.cause) if self.cause else Unreachable(NOBODY, CHECK_BROKERS)

    def failure(self, failure: KafkaFailure) -> KafkaFailure:
        """Return the reported cause if the library itself only reports a timeout."""
        self.client.poll(0)
        if isinstance(failure, TimedOut | Unreachable) and (self.cause or self.down_since):
            failure = self.last_cause()
        if isinstance(failure, LASTING):
            forget(self.connection)
        elif isinstance(failure, TimedOut):
            # It would keep asking a hanging controller until its next metadata refresh, minutes later.
            _admins.drop(self.connection)
        return failure


NOBODY = "All brokers close the connection."
LASTING = AuthenticationFailed | TlsFailed


def unusable(error: Exception) -> KafkaFailure:
    """Return the failure for settings with which no client can be created."""
    text = error.args[0].str() if isinstance(error, KafkaException) else str(error)
    kind = TlsFailed if "ssl" in text.lower() or "PEM" in text else InvalidRequest
    return kind(sentence_of(text), "Check the connection settings.")


def admin(connection: Connection, *, timeout: float = TIMEOUT) -> Admin:
    """Return this process' confluent-kafka client; a new one has already reached the cluster.

    Raises:
        KafkaFailure: with the cause.
    """

    def make() -> Admin:
        client = Admin(connection)
        wait_until_reachable(client, timeout)
        return client

    return _admins.get(connection, make).fresh()


def brokers(connection: Connection, *, timeout: float = TIMEOUT) -> list[BrokerMetadata]:
    """Return the live brokers, as the first broker to answer lists them.

    Raises:
        KafkaFailure: with the cause.
    """
    return wait_until_reachable(admin(connection, timeout=timeout), timeout)


def wait_until_reachable(client: Admin, timeout: float) -> list[BrokerMetadata]:
    """Wait until any broker answers or waiting is pointless; return the brokers it lists, sorted by id.

    Describing the cluster would not work: the library asks the controller, and KRaft names any broker as such, even one
    that hangs. The smallest request that any broker answers is one topic's metadata.

    Raises:
        KafkaFailure: with the cause.
    """
    deadline, wait = time.monotonic() + timeout, FIRST_WAIT
    while True:
        try:
            left = deadline - time.monotonic()
            live_brokers = client.client.list_topics(ANY_TOPIC, timeout=max(0.01, min(wait, left))).brokers
            return sorted(live_brokers.values(), key=lambda broker: broker.id)
        except KafkaException as error:
            if client.gave_up() or time.monotonic() >= deadline:
                raise client.failure(timeout_error("Kafka")) from error
            wait *= 2


def call(connection: Connection, act: Callable[[AdminClient], T], *, timeout: float = TIMEOUT) -> T:
    """Run one blocking call of confluent-kafka's admin client.

    Raises:
        KafkaFailure: with the cause.
    """
    client = admin(connection, timeout=timeout)
    try:
        return act(client.client)
    except KafkaException as error:
        raise client.failure(from_kafka_error(error)) from error


def start(client: Admin, act: Callable[[AdminClient], T]) -> T:
    """Start a call that returns futures; values refused by the library itself are refused like Kafka would.

    Raises:
        InvalidRequest: the library will not send this.
        KafkaFailure: with the cause.
    """
    try:
        return act(client.client)
    except BAD_VALUES as error:
        raise InvalidRequest(sentence_of(str(error)), "Check the values.") from error
    except KafkaException as error:
        raise client.failure(from_kafka_error(error)) from error


def result(client: Admin, future: "Future[T]", timeout: float, *, subject: str = "") -> T:
    """Wait for a future of confluent-kafka's admin client, until the timeout or until waiting is pointless.

    Raises:
        KafkaFailure: with the cause.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            return future.result(max(0.0, min(0.1, deadline - time.monotonic())))
        except KafkaException as error:
            raise client.failure(from_kafka_error(error, subject=subject)) from error
        except TimeoutError as error:
            if client.gave_up() or time.monotonic() >= deadline:
                raise client.failure(timeout_error("Kafka")) from error


def timeout_error(subject: str) -> TimedOut:
    return TimedOut(f"{subject} did not answer in time.", CHECK_BROKERS)


def kafka_python(connection: Connection, *, timeout: float = TIMEOUT) -> KafkaAdminClient:
    """Return this process' kafka-python client.

    Raises:
        KafkaFailure: with the cause.
    """

    def make() -> KafkaAdminClient:
        # kafka-python does not report why it cannot connect; librdkafka does, so it goes first.
        return bootstrapped(connection, list(map(address, brokers(connection, timeout=timeout))), timeout)

    return _pythons.get(connection, make)


def address(broker: BrokerMetadata) -> str:
    """Return ``host:port``, with brackets where the host is an IPv6 address."""
    host = str(broker.host)
    return f"[{host}]:{broker.port}" if ":" in host else f"{host}:{broker.port}"


def bootstrapped(connection: Connection, servers: list[str], timeout: float) -> KafkaAdminClient:
    """Return a new kafka-python client; one that cannot bootstrap leaves no thread behind.

    Raises:
        KafkaFailure: with the cause.
    """
    client = KafkaAdminClient.__new__(KafkaAdminClient)
    try:
        client.__init__(**kafka_python_config(connection, servers, timeout))
    except KafkaPythonError as error:
        raise timeout_error("Kafka") from error
    except (OSError, *BAD_VALUES) as error:
        raise unusable(error) from error
    finally:
        if not hasattr(client, "_closed") and hasattr(client, "_net"):
            client._net.stop()
    client.meter = KafkaPythonMeter(client)
    return client


def forget(connection: Connection) -> None:
    _admins.drop(connection)
    forget_python(connection)


def forget_python(connection: Connection) -> None:
    """Close and drop a kafka-python client that may be in a bad state."""
    _pythons.drop(connection)


def traffic_of(connection: Connection) -> Traffic:
    """Return the traffic of this process' clients of a connection since they were created; zero without clients."""
    traffic = [client.traffic() for client in (_admins.peek(connection),) if client]
    traffic += [client.meter.traffic() for client in (_pythons.peek(connection),) if client]
    return sum(traffic, Traffic())


# confluent-kafka closes an admin client when it is no longer referenced. librdkafka ends the whole process if that is
# on a thread of its own. There it tells results; where that is a late one, of a client that was given up, Python's
# garbage collector may run there, and find the client: so each is kept until no request of its is under way.
_admins: Cache[Admin] = Cache(close=lambda _: None, linger=LINGER)
_pythons: Cache[Any] = Cache(close=lambda client: client.close())
