"""When a rule of one's own finds something: thresholds are exact, and what is unknown neither fires nor ends."""

from decimal import Decimal

import pytest

from clusters.findings import Finding
from metrics.findings.lifecycle import judges
from metrics.own_rules.conditions import MOST, Condition, Measurement, evaluate
from metrics.own_rules.units import text_of, threshold_of

LAG = Condition("lag:late", "lag", "warning", "*", Decimal(10_000), 300)


def rule(kind: str, threshold: str, pattern: str = "*") -> Condition:
    return Condition(f"{kind}:r", kind, "warning", pattern, Decimal(threshold))


@pytest.mark.parametrize(
    ("kind", "threshold", "value", "at_least", "fires", "ends"),
    [
        ("lag", "10000", 10_001, False, True, False),
        ("lag", "10000", 10_000, False, False, True),
        ("lag", "10000", 10_001, True, True, False),  # some partitions are unknown, and it is too much already
        ("lag", "10000", 10_000, True, False, False),  # the unknown ones may make it too much
        ("lag", "0", 0, False, False, True),
        ("lag", "0", None, False, False, False),
        ("lag", "9007199254740993", 9_007_199_254_740_993, False, False, True),
        ("time-lag", "600", 600.0, False, False, True),
        ("time-lag", "600", 600.001, False, True, False),
        ("time-lag", "600", 500.0, True, False, False),
        ("time-lag", "600", None, False, False, False),
        ("rate-above", "0.1", 0.1, False, False, True),
        ("rate-above", "0.5", 0.5, False, False, True),
        ("rate-below", "0.5", 0.5, False, False, True),
        ("rate-below", "0.5", 0.0, False, True, False),
        ("rate-below", "0.5", None, False, False, False),
    ],
)
def test_thresholds_are_exact_and_unknown_is_neither(
    kind: str, threshold: str, value: float | None, at_least: bool, fires: bool, ends: bool
) -> None:
    condition = rule(kind, threshold)
    result = evaluate([condition], {kind: [Measurement("x", value, at_least)]}, {(condition.key, "x")})
    assert bool(result.findings) == fires
    assert (not result.findings and judges(result, (condition.key, "x"))) == ends


def test_a_finding_says_what_is_measured_and_what_is_allowed() -> None:
    (finding,) = evaluate([LAG], {"lag": [Measurement("billing", 12_345)]}, set()).findings
    assert finding == Finding(
        "lag:late", "billing", "warning", "lag 12,345", "above 10,000 for at least 5 min",
        for_seconds=300, page="group", target="billing",
    )  # fmt: skip
    (finding,) = evaluate([rule("rate-below", "0.5")], {"rate-below": [Measurement("orders", 0.0)]}, set()).findings
    assert (finding.value, finding.threshold, finding.page) == ("0 records/s in", "below 0.5 records/s", "topic")
    (finding,) = evaluate([rule("time-lag", "600")], {"time-lag": [Measurement("g", 7200.0, True)]}, set()).findings
    assert (finding.value, finding.threshold) == ("time lag over 2 h", "above 10 min")


def test_only_what_the_pattern_matches_is_found_and_the_rest_ends() -> None:
    condition = rule("lag", "10", "billing-*")
    both = [Measurement("billing-1", 11), Measurement("search", 11)]
    result = evaluate([condition], {"lag": both}, {(condition.key, "search"), (condition.key, "gone")})
    assert [finding.subject for finding in result.findings] == ["billing-1"]
    assert judges(result, (condition.key, "search"))
    assert judges(result, (condition.key, "gone"))


def test_a_rule_that_cannot_be_evaluated_leaves_its_findings_and_an_ended_one_does_not() -> None:
    result = evaluate([], {}, {("lag:kept", "g"), ("lag:off", "g")}, frozenset({"lag:off"}))
    assert not judges(result, ("lag:kept", "g"))
    assert judges(result, ("lag:off", "g"))


def test_of_very_many_the_first_keep_their_findings_and_one_counts_the_rest() -> None:
    measured = [Measurement(f"g{number}", 20_000 + number) for number in range(MOST + 37)]
    result = evaluate([LAG], {"lag": measured}, {("lag:late", "g0")})
    subjects = [finding.subject for finding in result.findings]
    assert len(subjects) == MOST + 1
    assert {"g0", f"g{MOST + 36}"} <= set(subjects)
    assert (result.findings[-1].subject, result.findings[-1].value) == ("", "and 37 more groups")


@pytest.mark.parametrize(
    ("kind", "text", "threshold", "written"),
    [
        ("lag", "10,000", "10000", "10,000"),
        ("lag", "10 000", "10000", "10,000"),
        ("lag", "0.5", None, ""),
        ("lag", "-1", None, ""),
        ("lag", "1,00", None, ""),
        ("lag", "many", None, ""),
        ("time-lag", "10 min", "600", "10 min"),
        ("time-lag", "1 h 30 min", "5400", "1 h 30 min"),
        ("time-lag", "90", "90", "1 min 30 s"),
        ("time-lag", "500 ms", "0.5", "0.5 s"),
        ("time-lag", "10 parsecs", None, ""),
        ("rate-below", "0.5", "0.5", "0.5"),
        ("rate-above", "1,500.25", "1500.25", "1,500.25"),
        ("rate-above", "NaN", None, ""),
    ],
)
def test_thresholds_are_read_as_people_write_them(kind: str, text: str, threshold: str | None, written: str) -> None:
    read = threshold_of(kind, text)
    assert read == (None if threshold is None else Decimal(threshold))
    assert read is None or text_of(kind, read) == written
