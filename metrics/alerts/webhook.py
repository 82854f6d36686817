"""Plain webhooks: alerts posted as JSON to whatever address, with a text that chat programs show."""

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.outgoing import Access, OutgoingFailure, exchange

if TYPE_CHECKING:
    from metrics.alerts.transports import Message

SECONDS = 10.0
MAX_BYTES = 100_000  # of an answer, which nobody reads
INVALID = "Not a valid URL: e.g. https://host/path."


def is_web_address(url: str) -> bool:
    return url.strip().lower().startswith(("http://", "https://"))


def objection_to(url: str) -> str:
    """Return why a web address cannot be posted to, or nothing."""
    try:
        parts = urlsplit(url.strip())
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError:  # http://[::1, or a port that is none
        return INVALID
    return "" if is_complete else INVALID


def payload(title: str, text: str, messages: "list[Message]") -> dict[str, object]:
    """Return what is posted: ``text`` is the whole message, ``alerts`` its parts."""
    return {
        "text": f"{title}\n\n{text}",
        "title": title,
        "status": "resolved" if all(message.ended for message in messages) else "open",
        "alerts": [part(message) for message in messages],
    }


def part(message: "Message") -> dict[str, object]:
    same = ("cluster", "rule", "subject", "severity", "title", "text", "advice", "link")
    times = {"started": message.started.isoformat(), "ended": message.ended.isoformat() if message.ended else None}
    return {**{name: getattr(message, name) for name in same}, **times}


def send(url: str, title: str, text: str, messages: "list[Message]") -> str:
    """Post alerts; return why that failed, or "". The address is never part of the reason: it may hold a key."""
    as_json = Access(headers=(("Content-Type", "application/json"),))
    body = json.dumps(payload(title, text, messages)).encode()
    try:
        response = exchange(url.strip(), as_json, seconds=SECONDS, max_bytes=MAX_BYTES, method="POST", data=body)
    except OutgoingFailure as failure:
        return f"The webhook is unreachable. {failure.advice}".strip().replace(url, "…")
    return "" if 200 <= response.status < 300 else f"The webhook returned status {response.status}."
