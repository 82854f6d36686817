"""A record that is there already as the beginning of a new one: ``?again=3-42`` names its partition and offset."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from accounts.access import granted
from accounts.permissions import may
from clusters.gateway.log.records import Record
from clusters.messages.reading_audit import record_for
from clusters.messages.rendering.records import text_of
from clusters.models import Cluster

PLACE = re.compile(r"([0-9]{1,9})-([0-9]{1,18})")


def fields_of_record(
    request: HttpRequest, cluster: Cluster, topic: str, leaders: Mapping[int, int | None]
) -> dict[str, Any]:
    """Return the form's fields for the record that the address names; none where it is gone or may not be read.

    Raises:
        KafkaFailure: it cannot be read.
    """
    place = PLACE.fullmatch(request.GET.get("again", ""))
    if not place or not may(granted(request), "messages.view", cluster.slug, topic):
        return {}
    record = record_for(request, cluster, topic, leaders, int(place[1]), int(place[2]))
    return initial_of(record) if record and not record.masked else {}


def initial_of(record: Record) -> dict[str, Any]:
    """Return a record as the form has it: text where it is text, else hexadecimal digits; nothing of a part of one."""
    if record.value_size != len(record.value or b"") or record.key_size != len(record.key or b""):
        return {}
    fields: dict[str, Any] = {"partition": None}
    for name, data in (("key", record.key), ("value", record.value)):
        text = None if data is None else text_of(data, truncated=False)
        fields[f"{name}_format"] = "null" if data is None else "text" if text is not None else "hex"
        fields[name] = "" if data is None else text if text is not None else data.hex(" ")
    lines = (
        name if value is None else f"{name}={text}"
        for name, value, _ in record.headers
        if (text := "" if value is None else text_of(value, truncated=False)) is not None
    )
    return fields | {"headers": "\n".join(lines)}
