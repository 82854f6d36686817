import pytest

from clusters.messages.rendering import Rendered, render, time_of


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, Rendered(None)),
        (b"", Rendered("", 0)),
        ('{"größe": 1}'.encode(), Rendered('{"größe": 1}', 14)),
        (b"one\n\ttwo", Rendered("one\n\ttwo", 8)),
        (b"\x1b[31m", Rendered("1b 5b 33 31 6d", 5, binary=True, note="binary")),
        (b"\xff\xfe", Rendered("ff fe", 2, binary=True, note="binary")),
        (b"\x00\x00\x00\x00\x0cabc", Rendered("00 00 00 00 0c 61 62 63", 8, True, note="schema 12 of a registry")),
    ],
)
def test_text_stays_text_and_all_else_is_hexadecimal(data: bytes | None, expected: Rendered) -> None:
    assert render(data) == expected


def test_a_character_that_was_cut_in_two_makes_no_binary_of_a_text() -> None:
    assert render("grö".encode()[:3], size=900) == Rendered("gr", 900, truncated=True)
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
