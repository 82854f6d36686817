"""A cluster's level and its sentence belong together: whatever is worst is also what is said first."""

import pytest

from clusters.findings import FindingCounts
from clusters.inventory.health import Counts, health
from clusters.inventory.summary import Summary
from clusters.models import Cluster

FINE = Counts(partitions=83)
BEHIND = Counts(partitions=83, under_replicated=3)
CRITICAL = FindingCounts(4, 1, (("Consumer group lagging", 3), ("Disk filling up", 1)))
WARNINGS = FindingCounts(0, 5, (("A", 2), ("B", 1), ("C", 1), ("D", 1)))
WELL = "All 83 partitions have a leader and are fully replicated."
ERROR = "It refuses connections."


@pytest.mark.parametrize(
    ("counts", "error", "findings", "level", "word", "sentence", "aside"),
    [
        (FINE, "", None, "ok", "Healthy", WELL, ""),
        (FINE, "", CRITICAL, "critical", "4 critical, 1 warning",
         f"Consumer group lagging (3), Disk filling up. {WELL}", ""),
        (FINE, "", WARNINGS, "warning", "5 warnings", f"A (2), B, C, 1 more. {WELL}", ""),
        (BEHIND, "", WARNINGS, "warning", "Degraded", "3 partitions under-replicated.", "5 warnings"),
        (BEHIND, "", CRITICAL, "critical", "4 critical, 1 warning",
         "Consumer group lagging (3), Disk filling up. 3 partitions under-replicated.", ""),
        (FINE, ERROR, CRITICAL, "critical", "Unreachable", f"Kafka is unreachable: {ERROR}", "4 critical, 1 warning"),
    ],
)  # fmt: skip
def test_the_worst_is_said_first(
    counts: Counts, error: str, findings: FindingCounts | None, level: str, word: str, sentence: str, aside: str
) -> None:
    summary = Summary(Cluster(name="c"), counts, health(counts, error), findings)
    assert (summary.level, summary.word, summary.sentence, summary.aside) == (level, word, sentence, aside)
