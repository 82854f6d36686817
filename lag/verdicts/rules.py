"""The seven rules for a partition, in their order; the first that fires decides.

They are Burrow's (``caching`` evaluator, 1.9.5), with one function per rule and the clock among the facts.
"""

from collections.abc import Callable, Sequence
from operator import le, lt
from typing import NamedTuple

from lag.types import Status


class Facts(NamedTuple):
    """What the rules look at, in columns.

    ``offsets`` are those of the window's commits, at least one, by ascending order; ``first_ms`` and ``last_ms`` the
    times of the first and the last; ``known_lags`` the lags that are known, in order. ``now_ms`` is a whole second.
    """

    offsets: Sequence[int]
    first_ms: int
    last_ms: int
    known_lags: Sequence[int]
    broker_offsets: Sequence[int]
    current_lag: int
    allowed_lag: int
    now_ms: int


def rule_1_lag_is_allowed(facts: Facts) -> bool:
    """The lag now is no more than the allowed lag."""
    return facts.current_lag <= facts.allowed_lag


def rule_2_stopped_committing(facts: Facts) -> bool:
    """The last commit is older than the window is long, and had not caught up with any remembered end offset."""
    return is_stopped(facts.first_ms, facts.last_ms, facts.now_ms) and not was_caught_up(facts)


def rule_3_went_back(facts: Facts) -> bool:
    """The offset fell, and no later commit came back to where it had been. Only the first fall counts."""
    index = first_rewind(facts.offsets)
    return index is not None and max(facts.offsets[index:]) < facts.offsets[index - 1]


def rule_4_lag_was_allowed_once(facts: Facts) -> bool:
    """Some commit in the window is known to have had no more than the allowed lag."""
    return bool(facts.known_lags) and min(facts.known_lags) <= facts.allowed_lag


def rule_5_offset_stands_still(facts: Facts) -> bool:
    """All commits have the same offset; this includes a single commit."""
    return is_stalled(facts.offsets)


def rule_6_lag_never_fell(facts: Facts) -> bool:
    """No known lag is smaller than the known lag before it."""
    return is_lag_not_decreasing(facts.known_lags)


def rule_7_catching_up(facts: Facts) -> bool:
    """Nothing else applies: the lag fell somewhere in the window."""
    return True


class Rule(NamedTuple):
    """A rule's number, its name, its condition, and the verdict when it fires."""

    number: int
    name: str
    fires: Callable[[Facts], bool]
    status: Status


RULES = (
    Rule(1, "lag within allowed limit", rule_1_lag_is_allowed, Status.OK),
    Rule(2, "stopped committing", rule_2_stopped_committing, Status.STOP),
    Rule(3, "offset moved backwards", rule_3_went_back, Status.REWIND),
    Rule(4, "lag was within limit in window", rule_4_lag_was_allowed_once, Status.OK),
    Rule(5, "offset not advancing", rule_5_offset_stands_still, Status.STALL),
    Rule(6, "lag never decreased", rule_6_lag_never_fell, Status.WARN),
    Rule(7, "catching up", rule_7_catching_up, Status.OK),
)


def deciding_rule(facts: Facts) -> Rule:
    """Return the first rule that fires. Rule 7 always does."""
    for rule in RULES[:-1]:
        if rule.fires(facts):
            return rule
    return RULES[-1]


def is_stopped(first_ms: int, last_ms: int, now_ms: int) -> bool:
    """Tell whether the last commit is older than the time between the first and the last, in milliseconds.

    The commits' own times count. One dated in the future is never stopped.
    """
    return _int64(now_ms - last_ms) > _int64(last_ms - first_ms)


def was_caught_up(facts: Facts) -> bool:
    """Tell whether the last commit reaches some remembered end offset."""
    return bool(facts.broker_offsets) and min(facts.broker_offsets) <= facts.offsets[-1]


def first_rewind(offsets: Sequence[int]) -> int | None:
    """Return the index of the first offset that is below the one before it; None if there is none."""
    falls = list(map(lt, offsets[1:], offsets))
    return falls.index(True) + 1 if True in falls else None


def is_stalled(offsets: Sequence[int]) -> bool:
    return offsets.count(offsets[0]) == len(offsets)


def is_lag_not_decreasing(known_lags: Sequence[int]) -> bool:
    """Tell whether lags never fall from one to the next; fewer than two never do."""
    return all(map(le, known_lags, known_lags[1:]))


def _int64(number: int) -> int:
    """Wrap around like 64-bit arithmetic, so that absurd times give Burrow's verdict."""
    return (number + 2**63) % 2**64 - 2**63
