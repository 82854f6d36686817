"""What is said of a group besides its verdict."""

from lag.types import Partition
from lag.verdicts.observations import Kind, Remark, remarks
from tests.lag.factories import NOW_MS, partition

HOUR_MS = 3_600_000
EMPTY = Partition(0, (), (100,), 0)


def slot(*, offset: int = 90, ends: tuple[int, ...] = (99, 100), age_ms: int = 0, owner: str = "") -> Partition:
    """Return a partition with one commit; its lag follows from the newest end offset."""
    made = partition(offsets=(offset,), times=(NOW_MS - age_ms,), ends=ends, current_lag=max(ends[-1] - offset, 0))
    return made._replace(owner=owner)


def said(topics: dict[str, list[Partition]], hosts: tuple[str, ...] | None = None) -> list[Remark]:
    return list(remarks(topics, hosts, NOW_MS))


def test_a_group_in_order_gets_no_remark() -> None:
    assert said({"orders": [slot(owner="/10.0.0.1")]}, ("/10.0.0.1",)) == []


def test_partitions_without_a_commit_are_named() -> None:
    (remark,) = said({"orders": [EMPTY, EMPTY, EMPTY, slot(), EMPTY]})
    assert (remark.kind, remark.subject) == (Kind.NEVER_COMMITTED, "orders")
    assert remark.sentence.startswith("Partitions 0–2, 4 of 5 are without a commit")


def test_a_topic_left_behind_while_others_are_committed_is_no_longer_consumed() -> None:
    (remark,) = said({"old": [slot(age_ms=5 * HOUR_MS)], "new": [slot()]})
    assert (remark.kind, remark.subject) == (Kind.NOT_CONSUMED, "old")
    assert remark.sentence.startswith("No commits for this topic in 5 h, while the group commits for others")


def test_a_group_that_stopped_everywhere_did_not_drop_a_topic() -> None:
    assert said({"a": [slot(age_ms=5 * HOUR_MS)], "b": [slot(age_ms=6 * HOUR_MS)]}) == []


def test_a_topic_with_nothing_unread_is_not_missed() -> None:
    assert said({"quiet": [slot(offset=100, age_ms=5 * HOUR_MS)], "new": [slot()]}) == []


def test_one_partition_that_is_committed_is_enough_for_a_topic_to_be_consumed() -> None:
    assert said({"t": [slot(age_ms=5 * HOUR_MS), slot()], "other": [slot()]}) == []


def test_a_lag_of_one_on_a_quiet_log_is_probably_a_marker() -> None:
    (remark,) = said({"orders": [slot(offset=99, ends=(100, 100))]})
    assert (remark.kind, remark.subject) == (Kind.ONE_LEFT, "orders")
    assert remark.sentence.startswith("Partition 0 of 1 is at a lag of 1 on an idle log:")


def test_a_lag_of_one_on_a_log_that_grows_or_was_seen_once_says_nothing() -> None:
    assert said({"grows": [slot(offset=99, ends=(99, 100))], "once": [slot(offset=99, ends=(100,))]}) == []


def test_an_owner_that_is_no_member_is_gone() -> None:
    topics = {"orders": [slot(owner="/10.0.0.1"), slot(owner="/10.0.0.2")]}
    (remark,) = said(topics, ("/10.0.0.2",))
    assert (remark.kind, remark.subject) == (Kind.OWNER_GONE, "orders")
    assert "Partition 0 of 2 is without its last assigned owner" in remark.sentence
    (empty,) = said(topics, ())
    assert empty.sentence.endswith("the group has no members.")


def test_where_members_are_unknown_nobody_is_gone() -> None:
    assert said({"orders": [slot(owner="/10.0.0.1")]}, None) == []


def test_a_commit_beyond_the_end_is_pointed_out() -> None:
    (remark,) = said({"orders": [slot(offset=100), slot(offset=1_334)]})
    assert (remark.kind, remark.subject) == (Kind.BEYOND_END, "orders")
    assert remark.sentence.startswith("Partition 1 of 2 is committed beyond the log end offset by up to 1,234")


def test_where_no_end_is_known_nothing_is_beyond_it() -> None:
    unknown = slot()._replace(broker_offsets=(), current_lag=0)
    assert said({"orders": [unknown]}) == []
