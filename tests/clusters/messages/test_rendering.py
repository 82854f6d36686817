import pytest

from clusters.messages.rendering import Shown, shown, time_of


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, Shown(None)),
        (b"", Shown("", 0)),
        ('{"größe": 1}'.encode(), Shown('{"größe": 1}', 14)),
        (b"one\n\ttwo", Shown("one\n\ttwo", 8)),
        (b"\x1b[31m", Shown("1b 5b 33 31 6d", 5, binary=True, note="binary")),
        (b"\xff\xfe", Shown("ff fe", 2, binary=True, note="binary")),
        (b"\x00\x00\x00\x00\x0cabc", Shown("00 00 00 00 0c 61 62 63", 8, True, note="schema 12 of a registry")),
    ],
)
def test_text_stays_text_and_all_else_is_hexadecimal(data: bytes | None, expected: Shown) -> None:
    assert shown(data) == expected


def test_a_character_that_was_cut_in_two_makes_no_binary_of_a_text() -> None:
    assert shown("grö".encode()[:3], size=900) == Shown("gr", 900, cut=True)
    assert shown("grö".encode()[:3]).binary


def test_much_that_is_binary_is_cut() -> None:
    rendered = shown(b"\xff" * 1000)
    assert rendered.cut
    assert rendered.text is not None
    assert len(rendered.text.split()) == 512


def test_a_time_that_no_calendar_has_is_unknown() -> None:
    assert time_of(2**62) is None
    assert time_of(None) is None
    assert str(time_of(1_700_000_000_123)) == "2023-11-14 22:13:20.123000+00:00"
