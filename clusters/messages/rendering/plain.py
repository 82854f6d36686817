"""A record as the plain values that JSON knows: for the API, and to be copied."""

from base64 import b64encode
from typing import Any, Literal

from clusters.formats.content import NOTHING
from clusters.formats.plain_text import text_of
from clusters.gateway.log.records import Record
from clusters.messages.decoding import Decoding
from clusters.messages.rendering.records import time_of


def message_out(record: Record, decoding: Decoding) -> dict[str, Any]:
    return {
        "partition": record.partition,
        "offset": record.offset,
        "time": time_of(record.time_ms),
        "time_of": "broker" if record.appended else "producer",
        "key": decoded_out(record, "key", decoding),
        "value": decoded_out(record, "value", decoding),
        "headers": [{"name": name, "value": data_out(value, size)} for name, value, size in record.headers],
        "header_count": record.header_count,
        "transaction": record.transaction,
        "masked": list(record.masked),
    }


def decoded_out(record: Record, part: Literal["key", "value"], decoding: Decoding) -> dict[str, Any]:
    """Return a key or value as it is, and decoded."""
    raw, size = record.part(part)
    decoded = decoding.decoded(record, part)
    if decoded is None:
        return data_out(raw, size)
    content = decoded.content.value
    return data_out(raw, size) | {
        "format": decoded.format,
        "why": decoded.why,
        "note": decoded.content.note,
        "decoded": None if content is NOTHING else content,
        "problem": " ".join(filter(None, [decoded.problem, decoded.advice])),
    }


def data_out(data: bytes | None, size: int) -> dict[str, Any]:
    """Return a key, value or header; ``size`` is that of the whole, in bytes."""
    if data is None:
        return {"text": None, "base64": None, "size": None, "cut": False}
    text = text_of(data, truncated=size > len(data))
    encoded = b64encode(data).decode() if text is None else None
    return {"text": text, "base64": encoded, "size": size, "cut": size > len(data)}
