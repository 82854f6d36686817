"""The engine gives Burrow's answers, to the letter. Each test names the first case that differs."""

from typing import Any

from lag.burrow import replay
from lag.types import Status
from tests.lag.answers import Json, cases, comparable, in_any_order, vectors


def test_every_window_is_judged_as_burrow_judges_it() -> None:
    for case in cases("windows"):
        expected = {name.removeprefix("expected_"): case[name] for name in case if name.startswith("expected_")}
        expected |= {"name": case["name"], "rules": case.get("rules")}
        assert replay.judge(case) == expected, case["name"]


def test_rules_decide_alike_where_the_window_is_too_short_to_count() -> None:
    for case in cases("windows"):
        if "calculate_status" in case:
            judged = replay.judge({**case, "minimum_complete": 0})
            assert judged["status"] == case["calculate_status"], case["name"]


def test_every_group_gets_burrows_verdict() -> None:
    for case in cases("groups"):
        judged = replay.judge_group(case)
        assert comparable(judged) == comparable(case["expected"]), case["name"]
        assert_maxlag_is_possible(judged, case["expected"])


def test_every_record_says_what_burrow_reads_in_it() -> None:
    for case in cases("records"):
        assert in_any_order(replay.decode_record(case)) == in_any_order(case["expected_events"]), case


def test_every_replayed_history_gives_burrows_answers() -> None:
    for case in cases("scenarios"):
        answers, expected = replay.replay(case), case["expected_results"]
        assert len(answers) == len(expected), case["name"]
        for number, (own, burrows) in enumerate(zip(answers, expected, strict=True)):
            assert comparable(own) == comparable(burrows), f"{case['name']}, answer {number}"
            assert_maxlag_is_possible(own, burrows)


def assert_maxlag_is_possible(own: Any, burrows: Any) -> None:
    """Where the partitions with the most lag are in one topic, both must name the same one."""
    if isinstance(own, dict) and own.get("maxlag") and own["maxlag"]["topic"] == burrows["maxlag"]["topic"]:
        assert own["maxlag"] == burrows["maxlag"]


def test_burrows_own_evaluator_table_holds() -> None:
    for case in vectors("evaluator"):
        judged = replay.judge(case)
        assert (judged["status"], judged["rules"]) == (case["expected_status"], case["rules"]), case["name"]


def test_burrows_own_storage_table_holds() -> None:
    for case in vectors("storage"):
        replayed = replay.replay({**case, "ops": [*broker_ops(case), *commit_ops(case), fetch_op(case)]})[0]
        assert window_of(replayed) == case["expected_window"], case["name"]
        if "expected_current_lag" in case:
            assert replayed["t"][0]["current_lag"] == case["expected_current_lag"]


def broker_ops(case: Json) -> list[Json]:
    step = {"op": "broker", "topic": "t", "partition": 0, "partition_count": 1}
    return [step | {"offset": offset, "at_ms": case["now_ms"]} for offset in case["broker_offsets"]]


def commit_ops(case: Json) -> list[Json]:
    step = {"op": "commit", "group": "g", "topic": "t", "partition": 0, "at_ms": case["now_ms"]}
    return [step | commit for commit in case["commits"]]


def fetch_op(case: Json) -> Json:
    return {"op": "fetch", "group": "g", "at_ms": case["now_ms"]}


def window_of(content: Json | None) -> list[Json] | None:
    if content is None:
        return None
    names = ("offset", "order", "timestamp_ms", "lag")
    return [{name: commit[name] for name in names} for commit in content["t"][0]["offsets"] if commit]


def test_burrows_own_group_table_holds() -> None:
    unknown, whole, half, emptied = vectors("group")
    assert verdict(None) | {"cluster": ..., "group": ...} == unknown["expected"] | {"cluster": ..., "group": ...}
    assert verdict({}) | {"cluster": ..., "group": ...} == emptied["expected"] | {
        "cluster": ...,
        "group": ...,
        "status": Status.OK.name,
    }
    for case in (whole, half):
        judged = verdict({"t": [case]}, case["now_ms"])
        for name in ("status", "complete", "partition_count", "totallag"):
            assert judged[name] == case["expected"][name], case["name"]
    partition = verdict({"t": [half]}, half["now_ms"])["partitions"][0]
    assert (partition["status"], partition["complete"]) == ("STOP", 0.5)
    assert (partition["start"]["offset"], partition["end"]["offset"]) == (1000, 1400)


def verdict(topics: Json | None, now_ms: int = 0) -> Json:
    return replay.judge_group({"name": "g", "topics": topics, "now_ms": now_ms})


def test_burrows_own_decode_table_holds_but_for_its_long_metadata() -> None:
    for case in vectors("decode"):
        expected = case["expected_events"]
        if "127-byte metadata" in case["name"]:
            # Burrow takes eight bytes of the metadata for the time.
            expected = [expected[0] | {"timestamp_ms": 1_750_000_000_000}]
        assert in_any_order(replay.decode_record(case)) == in_any_order(expected), case["name"]
