"""Where a page of records ended, as text."""

from dataclasses import replace
from random import Random

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from clusters.gateway.offsets import LARGEST, NO_RECORD
from clusters.gateway.reading.records import Span
from clusters.messages.reading.cursors import LONGEST, Cursor, is_replaced, next_page, read_cursor, written
from clusters.messages.reading.topic import TopicLog

places = st.dictionaries(st.integers(0, 2**31 - 1), st.integers(0, LARGEST), max_size=30)


LOG = TopicLog("local", "orders", {}, "kDSpnB9cQ4y8nRtQbDYfgA")


@given(places, st.lists(st.integers(0, LARGEST), max_size=5), st.booleans())
def test_what_was_written_is_read(offsets: dict[int, int], counts: list[int], replaced: bool) -> None:
    text = written(Cursor(offsets, tuple(counts), replaced=replaced), LOG)
    assert read_cursor(text, LOG) == Cursor(offsets, tuple(counts), LOG.topic_id, replaced)
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:."), (
        "as an address has it"
    )


@pytest.mark.parametrize(
    "text",
    ["here", "0:17,1:4", written(Cursor({0: 1}), LOG)[:-1], signing.dumps([[0], [1]]), "é",
     written(Cursor({0: 1}), replace(LOG, topic="other")), written(Cursor({0: 1}), replace(LOG, cluster="other"))],
    ids=["a word", "plain", "cut off", "of another form", "no ASCII", "another topic's", "another cluster's"],
)  # fmt: skip
def test_what_is_none_of_ours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_cursor(text, LOG)


@pytest.mark.parametrize(
    ("topic_id", "place", "end", "replaced"),
    [("a", 5, 9, False), ("b", 5, 9, True), (None, 5, 9, False), (None, 9, 5, True), ("a", 9, 5, False)],
)
def test_a_topic_of_the_same_name_is_another_one_by_its_id_or_else_by_its_end(
    topic_id: str | None, place: int, end: int, replaced: bool
) -> None:
    cursor = Cursor({0: place, 1: NO_RECORD, 7: 99}, topic_id="a")
    assert is_replaced(cursor, replace(LOG, topic_id=topic_id), {0: Span(0, end), 1: Span(0, 3)}) is replaced


def test_hundreds_of_partitions_fit_into_an_address_and_of_more_it_is_said() -> None:
    random = Random(1)
    offsets = [random.randrange(10**9) for _ in range(5_000)]
    cursor, problems = next_page(Cursor(dict(enumerate(offsets[:800]))), LOG)
    assert (0 < len(cursor) <= LONGEST, problems) == (True, [])
    cursor, (problem,) = next_page(Cursor(dict(enumerate(offsets))), LOG)
    assert (cursor, "choose fewer partitions" in problem.sentence) == ("", True)


def test_where_nothing_follows_nothing_is_told() -> None:
    assert next_page(Cursor(), LOG) == ("", [])
