"""The seven rules for a partition, in their order; the first that fires decides.

They are Burrow's (``caching`` evaluator, 1.9.5), with one function a rule and the clock among the facts.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from lag.types import Commit, Status


class Facts(NamedTuple):
    """What the rules look at. ``commits`` holds at least one, by ascending order; ``now_ms`` is a whole second."""

    commits: Sequence[Commit]
    broker_offsets: Sequence[int]
    current_lag: int
    allowed_lag: int
    now_ms: int


def rule_1_lag_is_allowed(facts: Facts) -> bool:
    """The lag right now is no more than the allowed lag."""
    return facts.current_lag <= facts.allowed_lag


def rule_2_stopped_committing(facts: Facts) -> bool:
    """The last commit is older than the window is long, and had not caught up with any remembered end offset."""
    return is_stopped(facts.commits, facts.now_ms) and not was_caught_up(facts.commits, facts.broker_offsets)


def rule_3_went_back(facts: Facts) -> bool:
    """The offset fell, and no later commit came back to where it had been. Only the first fall counts."""
    place = first_rewind(facts.commits)
    if place is None:
        return False
    before = facts.commits[place - 1].offset
    return all(commit.offset < before for commit in facts.commits[place:])


def rule_4_lag_was_allowed_once(facts: Facts) -> bool:
    """Some commit in the window is known to have had no more than the allowed lag."""
    return not is_lag_always_above(facts.commits, facts.allowed_lag)


def rule_5_offset_stands_still(facts: Facts) -> bool:
    """All commits have the same offset; a single commit is the same as itself."""
    return is_stalled(facts.commits)


def rule_6_lag_never_fell(facts: Facts) -> bool:
    """No known lag is smaller than the known lag before it."""
    return is_lag_not_decreasing(facts.commits)


def rule_7_catching_up(facts: Facts) -> bool:
    """Nothing else applies: the lag fell somewhere in the window."""
    return True


class Rule(NamedTuple):
    """A rule's place, its name, its question, and the verdict when the answer is yes."""

    number: int
    name: str
    fires: Callable[[Facts], bool]
    status: Status


RULES = (
    Rule(1, "lag is allowed", rule_1_lag_is_allowed, Status.OK),
    Rule(2, "stopped committing", rule_2_stopped_committing, Status.STOP),
    Rule(3, "went back", rule_3_went_back, Status.REWIND),
    Rule(4, "lag was allowed once", rule_4_lag_was_allowed_once, Status.OK),
    Rule(5, "offset stands still", rule_5_offset_stands_still, Status.STALL),
    Rule(6, "lag never fell", rule_6_lag_never_fell, Status.WARN),
    Rule(7, "catching up", rule_7_catching_up, Status.OK),
)


def deciding_rule(facts: Facts) -> Rule:
    """Return the first rule that fires. Rule 7 always does."""
    return next(rule for rule in RULES if rule.fires(facts))


def is_stopped(commits: Sequence[Commit], now_ms: int) -> bool:
    """Say whether the last commit's age is more than the time between the first and the last, in milliseconds.

    The commits' own times count. One that is dated in the future is never stopped.
    """
    first, last = commits[0].timestamp_ms, commits[-1].timestamp_ms
    return _int64(now_ms - last) > _int64(last - first)


def was_caught_up(commits: Sequence[Commit], broker_offsets: Sequence[int]) -> bool:
    """Say whether the last commit reaches some remembered end offset."""
    reached = commits[-1].offset
    return any(end <= reached for end in broker_offsets)


def first_rewind(commits: Sequence[Commit]) -> int | None:
    """Return the place of the first commit whose offset is below the one before it; None if there is none."""
    for place, (before, commit) in enumerate(pairwise(commits), start=1):
        if commit.offset < before.offset:
            return place
    return None


def is_lag_always_above(commits: Sequence[Commit], allowed_lag: int) -> bool:
    """Say whether no known lag is within the allowed lag; unknown lags don't count."""
    return all(commit.lag is None or commit.lag > allowed_lag for commit in commits)


def is_stalled(commits: Sequence[Commit]) -> bool:
    """Say whether all offsets are equal."""
    offset = commits[0].offset
    return all(commit.offset == offset for commit in commits)


def is_lag_not_decreasing(commits: Sequence[Commit]) -> bool:
    """Say whether the known lags never fall from one to the next; fewer than two never do."""
    known = [commit.lag for commit in commits if commit.lag is not None]
    return all(before <= after for before, after in pairwise(known))


def _int64(number: int) -> int:
    """Wrap around as 64-bit arithmetic does, so that absurd times give the verdict that Burrow gives."""
    return (number + 2**63) % 2**64 - 2**63
