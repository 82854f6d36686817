"""Offsets of connectors as people write them: the JSON that Kafka Connect takes. Pure."""

import json
from collections.abc import Sequence

from clusters.connect.rules.documents import ConfigError, loaded
from clusters.gateway.connect.offsets import ConnectorOffset

MOST = 1_000  # partitions of one change


def as_json(offsets: Sequence[ConnectorOffset]) -> str:
    """Return what PATCH /connectors/…/offsets takes, a line for each partition."""
    lines = [json.dumps({"partition": each.partition, "offset": each.offset}, ensure_ascii=False) for each in offsets]
    return "[\n  " + ",\n  ".join(lines) + "\n]" if lines else "[]"


def read_json(text: str) -> tuple[ConnectorOffset, ...]:
    """Return the offsets of a list, or of what Kafka Connect gives, ``{"offsets": […]}``.

    Raises:
        ConfigError: it is no such JSON.
    """
    content = loaded(text)
    listed = content.get("offsets") if isinstance(content, dict) else content
    if not isinstance(listed, list) or len(listed) > MOST:
        raise ConfigError(f"It is not a list of at most {MOST:,} offsets.")
    return tuple(offset_of(each) for each in listed)


def offset_of(content: object) -> ConnectorOffset:
    """Raises ConfigError: it is none."""
    if not isinstance(content, dict) or not isinstance(content.get("partition"), dict) or "offset" not in content:
        raise ConfigError("Each one is an object with partition and offset, which are objects; null removes an offset.")
    if content["offset"] is not None and not isinstance(content["offset"], dict):
        raise ConfigError("An offset is an object, e.g. {“position”: 30}, or null, which removes it.")
    return ConnectorOffset(content["partition"], content["offset"])
