"""Why a partition has its verdict, in sentences."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lag.types import Commit, EvaluatorSettings, Partition, Status
from lag.verdicts.evaluator import evaluate_partition
from lag.verdicts.evidence import RuleOutcome, explain
from lag.verdicts.rules import RULES
from tests.lag.answers import Json, cases
from tests.lag.factories import NOW_MS, partition
from tests.lag.properties import holds

PLAIN = EvaluatorSettings()
windows = st.integers(0, 10).flatmap(
    lambda filled: st.builds(
        partition,
        offsets=st.tuples(*[st.integers(0, 20)] * filled),
        lags=st.tuples(*[st.none() | st.integers(0, 20)] * filled),
        times=st.tuples(*[st.integers(NOW_MS - 60_000, NOW_MS + 5_000)] * filled),
        intervals=st.just(10),
        current_lag=st.integers(0, 20),
        ends=st.lists(st.integers(0, 30), max_size=10),
    )
)
SETTINGS = st.builds(
    EvaluatorSettings, minimum_complete=st.sampled_from([0.0, 0.5, 1.0]), allowed_lag=st.integers(0, 5)
)


def said(window: Partition, *, now_ms: int = NOW_MS, **settings: Any) -> list[str]:
    return [outcome.sentence for outcome in explain(window, EvaluatorSettings(**settings), now_ms)]


@holds
@given(windows, SETTINGS, st.integers(0, 90_000))
def test_the_last_rule_asked_fired_and_gave_the_verdict(
    window: Partition, settings: EvaluatorSettings, late_ms: int
) -> None:
    outcomes = explain(window, settings, NOW_MS + late_ms)
    status = evaluate_partition("t", 0, window, settings, NOW_MS + late_ms).status
    assert [outcome.fired for outcome in outcomes] == [False] * (len(outcomes) - 1) + [True]
    assert status is decided(outcomes)


def recorded(case: Json) -> Partition:
    slots = case["offsets"] or []
    commits = tuple(Commit(**slot) for slot in slots if slot)
    return Partition(len(slots), commits, case.get("broker_offsets") or (), case["current_lag"])


def decided(outcomes: tuple[RuleOutcome, ...]) -> Status:
    return RULES[outcomes[-1].number - 1].status if outcomes[-1].number else Status.OK


def test_every_recorded_window_is_explained_by_the_rule_that_gave_its_verdict() -> None:
    for case in cases("windows")[:200]:
        window = recorded(case)
        settings = EvaluatorSettings(
            minimum_complete=case.get("minimum_complete", 0), allowed_lag=case.get("allowed_lag", 0)
        )
        outcomes = explain(window, settings, case["now_ms"])
        assert decided(outcomes).name == case["expected_status"], case["name"]


def test_a_lag_within_the_allowed_is_compared_with_it() -> None:
    assert said(partition(offsets=(5,), current_lag=1_234), allowed_lag=5_000) == [
        "The current lag is 1,234, within the allowed 5,000."
    ]


def test_a_stop_names_the_age_the_span_and_the_end_offset() -> None:
    window = partition(offsets=(100, 200), ends=(1_500, 1_600))
    assert said(window, now_ms=NOW_MS + 75_000) == [
        "The current lag is 10, above the allowed 0.",
        "The last commit is 75 s old; the commits in the window span 10 s: "
        "overdue, and offset 200 is below all recent log end offsets, from 1,500.",
    ]


def test_a_stop_is_excused_by_an_end_offset_that_was_reached() -> None:
    window = partition(offsets=(100, 200), ends=(200, 1_600))
    assert (
        "overdue, but offset 200 had reached a recent log end offset, 200." in said(window, now_ms=NOW_MS + 75_000)[1]
    )


def test_a_rewind_names_both_offsets() -> None:
    assert said(partition(offsets=(9_000, 100, 150)))[-1] == (
        "The offset moved backwards from 9,000 to 100 and has reached at most 150 since."
    )


def test_a_rewind_in_steps_says_how_far_it_went() -> None:
    assert said(partition(offsets=(67, 66, 60, 58, 59)))[-1] == (
        "The offset moved backwards from 67 to 66, then down to 58, and has reached at most 66 since."
    )


def test_the_smallest_lag_is_compared_with_the_allowed_one() -> None:
    window = partition(offsets=(5, 6), lags=(3, 20))
    assert said(window, allowed_lag=3)[-1] == "The smallest lag at a commit was 3, within the allowed 3."
    assert said(window, allowed_lag=2)[3] == "The smallest lag at a commit was 3, above the allowed 2."


def test_a_window_that_is_too_short_says_how_full_it_must_be() -> None:
    (outcome,) = explain(partition(offsets=(5,), intervals=10), EvaluatorSettings(minimum_complete=0.5), NOW_MS)
    assert outcome.sentence == "The window holds 1 of 10 commits, fewer than the 50% required for an evaluation."


def test_a_partition_without_commits_says_so() -> None:
    assert said(partition()) == ["No commits seen for this partition."]


def test_a_stall_a_warning_and_catching_up_each_give_their_numbers() -> None:
    assert said(partition(offsets=(5, 5)))[-1] == "The 2 commits in the window are all at the same offset, 5."
    assert said(partition(offsets=(5,)))[-1] == "The only commit in the window is at the same offset, 5."
    assert said(partition(offsets=(1, 2), lags=(10, 20)))[-1] == "The lag went from 10 to 20 without ever decreasing."
    assert said(partition(offsets=(1, 2), lags=(20, 10)))[-2:] == [
        "The lag went from 20 to 10 and decreased in between.",
        "The lag decreased at least once, so the group is catching up.",
    ]
