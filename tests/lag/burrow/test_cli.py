"""``kafkaadmin lag``: JSON lines in, JSON lines out."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lag.burrow.cli import lag
from tests.lag.answers import Json, cases
from tests.lag.factories import NOW_MS, commit_key, commit_value

STALLED = {
    "name": "stalled",
    "now_ms": NOW_MS,
    "current_lag": 10,
    "broker_offsets": [15],
    "offsets": [{"offset": 5, "timestamp_ms": NOW_MS - ago, "lag": 10} for ago in (10_000, 0)],
}


def run(command: str, *lines: Json | str) -> Result:
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    return CliRunner().invoke(lag, [command], input=text)


def answers(result: Result) -> list[Any]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_judge_gives_a_verdict_a_line() -> None:
    verdicts = answers(run("judge", STALLED, STALLED | {"name": "allowed", "allowed_lag": 10}))
    assert [(verdict["name"], verdict["status"]) for verdict in verdicts] == [("stalled", "STALL"), ("allowed", "OK")]


def test_judge_group_lists_the_partitions() -> None:
    group = {"name": "g", "now_ms": NOW_MS, "topics": {"t": [STALLED]}}
    (verdict,) = answers(run("judge-group", group))
    assert (verdict["status"], verdict["totallag"], verdict["partitions"][0]["status"]) == ("ERR", 10, "STALL")


def test_decode_says_what_is_in_a_record() -> None:
    (commit,) = answers(run("decode", {"key": commit_key().hex(), "value": commit_value(offset=7).hex(), "order": 3}))
    assert [(event["group"], event["topic"], event["offset"]) for event in commit] == [("g", "t", 7)]


def test_replay_answers_what_a_history_asks() -> None:
    case = cases("scenarios")[0]
    (replayed,) = answers(run("replay", case))
    assert len(replayed) == len(case["expected_results"])


def test_empty_lines_are_passed_over() -> None:
    assert len(answers(run("judge", "", STALLED, "", ""))) == 1


END: Json = {"op": "broker", "topic": "t", "partition": 0, "partition_count": 1, "offset": 1, "at_ms": 1}


@pytest.mark.parametrize(
    ("command", "bad", "reason"),
    [
        ("judge", "{", "JSONDecodeError"),
        ("judge", {"now_ms": 0}, "offsets"),
        ("judge", "[]", "TypeError"),
        ("judge-group", {"name": "g"}, "topics"),
        ("decode", {"key": "xyz", "value": ""}, "hexadecimal"),
        ("replay", {"ops": [{"op": "fly"}]}, "fly"),
        ("replay", {"ops": [{**END, "offset": 2**63}]}, "OverflowError"),
    ],
    ids=[
        "no JSON",
        "no offsets",
        "no object",
        "no topics",
        "no hexadecimal",
        "no such operation",
        "no 64-bit offset",
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_reason(command: str, bad: Json | str, reason: str) -> None:
    result = run(command, "", bad)
    assert result.exit_code == 1
    assert "Line 2 is invalid" in result.output
    assert reason in result.output


def test_what_comes_before_a_bad_line_is_answered() -> None:
    result = run("judge", STALLED, "{")
    assert json.loads(result.stdout.splitlines()[0])["status"] == "STALL"
    assert "Line 2" in result.stderr
