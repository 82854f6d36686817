"""Reading back fills a page by records, whatever holes the log has, and however much is unpacked at once."""

from collections import deque
from collections.abc import Mapping
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from clusters.gateway.log.records import Record
from clusters.gateway.reading.records import Reading, Span
from clusters.messages.reading.offset_ranges import fewer, newest_first, used_up
from clusters.messages.reading.stretches import read_backward


class Log:
    """A partition with records at some offsets; a stretch with more than ``bearable`` of them is not read whole."""

    def __init__(self, offsets: set[int], bearable: int = 10_000) -> None:
        self.offsets, self.bearable, self.asked = sorted(offsets), bearable, list[Span]()

    def read(self, spans: Mapping[int, Span], seconds: float) -> Reading:
        span = spans[0]
        self.asked.append(span)
        there = [offset for offset in self.offsets if span.start <= offset < span.end]
        records = deque(Record(0, offset, 0, False, None, b"", (), 0, 0) for offset in there[: self.bearable])
        unread = [0] if len(there) > self.bearable else []
        return Reading(spans, {0: records}, {0: span.end}, len(records), unread)


@given(st.sets(st.integers(0, 3_000), max_size=60), st.integers(1, 20), st.integers(1, 60), st.integers(1, 5))
def test_the_last_records_are_read_however_far_apart_they_are(
    offsets: set[int], needed: int, width: int, bearable: int
) -> None:
    log = Log(offsets, bearable)
    reading, _ = read_backward(log.read, {0: Span(0, 3_001)}, {0: 3_001}, partial(fewer, needed=needed), width, 30)
    read = [record.offset for record in reading.records[0]]
    assert read == log.offsets[len(log.offsets) - len(read) :]
    assert len(read) >= min(needed, len(offsets))
    assert reading.unread == []


def test_a_log_of_holes_takes_few_stretches() -> None:
    log = Log({0, 1, 2})
    read_backward(log.read, {0: Span(0, 1_000_000_000)}, {0: 1_000_000_000}, partial(fewer, needed=3), 50, 30)
    assert len(log.asked) < 20


def test_what_time_did_not_suffice_for_is_said() -> None:
    log = Log(set(range(100)))
    reading, _ = read_backward(log.read, {0: Span(0, 100)}, {0: 100}, partial(fewer, needed=10), 50, 0)
    assert (reading.unread, reading.spans) == ([0], {0: Span(100, 100)})


@given(
    st.lists(st.lists(st.integers(0, 9), max_size=30), min_size=1, max_size=5), st.integers(1, 20), st.integers(1, 5)
)
def test_a_page_of_the_newest_is_that_of_everything_however_little_is_read_at_first(
    times: list[list[int]], limit: int, width: int
) -> None:
    log = {
        partition: [
            Record(partition, offset, moment, False, None, b"", (), 0, 0) for offset, moment in enumerate(there)
        ]
        for partition, there in enumerate(times)
    }

    def read(spans: Mapping[int, Span], seconds: float) -> Reading:
        records = {number: deque(log[number][span.start : span.end]) for number, span in spans.items()}
        return Reading(spans, records, {number: span.end for number, span in spans.items()})

    available = {number: Span(0, len(records)) for number, records in log.items()}
    ends = {number: span.end for number, span in available.items()}
    reading, _ = read_backward(read, available, ends, partial(used_up, limit=limit), width, 30)
    page, whole = newest_first(reading, available, limit), newest_first(read(available, 30), available, limit)
    assert page.records == whole.records
    assert all(page.next_places.get(number, 0) == place for number, place in whole.next_places.items())
