from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.gateway.offsets import NO_RECORD
from clusters.groups import commands, plan
from clusters.groups.effects import effects, texts
from clusters.groups.plan import Destination, Place

KEY = ("orders", 0)
STANDS = Place(committed=50, low=10, high=100)
FOREIGN = "Committed beyond the log end offset, as the topic was recreated or truncated"
OFFSETS = st.integers(0, 200)


@pytest.mark.parametrize(
    ("place", "destination", "goes_to"),
    [
        (STANDS, plan.earliest, 10),
        (STANDS, plan.latest, 100),
        (STANDS, plan.at(42), 42),
        (STANDS, plan.at(5), 10),
        (STANDS, plan.at(500), 100),
        (STANDS, plan.by(7), 57),
        (STANDS, plan.by(-7), 43),
        (STANDS, plan.by(-1000), 10),
        (replace(STANDS, found=60), plan.as_found, 60),
        (replace(STANDS, found=NO_RECORD), plan.as_found, 100),
        (replace(STANDS, found=None), plan.as_found, None),
        (replace(STANDS, committed=None), plan.by(7), None),
        (replace(STANDS, committed=None), plan.earliest, 10),
        (replace(STANDS, low=None), plan.latest, None),
        (replace(STANDS, high=None), plan.earliest, None),
    ],
)
def test_where_a_group_goes(place: Place, destination: Destination, goes_to: int | None) -> None:
    assert plan.target(place, destination) == goes_to


def test_what_is_read_twice_and_what_never_is_said() -> None:
    places = {("a", 0): STANDS, ("b", 0): Place(10, 0, 40)}
    back = plan.reset("g", {KEY: STANDS}, plan.earliest).plan
    assert back.warnings == ("Up to 40 already processed records will be consumed again.",)
    ahead = plan.reset("g", places, plan.latest).plan
    assert ahead.warnings == ("Up to 80 records will be skipped and never consumed by this group.",)
    assert back.destructive
    assert ahead.destructive


@pytest.mark.parametrize(
    ("committed", "destination", "words"),
    [
        (500, plan.at(47), [f"{FOREIGN}: orders-0. Up to 53 records there will be consumed, possibly"]),
        (500, plan.latest, [f"{FOREIGN}: orders-0. Up to 0 records"]),
        (500, plan.by(-480), [f"{FOREIGN}: orders-0. Up to 80 records"]),
        (3, plan.at(47), ["Up to 37 records will be skipped"]),
        (3, plan.earliest, []),
        (100, plan.at(47), ["Up to 53 already processed records"]),
    ],
)
def test_only_records_that_are_there_are_read_again_or_never(
    committed: int, destination: Destination, words: list[str]
) -> None:
    warnings = plan.reset("g", {KEY: replace(STANDS, committed=committed)}, destination).plan.warnings
    assert len(warnings) == len(words)
    assert all(warning.startswith(word) for warning, word in zip(warnings, words, strict=True))


def test_what_cannot_be_told_is_left_as_it_is_and_named() -> None:
    planned = plan.reset("g", {("a", 0): STANDS, ("a", 1): Place(5, None, None)}, plan.latest)
    assert planned.offsets == {("a", 0): 100}
    assert "Unchanged, as their offsets can't be determined: a-1." in planned.plan.warnings


def test_what_is_outside_of_the_log_is_named() -> None:
    planned = plan.reset("g", {("a", number): STANDS for number in range(12)}, plan.at(1000)).plan
    assert planned.warnings[-1].startswith("Out of range, so the earliest or latest offset is used: a-0, a-1,")
    assert planned.warnings[-1].endswith(" and 2 more.")


def test_who_is_there_already_is_left_out() -> None:
    planned = plan.reset("g", {("a", 0): STANDS, ("a", 1): Place(100, 10, 100)}, plan.latest)
    assert [step.subject for step in planned.plan.steps] == ["a-0"]


def test_each_type_of_group_is_told_what_it_keeps_and_where_it_begins() -> None:
    share = plan.reset("g", {("a", 0): STANDS, ("a", 1): Place(None, 0, 5)}, plan.earliest, kind="share").plan
    assert "No offsets there yet, so share.auto.offset.reset will no longer apply: a-1." in share.warnings
    assert plan.REDELIVERED in share.warnings
    streams = plan.reset("g", {KEY: STANDS}, plan.earliest, kind="streams", internal_topics=("g-changelog",)).plan
    assert streams.warnings[-1].startswith("Its internal topics stay as they are, with its state: g-changelog.")
    assert plan.delete("g", {}, 0, kind="share").warnings == (
        "Consumers that use this group id start at the group's share.auto.offset.reset.",
    )


@pytest.mark.parametrize(
    ("kind", "to", "words"),
    [
        ("classic", ("--shift-by", "5"), ["kafka-consumer-groups.sh", "--topic", "a:0,1", "--shift-by", "5"]),
        ("share", ("--to-earliest",), ["kafka-share-groups.sh", "--topic", "a:0,1", "--to-earliest"]),
        ("share", ("--shift-by", "5"), []),
        (
            "streams",
            ("--by-duration", "P1D"),
            ["kafka-streams-groups.sh", "--input-topic", "a:0,1", "--by-duration", "P1D"],
        ),
    ],
)
def test_the_tool_of_the_groups_type_does_it_where_it_can(kind: str, to: tuple[str, ...], words: list[str]) -> None:
    given = " ".join(commands.reset("g", kind, "a", {0, 1}, to)).split()
    assert [word for word in words if word not in given] == []
    assert bool(given) == bool(words)


def test_each_partition_says_how_many_records_are_skipped_or_consumed_again() -> None:
    places = {
        ("a", 0): STANDS, ("a", 1): replace(STANDS, committed=3), ("a", 2): replace(STANDS, committed=None),
        ("b", 0): Place(committed=0, low=0, high=47),
    }  # fmt: skip
    reset = plan.reset("g", places, plan.at(47))
    assert texts(reset) == {"a-0": "3 records again", "a-1": "skips 37 records", "a-2": "–", "b-0": "skips 47 records"}
    assert [(each.skipped, each.again) for each in effects(reset)] == [(0, 3), (37, 0), (None, None), (47, 0)]


@given(committed=st.none() | OFFSETS, low=OFFSETS, length=OFFSETS, offset=st.integers(-500, 500))
def test_nobody_is_ever_sent_outside_of_the_log(committed: int | None, low: int, length: int, offset: int) -> None:
    place = Place(committed, low, low + length, offset if offset >= 0 else NO_RECORD)
    for destination in (plan.earliest, plan.latest, plan.at(offset), plan.by(offset), plan.as_found):
        target = plan.target(place, destination)
        assert target is None or low <= target <= low + length
