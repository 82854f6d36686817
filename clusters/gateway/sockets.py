"""What a bare socket tells about an address in milliseconds: does it resolve, answer, speak TLS, speak Kafka."""

import socket
import ssl
import struct
from dataclasses import dataclass

from clusters.gateway.connection import Connection, ssl_context

# ApiVersions version 0, correlation id 1, client id null: every Kafka broker since 0.10 answers it, before sign-in too.
HELLO = struct.pack(">ihhih", 10, 18, 0, 1, -1)
UNSUPPORTED_SASL_STATE = 34


@dataclass(frozen=True, slots=True)
class Finding:
    """What one address is. ``cause`` is one of the probe's causes, or ``kafka`` when it speaks Kafka to us."""

    address: str
    cause: str
    detail: str = ""


def split(address: str) -> tuple[str, int]:
    """Return host and port of ``host:port``.

    Raises:
        ValueError: it is not that.
    """
    host, _, port = address.strip().rpartition(":")
    if not host:
        raise ValueError(address)
    return host.strip("[]"), int(port)


def examine(address: str, connection: Connection, timeout: float) -> Finding:
    """Connect to one address as the connection's protocol says and tell what answers."""
    try:
        host, port = split(address)
    except ValueError:
        return Finding(address, "bad-address")
    try:
        plain = socket.create_connection((host, port), timeout)
    except socket.gaierror as error:
        return Finding(address, "name-not-resolved", error.strerror or "")
    except ConnectionRefusedError:
        return Finding(address, "connection-refused")
    except (TimeoutError, OSError) as error:
        return Finding(address, "no-answer", str(error))
    with plain:
        plain.settimeout(timeout)
        return over_tls(plain, host, address, connection) if connection.uses_tls else over_plain(plain, address)


def over_plain(plain: socket.socket, address: str) -> Finding:
    """Say hello without TLS."""
    answer = said(plain)
    if answer is None:
        return Finding(address, "no-answer", "it accepts the connection and says nothing")
    if answer[:1] == b"\x15" or answer[:3] in {b"\x15\x03\x01", b"\x15\x03\x03"}:
        return Finding(address, "tls-expected")
    if answer == b"":
        return Finding(address, "closed")
    return Finding(address, "kafka" if is_kafka(answer) else "not-kafka", answer[:20].decode("latin-1"))


def over_tls(plain: socket.socket, host: str, address: str, connection: Connection) -> Finding:
    """Shake hands, then say hello."""
    try:
        with ssl_context(connection).wrap_socket(plain, server_hostname=host) as secure:
            answer = said(secure)
    except ssl.SSLCertVerificationError as error:
        cause = "hostname-mismatch" if "match" in str(error) or "mismatch" in str(error) else "certificate-not-trusted"
        return Finding(address, cause, error.verify_message)
    except ssl.SSLError as error:
        reason = error.reason or str(error)
        if "CERTIFICATE_REQUIRED" in reason or "HANDSHAKE_FAILURE" in reason or "BAD_CERTIFICATE" in reason:
            return Finding(address, "client-certificate-required", reason)
        if isinstance(error, ssl.SSLEOFError) or reason in {
            "WRONG_VERSION_NUMBER",
            "UNEXPECTED_EOF_WHILE_READING",
        }:
            return Finding(address, "tls-not-expected", reason)
        return Finding(address, "tls-failed", reason)
    except TimeoutError:
        return Finding(address, "no-answer", "it accepts the connection and does not shake hands")
    except OSError:
        return Finding(address, "tls-not-expected")
    if not answer:
        return Finding(address, "closed")
    return Finding(address, "kafka" if is_kafka(answer) else "not-kafka")


def said(peer: socket.socket) -> bytes | None:
    """Say hello and return the first bytes of the answer: empty when closed, None when nothing came in time.

    Raises:
        ssl.SSLError: the peer refuses us only now, as TLS 1.3 does when it wants a client certificate.
    """
    try:
        peer.sendall(HELLO)
        return peer.recv(64)
    except ssl.SSLError:
        raise
    except TimeoutError:
        return None
    except OSError:
        return b""


def is_kafka(answer: bytes) -> bool:
    """Tell whether an answer is a response to our hello: a sane length and our correlation id."""
    if len(answer) < 10:
        return False
    length, correlation = struct.unpack_from(">ii", answer)
    return correlation == 1 and 6 <= length < 100_000
