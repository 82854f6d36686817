"""The faster way to a verdict comes to the same verdict, whatever is in the window."""

from array import array

from hypothesis import given, settings
from hypothesis import strategies as st

from lag.types import EvaluatorSettings, Partition
from lag.verdicts.evaluator import facts_of
from lag.verdicts.fast_rules import status_of
from lag.verdicts.rules import deciding_rule
from lag.windows.window import UNKNOWN_END, Commits
from tests.lag.properties import holds

NOW_MS = 1_750_000_000_000
EDGES = [0, 1, 2**62, 2**63 - 1]
offsets = st.integers(0, 12) | st.sampled_from(EDGES)
moments = st.integers(NOW_MS - 20_000, NOW_MS + 2_000) | st.sampled_from([0, -(2**63), 2**63 - 1])
ends = st.integers(0, 15) | st.sampled_from([*EDGES, UNKNOWN_END])
rows = st.lists(st.tuples(offsets, moments, ends), min_size=1, max_size=10)


@settings(holds, max_examples=10 * holds.max_examples)
@given(rows=rows, ring=st.lists(offsets, max_size=10), lag=st.integers(0, 20), allowed=st.integers(-1, 6))
def test_the_verdict_is_that_of_the_rules(
    rows: list[tuple[int, int, int]], ring: list[int], lag: int, allowed: int
) -> None:
    numbers = array("q")
    for order, (offset, moment, end) in enumerate(rows):
        numbers.extend((offset, order, moment, NOW_MS, end))
    commits = Commits(numbers)
    partition = Partition(10, tuple(commits), tuple(ring), lag)
    expected = deciding_rule(facts_of(partition, EvaluatorSettings(allowed_lag=allowed), NOW_MS)).status
    assert status_of(commits, tuple(ring), lag, allowed, NOW_MS) is expected
