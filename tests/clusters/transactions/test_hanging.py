"""Which transactions hang, as kafka-transactions decides it."""

import pytest

from clusters.gateway.transactions import Producer, TransactionDetail, TransactionListing
from clusters.transactions import plan
from clusters.transactions.hanging import candidates, hanging

NOW, LIMIT = 1_000_000, 1000


def producer(
    *, open_since: int | None = 5, last_timestamp_ms: int | None = NOW - LIMIT - 1, partition: int = 0
) -> Producer:
    return Producer("orders", partition, 1, 7, 0, 0, last_timestamp_ms, 3, open_since)


@pytest.mark.parametrize(
    ("given", "is_candidate"),
    [
        (producer(), True),
        (producer(open_since=0), True),
        (producer(open_since=None), False),
        (producer(last_timestamp_ms=NOW - LIMIT), False),
        (producer(last_timestamp_ms=None), False),
    ],
)
def test_open_for_longer_than_any_may_be(given: Producer, is_candidate: bool) -> None:
    assert bool(candidates([given], NOW, LIMIT)) is is_candidate


def detail(*partitions: int) -> TransactionDetail:
    keys = tuple(("orders", number) for number in partitions)
    return TransactionDetail("app", "Ongoing", 7, 0, 60_000, 1, 2, keys)


@pytest.mark.parametrize(
    ("listings", "details", "expected"),
    [
        ([], [], [(producer(), "")]),
        ([TransactionListing("other", 8, "Ongoing", 2)], [], [(producer(), "")]),
        ([TransactionListing("app", 7, "Ongoing", 2)], [], [(producer(), "app")]),
        ([TransactionListing("app", 7, "Empty", 2)], [detail()], [(producer(), "app")]),
        ([TransactionListing("app", 7, "Ongoing", 2)], [detail(1)], [(producer(), "app")]),
        ([TransactionListing("app", 7, "Ongoing", 2)], [detail(0, 1)], []),
    ],
)
def test_it_hangs_unless_its_coordinator_knows_of_the_partition(
    listings: list[TransactionListing], details: list[TransactionDetail], expected: list[tuple[Producer, str]]
) -> None:
    assert hanging([producer()], listings, details) == expected


def test_aborting_one_that_does_not_hang_is_warned_of() -> None:
    planned = plan.abort(producer())
    assert (planned.resource, planned.destructive, len(planned.warnings)) == ("orders", True, 1)
    assert planned.steps[0].before == "open since offset 5"
    assert planned.commands[0].endswith("abort --topic orders --partition 0 --start-offset 5")
    assert "does not hang: the coordinator of app" in plan.abort(producer(), coordinated_by="app").warnings[1]
