"""Where a reassignment stands, how far a partition is, how long it takes, and Kafka's own JSON."""

import json
from typing import Any

import pytest

from clusters.gateway.offsets import Key
from clusters.gateway.reassigning.partitions import OngoingReassignment
from clusters.reassignment.json_files import Unreadable, moves_of, read, write_after, write_before
from clusters.reassignment.plan import notes_of, plan_of
from clusters.reassignment.planning.layout import Move, move_from_json
from clusters.reassignment.progress import Copying, Sizes, copying_of, seconds_at
from clusters.reassignment.running.standing import Standing, from_json, next_size
from clusters.reassignment.running.throttle import Setting
from tests.clusters.reassignment.layouts import layout

MOVES = [Move("t", number, (1,), (2,), size) for number, size in enumerate([10, 20, 30, None, 5])]
KEY: Key = ("t", 0)


def test_a_standing_is_the_same_after_it_was_stored() -> None:
    setting = Setting(4, "1", "rate", None, "7")
    standing = Standing(2, 3, True, (setting,), (setting,), (setting,), 1, {"t-3": "Gone."})
    assert from_json(json.loads(json.dumps(standing.as_json()))) == standing
    assert from_json({}) == Standing()
    assert [move_from_json(json.loads(json.dumps(move.as_json()))) for move in MOVES] == MOVES
    assert [move.name for move in standing.batch(MOVES)] == ["t-2", "t-4"]
    after = standing.after_batch(2, ())
    assert (after.at, after.size, after.begun, after.moved, after.to_remove) == (5, 0, False, 3, ())


@pytest.mark.parametrize(
    ("at", "partitions", "most_bytes", "size"),
    [(0, 2, None, 2), (0, 50, None, 5), (0, 50, 30, 2), (2, 50, 1, 1), (2, 50, 34, 2), (4, 50, None, 1)],
)
def test_a_batch_is_bounded_and_never_empty(at: int, partitions: int, most_bytes: int | None, size: int) -> None:
    assert next_size(MOVES, at, partitions, most_bytes) == size


@pytest.mark.parametrize(
    ("sizes", "copying", "percent"),
    [
        ({1: {KEY: 100}, 2: {KEY: 40}, 3: {}}, Copying(160, 200), 20),
        ({1: {KEY: 100}, 2: {KEY: 100}, 3: {KEY: 120}}, Copying(0, 200), 100),
        ({1: {KEY: 1000}, 2: {KEY: 1000}, 3: {KEY: 999}}, Copying(1, 2000), 99),
        ({1: {KEY: 100}, 2: {KEY: 40}}, Copying(None, 200), None),
        ({2: {KEY: 40}, 3: {}}, Copying(None, None), None),
        ({1: {KEY: 0}, 2: {}, 3: {}}, Copying(0, 0), None),
    ],
)
def test_what_is_left_to_copy(sizes: Sizes, copying: Copying, percent: int | None) -> None:
    item = OngoingReassignment("t", 0, (2, 3, 1), (2, 3), (1,))
    assert (item.target, item.origin) == ((2, 3), (1,))
    assert copying_of(item, sizes) == copying
    assert copying.percent == percent


def test_the_busiest_broker_decides_how_long_it_takes() -> None:
    assert seconds_at(MOVES[:3], 10) == 6.0
    assert seconds_at([Move("t", 0, (1,), (2,), 10), Move("t", 1, (3,), (4,), 30)], 10) == 3.0
    assert seconds_at([Move("t", 0, (1,), (1, 2, 3), 10)], 10) == 2.0
    assert seconds_at([Move("t", 0, (1, 2), (2, 1), 10)], 10) == 0.0
    assert seconds_at(MOVES, None) is None


def test_the_json_of_kafkas_tool_is_written_and_read() -> None:
    before = layout((1,), (1,), brokers=2)
    moves = moves_of(read('{"version": 1, "partitions": [{"topic": "t", "partition": 1, "replicas": [2, 1],'
                          ' "log_dirs": ["any", "any"]}]}'), before)  # fmt: skip
    assert [(move.number, move.old, move.new) for move in moves] == [(1, (1,), (2, 1))]
    assert read(write_after(moves)) == {("t", 1): (2, 1)}
    assert read(write_before(moves)) == {("t", 1): (1,)}
    assert moves_of({("t", 0): (1,)}, before) == []


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", "This is not JSON"),
        ("[" * 100_000, "This is not JSON"),
        ([], "A list called “partitions” is required"),
        ({"partitions": {}}, "A list called “partitions” is required"),
        ({"partitions": ["x"]}, "Each partition needs topic, partition and replicas"),
        ({"partitions": [{"topic": "t", "partition": True, "replicas": [1]}]}, "partition a number"),
        ({"partitions": [{"topic": "t", "partition": 0, "replicas": [-1]}]}, "list of broker ids"),
        ({"partitions": [{"topic": "t", "partition": 0, "replicas": []}]}, "at least one"),
        ({"partitions": [{"topic": "t", "partition": 0, "replicas": [1, 1]}]}, "different brokers"),
        ({"partitions": [{"topic": "t", "partition": 0, "replicas": [1]}] * 2}, "t-0 is listed twice"),
        ({"partitions": [{"topic": "x", "partition": 0, "replicas": [1]}]}, "There is no partition x-0"),
        ({"partitions": [{"topic": "t", "partition": 0, "replicas": [9]}]}, "broker 9 is not online"),
    ],
)
def test_what_is_no_such_json_is_refused(document: Any, message: str) -> None:
    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(Unreadable, match=message):
        moves_of(read(text), layout((1,), brokers=2))


def test_a_plan_names_every_move_and_what_to_consider() -> None:
    notes = notes_of(MOVES[:4], layout((1,), brokers=1), {2: 50}, {"x-1"}, 3)
    assert notes == [
        "Being reassigned already, so they stay as they are: x-1.",
        "3 more partitions can follow in another reassignment.",
        "The size of 1 partition is not known: a broker did not answer.",
        "Broker 2 gets 60 B and has 50 B free: its disk may fill up.",
        "Keeps replicas on brokers that are not online: 2.",
    ]
    parameters = {"moves": [MOVES[0].as_json()], "notes": notes, "rate": 1024, "partitions_at_once": 5,
                  "bytes_at_once": 2048}  # fmt: skip
    plan = plan_of(parameters)
    assert (plan.action, plan.resource, plan.warnings) == ("topics.reassign", "t", tuple(notes))
    assert [(step.subject, step.before, step.after) for step in plan.steps] == [
        ("replicas of t-0", "broker 1", "broker 2"),
        ("throttle", None, "1.0 KiB/s per broker, removed at the end"),
        ("at once", None, "at most 5 partitions, 2.0 KiB"),
    ]
    assert plan.commands[0].endswith("--reassignment-json-file reassignment.json --execute --throttle 1024")
    assert plan_of({**parameters, "moves": []}).steps == ()
