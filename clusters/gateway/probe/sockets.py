"""What a bare socket shows about an address in milliseconds: whether it resolves, answers, speaks TLS and Kafka."""

import socket
import ssl
import struct
from dataclasses import dataclass

from clusters.gateway.clients.connection import Connection, ssl_context

API_VERSIONS, METADATA, SASL_HANDSHAKE = 18, 3, 17
UNSUPPORTED_MECHANISM, ILLEGAL_SASL_STATE = 33, 34


def request(api: int, version: int, body: bytes = b"") -> bytes:
    """Return a request with correlation id 1 and no client id; all versions used here share this header."""
    content = struct.pack(">hhih", api, version, 1, -1) + body
    return struct.pack(">i", len(content)) + content


@dataclass(frozen=True, slots=True)
class Finding:
    """The result for one address. ``cause`` is one of the probe's causes, or ``kafka`` if it speaks Kafka to us."""

    address: str
    cause: str
    detail: str = ""


def split(address: str) -> tuple[str, int]:
    """Return host and port of ``host:port``.

    Raises:
        ValueError: it has another form.
    """
    host, _, port = address.strip().rpartition(":")
    if not host:
        raise ValueError(address)
    return host.strip("[]"), int(port)


def examine(address: str, connection: Connection, timeout: float) -> Finding:
    """Connect to one address with the connection's protocol and report what answers."""
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
        return (over_tls if connection.uses_tls else over_plain)(plain, host, address, connection)


def over_plain(plain: socket.socket, _host: str, address: str, connection: Connection) -> Finding:
    """Greet without TLS."""
    response = send_request(plain, request(API_VERSIONS, 0))
    if response is None:
        return Finding(address, "no-answer", "it accepts the connection, but does not respond")
    if response[:1] == b"\x15":  # a TLS alert
        return Finding(address, "tls-expected")
    return greeted(plain, response, address, connection)


def greeted(peer: socket.socket, response: bytes | None, address: str, connection: Connection) -> Finding:
    """Judge the answer to our greeting, then request something that only the right kind of listener grants."""
    if not response:
        return Finding(address, "closed")
    if not is_kafka(response):
        return Finding(address, "not-kafka")
    return ask_sasl(peer, address, connection) if connection.uses_sasl else ask_metadata(peer, address)


def ask_metadata(peer: socket.socket, address: str) -> Finding:
    """Request metadata without signing in: a SASL listener closes the connection."""
    response = send_request(peer, request(METADATA, 4, struct.pack(">i?", 0, False)))
    return Finding(address, "kafka" if response and is_kafka(response) else "sasl-expected")


def ask_sasl(peer: socket.socket, address: str, connection: Connection) -> Finding:
    """Offer our mechanism: a listener without SASL reports that, others name their mechanisms."""
    mechanism = connection.sasl_mechanism.encode()
    response = send_request(peer, request(SASL_HANDSHAKE, 1, struct.pack(">h", len(mechanism)) + mechanism))
    if not response or not is_kafka(response):
        return Finding(address, "sasl-not-expected")
    (code,) = struct.unpack_from(">h", response, 8)
    if code == ILLEGAL_SASL_STATE:
        return Finding(address, "sasl-not-expected")
    if code == UNSUPPORTED_MECHANISM:
        return Finding(address, "unknown-mechanism", ", ".join(mechanisms(response)))
    return Finding(address, "kafka")


def mechanisms(response: bytes) -> list[str]:
    (number,) = struct.unpack_from(">i", response, 10)
    names, position = [], 14
    for _ in range(min(number, 20)):
        (length,) = struct.unpack_from(">h", response, position)
        names.append(response[position + 2 : position + 2 + length].decode("ascii", "replace"))
        position += 2 + length
    return names


def over_tls(plain: socket.socket, host: str, address: str, connection: Connection) -> Finding:
    """Do the TLS handshake, then greet."""
    try:
        with ssl_context(connection).wrap_socket(plain, server_hostname=host) as secure:
            return greeted(secure, send_request(secure, request(API_VERSIONS, 0)), address, connection)
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
        return Finding(address, "no-answer", "it accepts the connection, but the TLS handshake does not complete")
    except OSError:
        return Finding(address, "tls-not-expected")


def send_request(peer: socket.socket, data: bytes) -> bytes | None:
    """Send a request and return the answer's first bytes: empty if closed, None if nothing came in time.

    Raises:
        ssl.SSLError: the peer refuses us only now, as with TLS 1.3 when it requires a client certificate.
    """
    try:
        peer.sendall(data)
        return peer.recv(4096)
    except ssl.SSLError:
        raise
    except TimeoutError:
        return None
    except OSError:
        return b""


def is_kafka(response: bytes) -> bool:
    """Tell whether the bytes are a response to our request: a sane length and our correlation id."""
    if len(response) < 10:
        return False
    length, correlation = struct.unpack_from(">ii", response)
    return bool(correlation == 1 and 6 <= length < 10_000_000)
