"""A search finds the text that a record stands for, however it is written."""

import pytest

from clusters.gateway.log.records import Record
from clusters.messages.filters.texts import containing


def record(value: bytes | None = None, key: bytes | None = None, *headers: tuple[str, bytes | None, int]) -> Record:
    return Record(0, 0, 0, False, key, value, headers, 0, 0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("台", rb'{"city":"\u53f0\u5317"}'), ("😀", rb'["\ud83d\ude00"]'), ("a/b", rb'["a\/b"]'),
        ('say "x"', rb'["say \"x\""]'),
        ("GRÖSSE", "größe".encode()), ("üx", rb'["\u00fcx"]'),
    ],
)  # fmt: skip
def test_escapes_are_searched_as_what_they_stand_for(text: str, value: bytes) -> None:
    assert containing(text)(record(value))
    assert containing(text)(record(None, value))
    assert not containing(text + "?")(record(value))


def test_headers_and_their_names_are_searched() -> None:
    assert containing("trace")(record(b"v", None, ("Trace-Id", b"1", 1)))
    assert containing("abc")(record(b"v", None, ("id", b"xABCx", 5)))
    assert not containing("abc")(record(None, None, ("id", None, 0)))
