"""One worker at a time does a row's work, whatever the clocks do, and one that lost the row saves nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clusters.models import Cluster, Mirror, SchemaRegistry
from core.leasing import SKEW, Leased, LeaseLost, interval_elapsed, row_is_due
from lag.models import Shard
from metrics.models import Watch

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture(params=[Mirror, SchemaRegistry, Watch, Shard], ids=lambda model: model.__name__)
def row(request: pytest.FixtureRequest) -> Leased:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    model: type[Leased] = request.param
    values = {"number": 0, "count": 1} if model is Shard else {}
    manager: Any = model._default_manager
    row: Leased = manager.create(cluster=cluster, **values)
    return row


def taken(row: Leased, now: datetime = NOW) -> Leased | None:
    return type(row).take(row.pk, now)


def held_from(row: Leased, now: datetime = NOW) -> Leased:
    held = taken(row, now)
    assert held
    return held


def is_due(row: Leased, now: datetime = NOW) -> bool:
    return type(row)._default_manager.filter(type(row).due(now), pk=row.pk).exists()


def changed(row: Leased, **values: object) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def test_a_row_is_held_by_one_until_the_lease_ends(row: Leased) -> None:
    held = held_from(row)
    assert held.is_leased(NOW)
    assert taken(row, NOW + row.LEASE - SECOND) is None
    assert taken(row, NOW + row.LEASE + SECOND)


def test_a_lease_is_renewed_and_released(row: Leased) -> None:
    held = held_from(row)
    held.renew(NOW + row.LEASE)
    assert taken(row, NOW + row.LEASE + SECOND) is None
    assert held.release(due_at=NOW + DAY)
    assert not is_due(row)
    assert taken(row, NOW + SECOND)


def test_who_lost_the_row_saves_nothing(row: Leased) -> None:
    first, second = held_from(row), held_from(row, NOW + 2 * row.LEASE)
    with pytest.raises(LeaseLost):
        first.save_if_held(due_at=NOW)
    with pytest.raises(LeaseLost):
        first.renew(NOW)
    assert not first.release(due_at=NOW)
    row.refresh_from_db()
    assert (row.due_at, row.fence) == (None, second.fence)
    assert row.is_leased(NOW + 2 * row.LEASE)


def test_a_lease_from_a_clock_that_was_set_back_is_none(row: Leased) -> None:
    changed(row, lease_until=NOW + DAY)
    row.refresh_from_db()
    assert not row.is_leased(NOW)
    assert taken(row)


def test_work_is_due_at_its_time_or_if_never_done(row: Leased) -> None:
    assert is_due(row)
    changed(row, due_at=NOW + SECOND)
    assert not is_due(row)
    assert is_due(row, NOW + SECOND)


def test_work_done_in_the_future_is_due_the_clock_was_set_back(row: Leased) -> None:
    changed(row, due_at=NOW + DAY, **{row.DONE: NOW + DAY})
    assert is_due(row)
    changed(row, **{row.DONE: NOW + SKEW - SECOND})
    assert not is_due(row)
    assert row_is_due(NOW + DAY, NOW + DAY, NOW)
    assert not row_is_due(NOW + DAY, NOW, NOW)


@pytest.mark.parametrize(
    ("before", "elapsed"),
    [(None, True), (NOW, False), (NOW - 10 * SECOND, True), (NOW + SECOND, False), (NOW + DAY, True)],
)
def test_an_interval_has_elapsed_or_the_clock_was_set_back(before: datetime | None, elapsed: bool) -> None:
    assert interval_elapsed(before, 10 * SECOND, NOW) is elapsed
