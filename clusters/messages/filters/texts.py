"""Whether a record has a text: in its key, its value or a header. Pure.

JSON may write any character as ``\\u53f0``: what is searched is also the text that it stands for. Most batches have no
record with the text, which can be told of all their bytes at once, ten times as fast.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from typing import Any

import re2

from clusters.gateway.log.records import Record
from clusters.gateway.reading.records import MayMatch
from clusters.messages.filters.documents import RAW, Documents
from clusters.messages.rendering.json_layout import plain_text

ESCAPED = re.compile(rb"\\[u/\"]")
UNDECODABLE = "\ufffd"  # stands for bytes that are no text, and is searched for record by record
ANYWHERE = "anywhere"
WHERE = {ANYWHERE: "Key, value or headers", "key": "Key", "value": "Value", "headers": "Headers"}
Test = Callable[[Record], bool]


def data_of(record: Record, where: str) -> Iterator[bytes]:
    """Yield the parts of a record to search in, without those that are null or empty; names of headers are parts."""
    if where in {ANYWHERE, "value"} and record.value:
        yield record.value
    if where in {ANYWHERE, "key"} and record.key:
        yield record.key
    if where in {ANYWHERE, "headers"}:
        for name, value, _ in record.headers:
            yield name.encode()
            if value:
                yield value


def texts_of(record: Record, where: str, documents: Documents) -> Iterator[str]:
    """Yield what the key and value to search in say, where that is not written in their bytes."""
    for part in ("value", "key"):
        if where in {ANYWHERE, part}:
            yield from documents.texts(record, part)


def containing(text: str, where: str = ANYWHERE, documents: Documents = RAW) -> Test:
    """Return what tells whether a part of a record contains a text, in any case; as bytes or as what they decode to."""
    sought = text.casefold()

    def is_in(data: bytes) -> bool:
        decoded = data.decode("utf-8", "replace")
        if sought in decoded.casefold():
            return True
        return bool(ESCAPED.search(data)) and sought in plain_text(decoded).casefold()

    def holds(record: Record) -> bool:
        return any(is_in(data) for data in data_of(record, where)) or any(
            sought in decoded.casefold() for decoded in texts_of(record, where, documents)
        )

    return holds


def equalling(text: str, where: str = ANYWHERE, documents: Documents = RAW) -> Test:
    """Return what tells whether a part of a record is exactly a text."""
    sought = text.encode()
    return lambda record: (
        any(data == sought for data in data_of(record, where)) or text in texts_of(record, where, documents)
    )


def matching(pattern: Any, where: str = ANYWHERE, documents: Documents = RAW) -> Test:
    """Return what tells whether a regular expression is found in a part of a record."""
    return lambda record: any(
        pattern.search(text)
        for text in chain(
            (data.decode("utf-8", "replace") for data in data_of(record, where)), texts_of(record, where, documents)
        )
    )


def may_contain(text: str) -> MayMatch | None:
    """Return what tells of all bytes of a batch whether a record of it may contain a text; None where that cannot be.

    It may say yes where no record does, never the opposite.
    """
    sought = text.casefold()
    if UNDECODABLE in sought:
        return None
    if sought.isascii():
        pattern = ascii_pattern(sought)
        return lambda contents: pattern.search(contents) is not None
    return lambda contents: (
        sought in contents.decode("utf-8", "replace").casefold() or ESCAPED.search(contents) is not None
    )


def may_equal(text: str) -> MayMatch:
    """Return what tells of all bytes of a batch whether a part of a record of it may be exactly a text."""
    sought = text.encode()
    return lambda contents: sought in contents


def ascii_pattern(sought: str) -> Any:
    """Return the expression for a text in any case, for what may stand for it in JSON, and for letters that fold to it.

    ``ſ`` is an ``s``, and ``ß`` two of them, where case does not count.
    """
    letters = set(sought)
    folding = [written_out(character.encode()) for character, folded in ascii_folds() if letters & folded]
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    parts = [f"(?i:{written_out(sought.encode())})", r'\\[u/"]', *folding]
    return re2.compile("|".join(parts).encode(), options)


def written_out(data: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in data)


@cache
def ascii_folds() -> list[tuple[str, frozenset[str]]]:
    """Return the characters beyond ASCII that fold to characters of it, with these."""
    return [
        (chr(number), folded)
        for number in range(128, 0x1_0000)  # none of those beyond does
        if (folded := frozenset(filter(str.isascii, chr(number).casefold())))
    ]
