"""Why a partition has its verdict: each rule that was tried, its answer, and the numbers behind the answer."""

from collections.abc import Callable
from dataclasses import dataclass

from lag.types import EvaluatorSettings, Partition
from lag.verdicts import rules
from lag.verdicts.evaluator import completeness, facts_of, is_judged
from lag.verdicts.rules import RULES, Facts


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """One rule's answer. Number 0 precedes the rules: there is nothing to evaluate yet."""

    number: int
    name: str
    fired: bool
    sentence: str


def explain(partition: Partition, settings: EvaluatorSettings, now_ms: int) -> tuple[RuleOutcome, ...]:
    """Return the rules that were tried, in order; the last one fired and decided."""
    if not partition.commits:
        return (RuleOutcome(0, "no commits", True, "No commits seen for this partition."),)
    complete = completeness(len(partition.commits), partition.intervals)
    if not is_judged(complete, settings):
        return (_too_short(partition, settings),)
    facts = facts_of(partition, settings, now_ms)
    deciding = rules.deciding_rule(facts).number
    return tuple(
        RuleOutcome(rule.number, rule.name, rule.number == deciding, _SENTENCES[rule.number](facts))
        for rule in RULES[:deciding]
    )


def _too_short(partition: Partition, settings: EvaluatorSettings) -> RuleOutcome:
    sentence = (
        f"The window holds {len(partition.commits)} of {partition.intervals} commits, "
        f"fewer than the {settings.minimum_complete:.0%} required for an evaluation."
    )
    return RuleOutcome(0, "too few commits", True, sentence)


def _lag_now(facts: Facts) -> str:
    relation = "within" if facts.current_lag <= facts.allowed_lag else "above"
    return f"The current lag is {facts.current_lag:,}, {relation} the allowed {facts.allowed_lag:,}."


def _stopped(facts: Facts) -> str:
    age, span, last = facts.now_ms - facts.last_ms, facts.last_ms - facts.first_ms, facts.offsets[-1]
    dated = f"{_seconds(age)} old" if age >= 0 else f"dated {_seconds(-age)} ahead of our clock"
    times = f"The last commit is {dated}; the commits in the window span {_seconds(span)}"
    if not rules.is_stopped(facts.first_ms, facts.last_ms, facts.now_ms):
        return f"{times}: not overdue."
    ends = facts.broker_offsets
    if not ends:
        return f"{times}: overdue, and no recent log end offset is known to compare with."
    if rules.was_caught_up(facts):
        return f"{times}: overdue, but offset {last:,} had reached a recent log end offset, {min(ends):,}."
    return f"{times}: overdue, and offset {last:,} is below all recent log end offsets, from {min(ends):,}."


def _went_back(facts: Facts) -> str:
    index = rules.first_rewind(facts.offsets)
    if index is None:
        return "The offset never moved backwards."
    before, after = facts.offsets[index - 1], facts.offsets[index]
    highest, lowest = max(facts.offsets[index:]), min(facts.offsets[index:])
    further = f", then down to {lowest:,}," if lowest < after else ""
    ending = "has recovered since" if highest >= before else f"has reached at most {highest:,} since"
    return f"The offset moved backwards from {before:,} to {after:,}{further} and {ending}."


def _allowed_once(facts: Facts) -> str:
    lags = facts.known_lags
    if not lags:
        return "The lag is unknown at every commit."
    relation = "within" if min(lags) <= facts.allowed_lag else "above"
    return f"The smallest lag at a commit was {min(lags):,}, {relation} the allowed {facts.allowed_lag:,}."


def _stands_still(facts: Facts) -> str:
    count = len(facts.offsets)
    if rules.is_stalled(facts.offsets):
        return f"The {_commits(count)} at the same offset, {facts.offsets[-1]:,}."
    return f"The offset advanced from {facts.offsets[0]:,} to {facts.offsets[-1]:,} in {count} commits."


def _never_fell(facts: Facts) -> str:
    lags = facts.known_lags
    if len(lags) < 2:
        return "The lag is known for fewer than two commits, so no decrease was seen."
    path = f"from {lags[0]:,} to {lags[-1]:,}"
    return (
        f"The lag went {path} "
        f"{'without ever decreasing' if rules.is_lag_not_decreasing(lags) else 'and decreased in between'}."
    )


def _catching_up(facts: Facts) -> str:
    return "The lag decreased at least once, so the group is catching up."


def _commits(count: int) -> str:
    return "only commit in the window is" if count == 1 else f"{count} commits in the window are all"


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:,.1f} s".replace(".0 s", " s")


_SENTENCES: dict[int, Callable[[Facts], str]] = {
    1: _lag_now,
    2: _stopped,
    3: _went_back,
    4: _allowed_once,
    5: _stands_still,
    6: _never_fell,
    7: _catching_up,
}
