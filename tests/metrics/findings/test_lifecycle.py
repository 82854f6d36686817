from datetime import UTC, datetime, timedelta

import pytest

from clusters.findings import CRITICAL, WARNING, Finding, SourceResult
from metrics.findings.advice import advice
from metrics.findings.lifecycle import OpenFinding, PartialSourceResult, diff, next_opening
from metrics.findings.rules import (
    JUDGED_BY_METRICS,
    judge_all,
    scraped_twice,
    silent_exporters,
    unknown,
    without_silent,
)
from metrics.findings.state_rules import at_min_isr, scrape_errors, states

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LAGGING = Finding("under-replicated", "broker 1", WARNING, "3", for_seconds=10, critical_after=300)


def looked(*judged: Finding) -> list[SourceResult]:
    return [SourceResult(frozenset({"under-replicated"}), judged)]


def after(kept: OpenFinding, seconds: int, *judged: Finding) -> OpenFinding:
    changes = diff({("under-replicated", "broker 1"): kept}, looked(*judged), NOW + timedelta(seconds=seconds))
    return changes.lasting[0]


def test_a_finding_opens_once_it_has_lasted_and_becomes_critical_later() -> None:
    (begun,) = diff({}, looked(LAGGING), NOW).begun
    assert begun.opened_at is None
    assert after(begun, 9, LAGGING).opened_at is None
    opened = after(begun, 10, LAGGING)
    assert opened.opened_at == NOW + timedelta(seconds=10)
    assert opened.finding.severity == WARNING
    late = after(opened, 300, LAGGING)
    assert (late.finding.severity, late.since, late.opened_at) == (CRITICAL, NOW, opened.opened_at)


def test_a_clock_that_was_set_back_does_not_hold_a_finding_up() -> None:
    ahead = OpenFinding(LAGGING, NOW + timedelta(hours=3), NOW + timedelta(hours=3))
    begun = after(ahead, 0, LAGGING)
    assert (begun.since, begun.opened_at) == (NOW, None)
    opened = after(begun, 10, LAGGING)
    assert opened.opened_at == NOW + timedelta(seconds=10)
    assert after(opened, 300, LAGGING).finding.severity == CRITICAL


def test_a_clock_that_was_set_back_leaves_an_open_finding_open() -> None:
    opened_at = NOW + timedelta(hours=3)
    opened = after(OpenFinding(LAGGING, opened_at, opened_at, opened_at), 0, LAGGING)
    assert (opened.opened_at, opened.since, opened.seen_at) == (opened_at, NOW, NOW)


def test_the_next_look_comes_when_a_finding_has_lasted_long_enough() -> None:
    begun = diff({}, looked(LAGGING), NOW)
    assert next_opening(begun) == NOW + timedelta(seconds=10)
    key, opened = ("under-replicated", "broker 1"), OpenFinding(LAGGING, NOW, NOW, NOW)
    assert next_opening(diff({key: opened}, looked(LAGGING), NOW)) is None


def test_what_is_gone_is_resolved_and_what_never_opened_is_forgotten() -> None:
    key = ("under-replicated", "broker 1")
    fresh, opened = OpenFinding(LAGGING, NOW, NOW), OpenFinding(LAGGING, NOW, NOW, NOW)
    assert diff({key: fresh}, looked(), NOW).forgotten == (key,)
    assert diff({key: opened}, looked(), NOW).resolved == (key,)


def test_not_to_know_is_not_to_be_well() -> None:
    key = ("under-replicated", "broker 1")
    changes = diff({key: OpenFinding(LAGGING, NOW, NOW, NOW)}, [SourceResult(frozenset({"another"}))], NOW)
    assert not changes.resolved
    assert not changes.lasting


def test_a_silent_brokers_findings_stay_while_the_others_are_judged() -> None:
    keys = [("heap", "broker 1"), ("heap", "broker 2"), ("controller-count", "")]
    kept = {key: OpenFinding(Finding(*key, WARNING, "90%"), NOW, NOW, NOW) for key in keys}
    changes = diff(kept, [PartialSourceResult(JUDGED_BY_METRICS, (), unknown({"1": "did not answer"}))], NOW)
    assert changes.resolved == (("heap", "broker 2"),)
    assert not changes.begun


def test_nobody_counts_controllers_while_a_broker_is_silent() -> None:
    values = {"active_controller": {"2": 0.0, "3": 0.0}, "isr_shrinks": {"1": 1.0, "2": 1.0}}
    findings = judge_all(without_silent(values, {"1"}), all_brokers_answered=False)
    assert [(finding.rule, finding.subject) for finding in findings] == [("isr-shrinks", "broker 2")]


def severities(**values: dict[str, float]) -> dict[tuple[str, str], str]:
    return {(finding.rule, finding.subject): finding.severity for finding in judge_all(values)}


def test_thresholds() -> None:
    assert severities(request_handler_idle={"1": 0.31, "2": 0.29, "3": 0.09}) == {
        ("handlers-busy", "broker 2"): "warning",
        ("handlers-busy", "broker 3"): "critical",
    }
    assert severities(jvm_heap_used={"1": 81, "2": 79}, jvm_heap_max={"1": 100, "2": 100}) == {
        ("heap", "broker 1"): "warning"
    }
    assert severities(jvm_heap_used={"1": 81}) == {}
    assert severities(offline_partitions={"1": 2, "2": 2}) == {("offline-partitions", ""): "critical"}
    assert severities(active_controller={"1": 1, "2": 0}) == {}
    assert severities(active_controller={"1": 0, "2": 0}) == {("controller-count", ""): "critical"}
    assert severities(active_controller={"1": 1, "2": 1}) == {("controller-count", ""): "critical"}


def test_brokers_that_do_not_run_say_what_they_do() -> None:
    findings = states({"broker_state": {"1": 3, "2": 2, "3": 9}})
    assert [(finding.subject, finding.value) for finding in findings] == [
        ("broker 2", "recovering its log"),
        ("broker 3", "in state 9"),
    ]


def test_partitions_that_can_never_lose_a_replica_are_no_news() -> None:
    values = {"at_min_isr": {"1": 7.0, "2": 3.0}}
    assert at_min_isr(values, 10) == []
    assert at_min_isr(values, None) == []
    assert at_min_isr(values, 8)[0].value == "2 partitions"


def test_failures_and_lag_that_last() -> None:
    findings = judge_all({
        "failed_produce": {"1": 0.1, "2": 0.0}, "failed_fetch": {"1": 0.1}, "bytes_rejected": {"2": 5.0},
        "replica_max_lag": {"1": 99_999.0, "2": 100_001.0},
    })  # fmt: skip
    assert {(finding.rule, finding.subject, finding.severity) for finding in findings} == {
        ("failed-produce", "broker 1", WARNING),
        ("failed-fetch", "broker 1", WARNING),
        ("bytes-rejected", "broker 2", WARNING),
        ("follower-lag", "broker 2", WARNING),
    }
    assert all(finding.for_seconds >= 300 for finding in findings)


@pytest.mark.parametrize("rule", sorted(JUDGED_BY_METRICS))
def test_every_rule_says_what_it_means_and_what_to_do(rule: str) -> None:
    words = advice(rule)
    assert words.meaning
    assert words.causes
    assert words.action


def test_scrapes() -> None:
    assert scraped_twice({"1": 1, "2": 1}) == []
    assert scraped_twice({"1": 2, "2": 1})[0].names == ("broker 1: 2 times",)
    (finding,) = silent_exporters({"3": "did not answer"})
    assert (finding.subject, finding.severity, finding.for_seconds) == ("broker 3", CRITICAL, 180)
    assert [finding.subject for finding in scrape_errors({"jmx_scrape_error": {"1": 0, "2": 1}})] == ["broker 2"]
