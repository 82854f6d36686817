"""Keys and values as the documents that expressions look into. Pure."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from clusters.formats.content import NOTHING, Content
from clusters.gateway.log.records import Record

LONG = re.compile(rb"[0-9]{19}")  # what may be a number of more than 64 bits
Decode = Callable[[Record, str], Any]
Unwritten = Callable[[Record, str], Content | None]


@dataclass(frozen=True)
class Documents:
    """What keys and values stand for: JSON as it is; other formats by ``decode``, which gives ``NOTHING`` for none.

    ``unwritten`` gives what a key or value says that is not in its bytes as text; without it, all texts are.
    """

    decode: Decode | None = None
    unwritten: Unwritten | None = None
    is_as_written: bool = True  # whether a text that is not in a batch's bytes is in none of its records

    def value(self, record: Record, *, exact: bool = False) -> Any:
        """Return what a value stands for: a text or bytes as they are, None for null.

        Whole numbers of more than 64 bits are rounded, unless they shall be ``exact``.
        """
        if record.value is None:
            return None
        try:
            if exact and LONG.search(record.value):
                return json.loads(record.value)
            return orjson.loads(record.value)  # refuses more than 1,024 levels
        except (ValueError, RecursionError):
            return self.other(record, "value", record.value)

    def key(self, record: Record) -> Any:
        """Return what a key stands for: an object or array if it is one, else its text, even where it is a number."""
        if record.key is None:
            return None
        if record.key[:1] in {b"{", b"["}:
            try:
                return orjson.loads(record.key)
            except ValueError:
                pass
        return self.other(record, "key", record.key)

    def texts(self, record: Record, part: str) -> Iterator[str]:
        """Yield the texts of a key or value that is not written as text: as it is shown, and as the text it is."""
        content = self.unwritten(record, part) if self.unwritten else None
        if content is not None:
            yield content.text
            if isinstance(content.value, str):
                yield content.value

    def other(self, record: Record, part: str, data: bytes) -> Any:
        """Return what data stands for that is not JSON."""
        decoded = self.decode(record, part) if self.decode else NOTHING
        return text_or_bytes(data) if decoded is NOTHING else decoded


RAW = Documents()


def text_or_bytes(data: bytes | None) -> str | bytes | None:
    try:
        return None if data is None else data.decode()
    except UnicodeDecodeError:
        return data
