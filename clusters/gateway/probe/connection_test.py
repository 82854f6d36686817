"""Testing a connection: what exactly is wrong, within five seconds, and what to do about it.

librdkafka itself only reports a timeout; the cause is in its error callback, and some causes only show on a bare
socket. So the addresses are examined first; then a client signs in while its errors are watched.
"""

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from clusters.gateway import cluster, topics
from clusters.gateway.access import acls
from clusters.gateway.clients import pool
from clusters.gateway.clients.connection import Connection, gssapi_available, librdkafka_config
from clusters.gateway.cluster import ClusterDescription
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.groups import describing as groups
from clusters.gateway.probe.sockets import Finding, examine
from clusters.gateway.probe.wording import wording_of
from core.web.formats import plural

LIMIT = 5.0
SOCKET_PART = 0.4  # share of the timeout
EXAMINATION = 4.0  # seconds for all addresses, name resolution included


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a test; if successful, the cluster, its version, and what our principal may and may not do."""

    ok: bool
    cause: str
    sentence: str
    advice: str = ""
    cluster: ClusterDescription | None = None
    version: str | None = None
    may: tuple[str, ...] = ()
    may_not: tuple[str, ...] = ()


def failed(cause: str, address: str = "", detail: str = "") -> Verdict:
    sentence, advice = wording_of(cause, address, detail)
    return Verdict(False, cause, sentence, advice)


def probe(connection: Connection, *, timeout: float = LIMIT) -> Verdict:
    """Test a connection. Always answers within ``timeout`` seconds, and never raises."""
    deadline = time.monotonic() + min(timeout, LIMIT)
    if connection.uses_sasl and connection.sasl_mechanism == "GSSAPI" and not gssapi_available():
        return failed("other", detail="The installed Kafka client libraries have no Kerberos (GSSAPI) support.")
    findings = examined(connection, timeout * SOCKET_PART)
    answering = [finding for finding in findings if finding.cause == "kafka"]
    if not answering:
        worst = findings[0]
        return failed(worst.cause, worst.address, worst.detail)
    verdict = in_time(lambda: sign_in(connection, answering[0].address, deadline), deadline, answering[0].address)
    silent = [finding.address for finding in findings if finding.cause != "kafka"]
    if verdict.ok and silent:
        return with_warning(verdict, f"{', '.join(silent)} did not respond; the others did.")
    return verdict


def in_time(act: Callable[[], Verdict], deadline: float, address: str) -> Verdict:
    """Return what ``act`` returns, or that nothing answered if it does not finish in time."""
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        return pool.submit(act).result(max(0.1, deadline - time.monotonic()))
    except FutureTimeout:
        return failed("no-answer", address)
    finally:
        pool.shutdown(wait=False)


def examined(connection: Connection, timeout: float) -> list[Finding]:
    """Examine all bootstrap servers at once, without waiting for a name server that takes too long."""
    addresses = [part for part in connection.bootstrap_servers.split(",") if part.strip()]
    if not addresses:
        return [Finding(connection.bootstrap_servers, "bad-address")]
    pool = ThreadPoolExecutor(max_workers=min(16, len(addresses)))
    try:
        futures = [pool.submit(examine, address, connection, timeout) for address in addresses]
        done = wait(futures, EXAMINATION).done
        return [
            future.result() if future in done else Finding(address, "no-answer")
            for address, future in zip(addresses, futures, strict=True)
        ]
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError: our own certificate or key is unusable
        return [Finding(addresses[0], "tls-failed", str(error))]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def with_warning(verdict: Verdict, warning: str) -> Verdict:
    """Return a good verdict with a warning."""
    return Verdict(
        True, "ok", verdict.sentence, warning, verdict.cluster, verdict.version, verdict.may, verdict.may_not
    )


def sign_in(connection: Connection, address: str, deadline: float) -> Verdict:
    """Describe the cluster with a new client, watching the errors that librdkafka reports."""
    errors: list[Any] = []
    try:
        config: Any = {**librdkafka_config(connection), "error_cb": errors.append}
        client = AdminClient(config)
        future = client.describe_cluster(
            include_authorized_operations=True, request_timeout=max(0.5, deadline - time.monotonic())
        )
    except (KafkaException, ValueError, TypeError) as error:
        return failed("other", address, str(error.args[0].str() if isinstance(error, KafkaException) else error))
    while time.monotonic() < deadline - 0.5 and not future.done():
        client.poll(0.05)
        cause = cause_of(errors)
        if cause:
            return failed(cause[0], address, cause[1])
    try:
        future.result(max(0.05, deadline - time.monotonic() - 0.2))
    except Exception as error:  # noqa: BLE001 - every outcome of a test is a verdict
        return failed_call(address, client, error)
    return success(connection, deadline)


def cause_of(errors: list[Any]) -> tuple[str, str] | None:
    """Return the cause that librdkafka's errors give, if any."""
    for error in errors:
        name, text = error.name(), error.str()
        if "OAUTHBEARER" in text or "oauthbearer" in text or "token" in text.lower():
            return "oauth-failed", text
        if name == "_AUTHENTICATION" and "ApiVersion" not in text:
            return "wrong-credentials", text
        if name == "_SSL":
            return "tls-failed", text
    return None


def silence(address: str, client: AdminClient) -> tuple[str, str, str]:
    """Return the cause when a bootstrap server answers but the call fails: the advertised addresses do not answer."""
    with contextlib.suppress(KafkaException):
        brokers = client.list_topics(topic="__consumer_offsets", timeout=0.3).brokers.values()
        advertised = ", ".join(f"{broker.host}:{broker.port}" for broker in brokers)
        if advertised:
            return "advertised-unreachable", address, advertised
    return "no-answer", address, ""


def failed_call(address: str, client: AdminClient, error: Exception) -> Verdict:
    """Return the verdict for a call that failed or timed out."""
    if isinstance(error, KafkaException) and error.args[0].name() == "CLUSTER_AUTHORIZATION_FAILED":
        return failed("not-authorized", address)
    if isinstance(error, KafkaException) and error.args[0].code() > 0:
        return failed("other", address, error.args[0].str())
    return failed(*silence(address, client))


def success(connection: Connection, deadline: float) -> Verdict:
    """Describe the cluster, and try what this principal may do as far as time allows."""
    try:
        description = cluster.describe(connection, timeout=max(0.5, deadline - time.monotonic()))
    except KafkaFailure as failure:
        return Verdict(False, "other", failure.sentence, failure.advice)
    trials: dict[str, Callable[[], object]] = {
        "read ACLs": lambda: acls.list_acls(connection, timeout=1),
        "list groups": lambda: groups.list_groups(connection, timeout=1),
        "describe __consumer_offsets (for lag)": lambda: topics.describe(connection, "__consumer_offsets", timeout=1),
    }
    operations = sorted(description.authorized_operations or ())
    may = [f"{operation.lower().replace('_', ' ')} (cluster)" for operation in operations]
    may_not = []
    version = None
    if time.monotonic() < deadline - 1:
        version = cluster.version(connection)
    for name, trial in trials.items():
        if time.monotonic() > deadline - 1:
            break
        try:
            trial()
            may.append(name)
        except KafkaFailure as failure:
            may_not.append(f"{name} ({failure.sentence.rstrip('.')})")
    if "DESCRIBE" not in operations:
        sentence, advice = wording_of("not-authorized", "", "")
        return Verdict(False, "not-authorized", sentence, advice, description, version, tuple(may), tuple(may_not))
    sentence = f"Connected: {plural(len(description.brokers), 'broker')}" + (f", Kafka {version}." if version else ".")
    return Verdict(True, "ok", sentence, "", description, version, tuple(may), tuple(may_not))


def forget(connection: Connection) -> None:
    pool.forget(connection)
