"""Where the audit log is sent as well: a webhook or syslog. Each takes a batch whole, or says why not."""

import json
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from core.outgoing import Access, OutgoingFailure, exchange

SECONDS, MAX_ANSWER = 5.0, 100_000
PRIORITY = 13 * 8 + 6  # facility “log audit”, severity “informational”
LARGEST_DATAGRAM = 60_000  # bytes
SCHEMES = {"udp": 514, "tcp": 514, "tls": 6514}
OF_CONTENT = {400, 413, 422}  # statuses of HTTP that are about what was sent
LONGEST_DETAIL = 500  # characters, where an event is too large as it is
Event = Mapping[str, Any]
Send = Callable[[Sequence[Event]], None]


class TargetAway(Exception):
    """A batch was not taken: a sentence without anything secret."""


class NotTaken(TargetAway):
    """The target answers, but does not take this: it is too large, or something in it is not to its liking."""


def configured_targets() -> dict[str, Send]:
    """Return what sends a batch to each configured target, by the target's name."""
    return {name: import_string(path) for name, path in settings.AUDIT_TARGETS.items() if address_of(name)}


def address_of(name: str) -> str:
    return str(getattr(settings, f"AUDIT_{name.upper()}"))


def check_targets() -> None:
    """Raises ImproperlyConfigured: an address cannot be one."""
    for name in configured_targets():
        check_target(name)


def check_target(name: str) -> None:
    """Raises ImproperlyConfigured: the address of one target cannot be one."""
    address = address_of(name)
    url = urlsplit(address)
    if name == "syslog" and (url.scheme not in SCHEMES or not url.hostname):
        raise ImproperlyConfigured(
            "KAFKAADMIN_AUDIT_SYSLOG must be udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT."
        )
    if name == "webhook" and not address.startswith(("https://", "http://")):
        raise ImproperlyConfigured("KAFKAADMIN_AUDIT_WEBHOOK must be an https:// URL.")
    if name == "topic" and not all(address.partition("/")):
        raise ImproperlyConfigured("KAFKAADMIN_AUDIT_TOPIC must be CLUSTER/TOPIC, with the cluster's short name.")


def to_webhook(events: Sequence[Event]) -> None:
    """Post a batch as JSON Lines.

    Raises:
        TargetAway: it did not answer with success.
    """
    headers = (("Content-Type", "application/x-ndjson"),)
    access = Access(token=settings.AUDIT_WEBHOOK_TOKEN, headers=headers)
    body = "".join(f"{json.dumps(event)}\n" for event in events).encode()
    try:
        response = exchange(
            settings.AUDIT_WEBHOOK, access, seconds=SECONDS, max_bytes=MAX_ANSWER, method="POST", data=body
        )
    except OutgoingFailure as failure:
        raise TargetAway(failure.sentence) from failure
    if not 200 <= response.status < 300:
        kind = NotTaken if response.status in OF_CONTENT else TargetAway
        raise kind(f"It answers with status {response.status}.")


def to_syslog(events: Sequence[Event]) -> None:
    """Send a batch as messages of RFC 5424; by TCP, until the receiver has read all of it.

    Raises:
        TargetAway: it does not take it. By UDP, nothing tells.
    """
    url = urlsplit(settings.AUDIT_SYSLOG)
    place = str(url.hostname), url.port or SCHEMES[url.scheme]
    try:
        if url.scheme == "udp":
            send_datagrams(place, [fitting(event) for event in events])
        else:
            send_stream(place, [message_of(event) for event in events], tls=url.scheme == "tls")
    except OSError as error:
        raise TargetAway(f"{url.hostname} cannot be reached: {error}.") from error


def message_of(event: Event) -> bytes:
    at = datetime.fromisoformat(event["at"]).isoformat(timespec="milliseconds")
    text = f"<{PRIORITY}>1 {at} {socket.gethostname() or '-'} kafkaadmin - audit - {json.dumps(event)}"
    return text.encode()


def fitting(event: Event) -> bytes:
    """Return an event's message so that it fits into a datagram."""
    message = message_of(event)
    return message if len(message) <= LARGEST_DATAGRAM else message_of(shortened(event))


def shortened(event: Event) -> Event:
    """Return an event without what can be long in it; the entry itself has that."""
    return {**event, "steps": [], "detail": str(event.get("detail", ""))[:LONGEST_DETAIL], "shortened": True}


def send_datagrams(place: tuple[str, int], messages: Sequence[bytes]) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(*place, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, protocol) as connection:
        for message in messages:
            connection.sendto(message, address)


def send_stream(place: tuple[str, int], messages: Sequence[bytes], *, tls: bool) -> None:
    """Send messages with their lengths (RFC 6587), and wait until the receiver ends the connection, too."""
    with socket.create_connection(place, timeout=SECONDS) as plain:
        connection = ssl.create_default_context().wrap_socket(plain, server_hostname=place[0]) if tls else plain
        connection.sendall(b"".join(b"%d %s" % (len(message), message) for message in messages))
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass
