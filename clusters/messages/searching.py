"""Whether a record contains a text. Pure.

JSON may write any character as ``\\u53f0``: what is searched is also the text that it stands for.
"""

import re
from collections.abc import Callable

from clusters.gateway.log.records import Record
from clusters.messages.json_layout import plain_text

ESCAPED = re.compile(rb"\\[u/\"]")


def containing(text: str) -> Callable[[Record], bool]:
    """Return what tells whether a record's key, value or a header contains a text, in any case."""
    sought = text.casefold()

    def is_in(data: bytes | None) -> bool:
        if not data:
            return False
        decoded = data.decode("utf-8", "replace")
        if sought in decoded.casefold():
            return True
        return bool(ESCAPED.search(data)) and sought in plain_text(decoded).casefold()

    def is_in_record(record: Record) -> bool:
        return (
            is_in(record.value)
            or is_in(record.key)
            or any(sought in name.casefold() or is_in(value) for name, value, _ in record.headers)
        )

    return is_in_record if text else lambda _: True
