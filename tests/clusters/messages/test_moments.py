"""Times without a clock, in the zone of who asks."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from clusters.messages.forms import MessagesForm
from clusters.messages.moments import period
from clusters.messages.reading.topic import TopicLog

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = datetime(2026, 3, 1, 0, 30, 15, 500, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("shortcut", "since", "until"),
    [
        ("5m", "2026-03-01T00:25:15+08:00", None),
        ("1h", "2026-02-28T23:30:15+08:00", None),
        ("today", "2026-03-01T00:00:00+08:00", None),
        ("yesterday", "2026-02-28T00:00:00+08:00", "2026-03-01T00:00:00+08:00"),
    ],
)
def test_shortcuts_mean_times(shortcut: str, since: str, until: str | None) -> None:
    span = period(shortcut, NOW)
    assert span.since.isoformat() == since
    assert (span.until.isoformat() if span.until else None) == until


def form(**values: object) -> MessagesForm:
    messages_form = MessagesForm(
        {"seek": "newest", **values}, log=TopicLog("local", "orders", dict.fromkeys(range(4))), now=NOW
    )
    assert messages_form.is_valid(), messages_form.errors
    return messages_form


@pytest.mark.parametrize(
    ("values", "newest"),
    [
        ({}, True), ({"seek": "oldest"}, False), ({"seek": "1h"}, True), ({"seek": "1h", "order": "oldest"}, False),
        ({"seek": "offset", "offset": 3, "order": "newest"}, True), ({"seek": "around", "offset": 3}, False),
    ],
)  # fmt: skip
def test_the_order_is_that_of_the_start_unless_one_is_named(values: dict[str, object], newest: bool) -> None:
    assert form(**values).newest is newest


def test_a_key_is_looked_for_in_its_partition_unless_others_are_named() -> None:
    assert form(key="foobar").chosen == {(-790332482 & 0x7FFFFFFF) % 4}
    assert form(key="foobar", all_partitions="on").chosen == {0, 1, 2, 3}
    assert form(key="foobar", partitions="0-1").chosen == {0, 1}
    assert form(key="foobar", partitions="0-1").key_partition is None


def test_wrong_expressions_are_told_at_their_field() -> None:
    wrong = MessagesForm(
        {"seek": "newest", "regex": "(", "json_path": "$.a ~ 1", "cel": "value.a >", "fields_shown": "a.b"},
        log=TopicLog("local", "orders", {0: 1}), now=NOW,
    )  # fmt: skip
    assert not wrong.is_valid()
    assert wrong.errors.keys() == {"regex", "json_path", "cel", "fields_shown"}
