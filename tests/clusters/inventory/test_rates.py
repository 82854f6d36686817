"""Records per second: measured between two moments, unknown where an end offset is, 0 only where nothing arrived."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clusters.gateway.offsets import Watermarks
from clusters.gateway.topics import Partition, TopicDescription
from clusters.inventory import rows
from clusters.inventory.rates import measure_rates
from clusters.models import Cluster, Mirror, Topic

NOW = timezone.now()
TWO = TopicDescription("t", False, (Partition(0, 1, (1,), (1,)), Partition(1, 1, (1,), (1,))))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after", "seconds", "rate", "then"),
    [
        (100, 700, 60, 10.0, 700),
        (100, 100, 60, 0.0, 100),
        (100, 700, 29, None, 100),  # too short a time: still as it was
        (100, 700, 3600, None, 700),  # kafkaadmin was not running in between
        (100, 700, -3600, None, 700),  # the clock was set back
        (100, 7, 60, None, 7),  # created again
        (None, 700, 60, None, 700),
        (100, None, 60, None, None),
    ],
)
def test_a_rate_is_the_growth_between_two_measurements(
    before: int | None, after: int | None, seconds: int, rate: float | None, then: int | None
) -> None:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    mirror = Mirror.objects.create(cluster=cluster, rates_as_of=NOW - timedelta(seconds=seconds))
    topic = Topic.objects.create(
        cluster=cluster, name="t", partitions=1, replication=1, rate_from=before, end_offsets=after
    )
    measure_rates(mirror, NOW)
    topic.refresh_from_db()
    assert (topic.rate, topic.rate_from) == (rate, then)


@pytest.mark.django_db
def test_what_stopped_falls_to_zero_and_the_first_time_nothing_is_known() -> None:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    mirror = Mirror.objects.create(cluster=cluster)
    Topic.objects.create(cluster=cluster, name="t", partitions=1, replication=1, end_offsets=5)
    measured = []
    for minute, ends in enumerate((5, 65, 65)):
        Topic.objects.update(end_offsets=ends)
        measure_rates(mirror, NOW + timedelta(minutes=minute))
        measured.append(Topic.objects.get().rate)
    assert measured == [None, 1.0, 0.0]


def test_end_offsets_are_known_only_where_every_partitions_is() -> None:
    marks = {("t", 0): Watermarks(3, 10)}
    assert rows.end_offsets(TWO, marks) is None
    assert rows.end_offsets(TWO, {**marks, ("t", 1): Watermarks(None, 7)}) == 17
    assert rows.end_offsets(TWO, {**marks, ("t", 1): Watermarks(0, None)}) is None


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        (5, 6, {"last_record_at": NOW}),
        (5, 5, {}),
        (None, 6, {}),
        (5, None, {}),
        (5, 2, {"last_record_at": NOW}),
        (5, 0, {"last_record_at": None}),
    ],
)
def test_a_last_record_is_one_that_was_seen_to_arrive(
    before: int | None, after: int | None, row: dict[str, object]
) -> None:
    assert rows.last_record(before, after, NOW) == row
