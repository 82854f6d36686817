"""Where a page of records ended, as text."""

from random import Random

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from clusters.gateway.offsets import LARGEST
from clusters.messages.reading.cursors import LONGEST, Cursor, next_page, read_cursor, written

places = st.dictionaries(st.integers(0, 2**31 - 1), st.integers(0, LARGEST), max_size=30)


@given(places, st.lists(st.integers(0, LARGEST), max_size=5))
def test_what_was_written_is_read(offsets: dict[int, int], counts: list[int]) -> None:
    text = written(Cursor(offsets, tuple(counts)))
    assert read_cursor(text) == Cursor(offsets, tuple(counts))
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:."), (
        "as an address has it"
    )


@pytest.mark.parametrize(
    "text",
    ["here", "0:17,1:4", written(Cursor({0: 1}))[:-1], signing.dumps([[0], [1]]), "é"],
    ids=["a word", "plain", "cut off", "of another form", "no ASCII"],
)
def test_what_is_none_of_ours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_cursor(text)


def test_hundreds_of_partitions_fit_into_an_address_and_of_more_it_is_said() -> None:
    random = Random(1)
    offsets = [random.randrange(10**9) for _ in range(5_000)]
    cursor, problems = next_page(Cursor(dict(enumerate(offsets[:800]))))
    assert (0 < len(cursor) <= LONGEST, problems) == (True, [])
    cursor, (problem,) = next_page(Cursor(dict(enumerate(offsets))))
    assert (cursor, "choose fewer partitions" in problem.sentence) == ("", True)


def test_where_nothing_follows_nothing_is_told() -> None:
    assert next_page(Cursor()) == ("", [])
