from datetime import UTC, datetime, timedelta

from clusters.findings import CRITICAL, WARNING, Judged, Looked
from metrics.life import Kept, change, next_opening
from metrics.rules import judge_all, scraped_twice, silent

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LAGGING = Judged("under-replicated", "broker 1", WARNING, "3", hold=10, critical_after=300)


def looked(*judged: Judged) -> list[Looked]:
    return [Looked(frozenset({"under-replicated"}), judged)]


def after(kept: Kept, seconds: int, *judged: Judged) -> Kept:
    found = change({("under-replicated", "broker 1"): kept}, looked(*judged), NOW + timedelta(seconds=seconds))
    return found.lasting[0]


def test_a_finding_opens_once_it_has_lasted_and_becomes_critical_later() -> None:
    (begun,) = change({}, looked(LAGGING), NOW).begun
    assert begun.opened_at is None
    assert after(begun, 9, LAGGING).opened_at is None
    opened = after(begun, 10, LAGGING)
    assert opened.opened_at == NOW + timedelta(seconds=10)
    assert opened.judged.severity == WARNING
    late = after(opened, 300, LAGGING)
    assert (late.judged.severity, late.since, late.opened_at) == (CRITICAL, NOW, opened.opened_at)


def test_the_next_look_comes_when_a_finding_has_lasted_long_enough() -> None:
    begun = change({}, looked(LAGGING), NOW)
    assert next_opening(begun) == NOW + timedelta(seconds=10)
    key, opened = ("under-replicated", "broker 1"), Kept(LAGGING, NOW, NOW, NOW)
    assert next_opening(change({key: opened}, looked(LAGGING), NOW)) is None


def test_what_is_gone_is_resolved_and_what_never_opened_is_forgotten() -> None:
    key = ("under-replicated", "broker 1")
    fresh, opened = Kept(LAGGING, NOW, NOW), Kept(LAGGING, NOW, NOW, NOW)
    assert change({key: fresh}, looked(), NOW).forgotten == (key,)
    assert change({key: opened}, looked(), NOW).resolved == (key,)


def test_not_to_know_is_not_to_be_well() -> None:
    key = ("under-replicated", "broker 1")
    found = change({key: Kept(LAGGING, NOW, NOW, NOW)}, [Looked(frozenset({"another"}))], NOW)
    assert not found.resolved
    assert not found.lasting


def severities(**values: dict[str, float]) -> dict[tuple[str, str], str]:
    return {(one.rule, one.subject): one.severity for one in judge_all(values)}


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


def test_scrapes() -> None:
    assert scraped_twice({"1": 1, "2": 1}) == []
    assert scraped_twice({"1": 2, "2": 1})[0].names == ("broker 1: 2 times",)
    assert silent({"3": "did not answer"})[0].subject == "broker 3"
