"""What a record must be like to be shown: texts, JSON paths, expressions; all that are given hold. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from clusters.gateway.log.records import Record
from clusters.gateway.reading.records import MayMatch
from clusters.messages.filters.expressions import Expression
from clusters.messages.filters.json_paths import Comparison
from clusters.messages.filters.texts import Test


@dataclass(frozen=True)
class RecordFilter:
    """Tests that all hold, the quick ones first; ``may_match`` is asked of whole batches before any record is made."""

    tests: tuple[Test, ...] = ()
    quick: tuple[MayMatch, ...] = ()
    expression: Expression | None = None
    comparison: Comparison | None = None

    def __bool__(self) -> bool:
        return bool(self.tests or self.comparison or self.expression)

    def __call__(self, record: Record) -> bool:
        for test in self.tests:
            if not test(record):
                return False
        if self.comparison and not self.comparison.holds_for(record):
            return False
        return self.expression is None or self.expression.holds(record)

    @property
    def may_match(self) -> MayMatch | None:
        """Return what tells of all bytes of a batch whether a record of it may be one; None if nothing does."""
        if not self.quick:
            return None
        return self.quick[0] if len(self.quick) == 1 else everyone_of(self.quick)

    @property
    def unfit(self) -> Counter[str]:
        """How many records have values of other types than the expression is meant for, by what it says of them."""
        return self.expression.unfit if self.expression else Counter()

    @property
    def undecided(self) -> int:
        """How many records could not be tested: they are too large, or take too many steps."""
        return sum(test.undecided for test in (self.comparison, self.expression) if test)


def everyone_of(predicates: Sequence[MayMatch]) -> MayMatch:
    return lambda contents: all(predicate(contents) for predicate in predicates)
