from dataclasses import replace

import pytest

from clusters.messages.rendering.records import Rendered, render, time_of


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, Rendered(None)),
        (b"", Rendered("", 0)),
        ('{"größe": 1}'.encode(), Rendered('{"größe": 1}', 14)),
        (b"one\n\ttwo", Rendered("one\n\ttwo", 8)),
        (b"\x1b[31m", Rendered("1b 5b 33 31 6d", 5, binary=True, note="binary")),
        (
            b"\x00\x00\x00\x00\x07\x5b\xcd\x15",
            Rendered(
                "00 00 00 00 07 5b cd 15",
                8,
                True,
                note="binary; it may be: Long 123456789",
            ),
        ),
        (
            b"\x40\x49\x0f\xdb\xff"[:4],
            Rendered("40 49 0f db", 4, True, note="binary; it may be: Integer 1078530011, Float 3.141593"),
        ),
        (b"\xff\xff\xff\xfe", Rendered("ff ff ff fe", 4, True, note="binary; it may be: Integer -2")),
        (
            bytes(range(16)),
            Rendered(
                bytes(range(16)).hex(" "), 16, True, note="binary; it may be: UUID 00010203-0405-0607-0809-0a0b0c0d0e0f"
            ),
        ),
        (b"\xff\xfe", Rendered("ff fe", 2, binary=True, note="binary")),
        (b"\x00\x00\x00\x00\x0cabc\xff", Rendered("00 00 00 00 0c 61 62 63 ff", 9, True, note="binary")),
    ],
)
def test_text_stays_text_and_all_else_is_hexadecimal(data: bytes | None, expected: Rendered) -> None:
    assert seen(render(data)) == expected


def seen(rendered: Rendered) -> Rendered:
    """Return what is rendered without how it was decoded."""
    return replace(rendered, format="", why="", value=Rendered(None).value)


def test_a_character_that_was_cut_in_two_makes_no_binary_of_a_text() -> None:
    assert seen(render("grö".encode()[:3], size=900)) == Rendered("gr", 900, truncated=True)
    assert render("grö".encode()[:3]).binary


def test_much_that_is_binary_is_cut() -> None:
    rendered = render(b"\xff" * 1000)
    assert rendered.truncated
    assert rendered.text is not None
    assert len(rendered.text.split()) == 512


def test_a_time_that_no_calendar_has_is_unknown() -> None:
    assert time_of(2**62) is None
    assert time_of(None) is None
    assert str(time_of(1_700_000_000_123)) == "2023-11-14 22:13:20.123000+00:00"
