from datetime import UTC, datetime, timedelta

import pytest

from core.web import formats


def test_unknown_is_a_dash_and_never_zero() -> None:
    assert (formats.count(None), formats.size(None), formats.total(None, 3)) == ("–", "–", "–")
    assert (formats.count(0), formats.size(0)) == ("0", "0 B")


def test_a_sum_says_how_many_parts_are_unknown() -> None:
    assert formats.total(12340, 2) == "12,340 + 2 unknown"
    assert formats.total(12340, 0) == "12,340"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (999, "999 B"),
        (1000, "1.0 KiB"),
        (1024, "1.0 KiB"),
        (999 * 1024, "999.0 KiB"),
        (1_023_948, "999.9 KiB"),
        (1_023_949, "1.0 MiB"),
        (1_044_275, "1.0 MiB"),
        (1536 * 1024, "1.5 MiB"),
        (2**60, "1,024.0 PiB"),
    ],
)
def test_bytes_go_to_the_next_unit_from_a_thousand_on(value: int, text: str) -> None:
    assert formats.size(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
        (90000, "1 d 1 h"),
        (-5, "0 s"),
    ],
)
def test_time_spans_are_written_in_two_units(seconds: float, text: str) -> None:
    assert formats.duration(seconds) == text


def test_an_age_is_told_and_never_is_said() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert formats.age(now - timedelta(seconds=5), now) == "5 s ago"
    assert formats.age(None, now) == "never"
