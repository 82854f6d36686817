"""Following shows what is new, bounded, and counts what it leaves out."""

from hypothesis import given
from hypothesis import strategies as st

from clusters.gateway.offsets import NO_RECORD
from clusters.gateway.reading.records import Span
from clusters.messages.following.looks import Pace, look, rate

partitions = st.dictionaries(st.integers(0, 5), st.tuples(st.integers(0, 50), st.integers(0, 500)), min_size=1)


@given(partitions, st.integers(1, 200), st.integers(0, 600))
def test_the_last_records_are_read_and_the_others_counted(
    sizes: dict[int, tuple[int, int]], most: int, place: int
) -> None:
    available = {number: Span(start, start + size) for number, (start, size) in sizes.items()}
    places = dict.fromkeys(available, place)
    new = look(available, places, most)
    written = {number: max(0, span.end - max(span.start, place)) for number, span in available.items()}
    assert new.written == sum(written.values())
    read = {number: span.end - span.start for number, span in new.spans.items()}
    assert sum(read.values()) + new.left_out == new.written
    assert sum(read.values()) <= most or not new.left_out
    assert all(new.spans[number].end == available[number].end for number in available)
    assert all(read[number] <= written[number] for number in available)
    if new.left_out:
        assert sum(read.values()) > most - len(sizes)


def test_a_partition_that_is_added_begins_at_its_beginning_and_one_that_was_offline_at_its_end() -> None:
    available = {0: Span(0, 9), 1: Span(2, 7), 2: Span(0, 5)}
    assert look(available, {}, 100).written == 0
    assert look(available, {0: 4, 2: NO_RECORD}, 100).spans == {0: Span(4, 9), 1: Span(2, 7), 2: Span(5, 5)}


def test_the_rate_is_known_from_the_second_look_on() -> None:
    assert rate(500, Pace.of((), 1_000), 1_000) is None
    assert rate(500, Pace(1_000, 0), 3_000) == 250
    assert Pace.of((7, 8), 99) == Pace(7, 8)
    assert Pace.of((), 99) == Pace(99)
