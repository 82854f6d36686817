"""A record as the plain values that JSON knows: for the API, and to be copied. Pure."""

from base64 import b64encode
from typing import Any

from clusters.gateway.log.records import Record
from clusters.messages.rendering import text_of, time_of


def message_out(record: Record) -> dict[str, Any]:
    return {
        "partition": record.partition,
        "offset": record.offset,
        "time": time_of(record.time_ms),
        "time_of": "broker" if record.appended else "producer",
        "key": data_out(record.key, record.key_size),
        "value": data_out(record.value, record.value_size),
        "headers": [{"name": name, "value": data_out(value, size)} for name, value, size in record.headers],
        "header_count": record.header_count,
        "transaction": record.transaction,
    }


def data_out(data: bytes | None, size: int) -> dict[str, Any]:
    """Return a key or value; ``size`` is that of the whole, in bytes."""
    if data is None:
        return {"text": None, "base64": None, "size": None, "cut": False}
    text = text_of(data, truncated=size > len(data))
    encoded = b64encode(data).decode() if text is None else None
    return {"text": text, "base64": encoded, "size": size, "cut": size > len(data)}
