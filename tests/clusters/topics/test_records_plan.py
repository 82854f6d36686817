"""What deleting records would do, and what it warns of."""

import pytest

from clusters.gateway.offsets import NO_RECORD
from clusters.topics.records_plan import Log, TopicFacts, delete_records

PLAIN = TopicFacts(cleanup_policy="delete", at_most=False)


@pytest.mark.parametrize(
    ("log", "start"),
    [
        (Log(0, 100, 20), 20),
        (Log(30, 100, 20), 30),
        (Log(0, 100, 100), 100),
        (Log(0, 100, 5000), 100),
        (Log(10, 100, NO_RECORD), 100),
        (Log(None, 100, 20), None),
        (Log(0, None, 20), None),
        (Log(0, 100, None), None),
    ],
)
def test_where_a_log_begins_afterwards(log: Log, start: int | None) -> None:
    assert log.start == start


def test_the_plan_has_each_partition_that_loses_records_and_their_sum() -> None:
    deletion = delete_records("t", {2: Log(5, 9, 9), 0: Log(0, 20, 9), 1: Log(9, 9, 9), 3: Log(None, None, 9)}, PLAIN)
    assert [(step.subject, step.before, step.after) for step in deletion.plan.steps] == [
        ("t-0: log start offset", "0", "9"), ("t-2: log start offset", "5", "9"),
    ]  # fmt: skip
    assert (deletion.starts, deletion.lost) == ({0: 9, 2: 9}, 13)
    assert deletion.plan.warnings == (
        "13 records of 2 partitions will be deleted and can't be restored.",
        "Unchanged, as their offsets can't be determined: t-3.",
    )


def test_offsets_with_holes_count_no_more_than_that() -> None:
    assert delete_records("t", {0: Log(0, 2, 2)}, TopicFacts()).plan.warnings[0].startswith("At most 2 records")


def test_where_nothing_goes_there_is_nothing_to_confirm() -> None:
    plan = delete_records("t", {0: Log(7, 9, 7), 1: Log(None, 1, 1)}, PLAIN).plan
    assert (plan.steps, plan.warnings, plan.destructive) == ((), (), False)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (TopicFacts("compact"), "while cleanup.policy is compact (POLICY_VIOLATION)"),
        (TopicFacts("delete", internal=True), "Kafka refuses to delete its records."),
        (TopicFacts(lags={"billing": 1200, "audit": None}, hidden_groups=2), "billing (1,200), audit (–), 2 hidden"),
        (TopicFacts(lags={f"g{number}": 1 for number in range(12)}), "g9 (1), 2 more."),
    ],
)
def test_what_is_to_be_considered(facts: TopicFacts, words: str) -> None:
    assert words in " ".join(delete_records("t", {0: Log(0, 2, 1)}, facts).plan.warnings)


def test_a_topic_that_is_compacted_and_deleted_from_is_taken() -> None:
    assert len(delete_records("t", {0: Log(0, 2, 1)}, TopicFacts("compact,delete")).plan.warnings) == 1


def test_an_offset_beyond_the_end_takes_all_and_says_so() -> None:
    warnings = delete_records("t", {0: Log(0, 2, 9), 1: Log(0, 9, 9)}, PLAIN).plan.warnings
    assert warnings[-1] == "Beyond the log end offset, so all their records are deleted: t-0."
