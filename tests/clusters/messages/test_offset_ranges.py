from collections import deque
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from clusters.gateway.log.records import Record
from clusters.gateway.offsets import NO_RECORD, Watermarks
from clusters.gateway.reading.records import Reading, Span
from clusters.messages.reading import offset_ranges

Log = dict[int, list[Record]]
times = st.lists(st.integers(0, 50), max_size=12)
logs = st.dictionaries(st.integers(0, 4), times, min_size=1, max_size=4)


def record(partition: int, offset: int, moment: int | None) -> Record:
    return Record(partition, offset, moment, False, None, b"", (), 0, 0)


def first_from(available: dict[int, Span], at: dict[int, int], limit: int) -> dict[int, Span]:
    chosen = offset_ranges.forward(available, at)
    return {number: Span(span.start, min(span.end, span.start + limit)) for number, span in chosen.items()}


def last_before(available: dict[int, Span], at: dict[int, int], limit: int) -> dict[int, Span]:
    ends = offset_ranges.ends(available, at)
    return {number: Span(max(span.start, ends[number] - limit), ends[number]) for number, span in available.items()}


def log_of(times_by_partition: dict[int, list[int]], first: int = 3) -> Log:
    return {
        partition: [record(partition, first + position, moment) for position, moment in enumerate(moments)]
        for partition, moments in times_by_partition.items()
    }


def read(log: Log, chosen: dict[int, Span], keeps: Iterable[int] = (), limit: int | None = None) -> Reading:
    """Read spans as a reader would, keeping only some times and at most the newest ``limit`` records."""
    kept_times = set(keeps)
    records = {
        partition: deque(
            (
                item
                for item in log[partition]
                if span.start <= item.offset < span.end and (not kept_times or item.time_ms in kept_times)
            ),
            limit,
        )
        for partition, span in chosen.items()
    }
    return Reading(chosen, records, {partition: span.end for partition, span in chosen.items()})


def there(log: Log, first: int = 3) -> dict[int, Span]:
    return {partition: Span(first, first + len(records)) for partition, records in log.items()}


@given(logs, st.integers(1, 7), st.integers(1, 9), st.sets(st.integers(0, 50), max_size=40))
def test_page_by_page_back_to_the_beginning_every_record_is_shown_once(
    times_by_partition: dict[int, list[int]], limit: int, span_limit: int, keeps: set[int]
) -> None:
    log, seen = log_of(times_by_partition), list[Record]()
    at: dict[int, int] = {}
    while True:
        reading = read(log, last_before(there(log), at, span_limit), keeps, limit)
        sheet = offset_ranges.newest_first(reading, there(log), limit)
        seen += sheet.records
        if not sheet.next_places:
            break
        at = dict(sheet.next_places)
    for partition, records in log.items():
        expected = [item for item in records if not keeps or item.time_ms in keeps]
        assert [item for item in seen if item.partition == partition] == expected[::-1]


@given(logs, st.integers(1, 7), st.integers(1, 5), st.sets(st.integers(0, 50), max_size=9))
def test_page_by_page_on_to_the_end_every_record_is_shown_once(
    times_by_partition: dict[int, list[int]], limit: int, span_limit: int, keeps: set[int]
) -> None:
    log, seen = log_of(times_by_partition), list[Record]()
    at: dict[int, int] = {}
    while True:
        sheet = offset_ranges.oldest_first(read(log, first_from(there(log), at, span_limit), keeps), there(log), limit)
        seen += sheet.records
        if not sheet.next_places:
            break
        at = dict(sheet.next_places)
    for partition, records in log.items():
        expected = [item for item in records if not keeps or item.time_ms in keeps]
        assert [item for item in seen if item.partition == partition] == expected


def test_partitions_are_merged_by_time() -> None:
    log = log_of({0: [1, 4, 5], 1: [2, 3, 6]})
    newest = offset_ranges.newest_first(read(log, there(log)), there(log), 4)
    assert [item.time_ms for item in newest.records] == [6, 5, 4, 3]
    assert newest.next_places == {0: 4, 1: 4}
    oldest = offset_ranges.oldest_first(read(log, there(log)), there(log), 4)
    assert [item.time_ms for item in oldest.records] == [1, 2, 3, 4]
    assert oldest.next_places == {0: 5, 1: 5}


def test_of_records_of_one_moment_all_partitions_have_some_on_the_page_and_none_needs_more_to_be_read() -> None:
    log = log_of({0: [7] * 20, 1: [7] * 20, 2: [6] * 19 + [7]})
    reading = read(log, there(log))
    newest = offset_ranges.newest_first(reading, there(log), 21)
    assert [item.partition for item in newest.records] == [0, 1, 2, *[0, 1] * 9]
    assert not offset_ranges.used_up(reading.records, 21)
    assert offset_ranges.used_up(reading.records, 42) == {0, 1}


def test_a_place_is_kept_within_what_is_there() -> None:
    spans = {0: Span(10, 20)}
    assert offset_ranges.forward(spans, {0: 5}) == {0: Span(10, 20)}
    assert offset_ranges.forward(spans, {0: 99}) == {0: Span(20, 20)}
    assert offset_ranges.forward(spans, {0: NO_RECORD}) == {0: Span(20, 20)}
    assert offset_ranges.ends(spans, {0: 12}) == {0: 12}
    assert offset_ranges.known_spans({0: Watermarks(1, 2), 1: Watermarks(None, 5)}) == {0: Span(1, 2)}


def test_few_partitions_are_read_deep_enough_and_many_not_too_deep() -> None:
    assert offset_ranges.share(100, 3) == 100
    assert offset_ranges.share(100, 1000) == 5
    assert offset_ranges.share(500, 10_000) == 1
    assert offset_ranges.first_width(100, 1, searching=False) == 100
    assert offset_ranges.first_width(50, 5, searching=False) == 20
    assert offset_ranges.first_width(50, 1000, searching=False) == 1
    assert offset_ranges.first_width(100, 5, searching=True) == 4_000
