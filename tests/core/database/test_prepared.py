"""A prepared query gives what the plain one gives, each time that it is asked."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from clusters.models import Cluster, Mirror
from core.database.prepared import Parameter, Prepared

READ_ONLY = Cluster.objects.filter(slug__gte=Parameter("first"), read_only=True, slug__lte=Parameter("last"))


@pytest.fixture
def shelf(db: None) -> list[Cluster]:
    """Clusters whose names need care, every second one read-only, the first with a mirror."""
    names = ["a", "b'; --", "c%s", "d\\", "é", "f"]
    rows = [Cluster(slug=name, name=name, read_only=number % 2 == 0) for number, name in enumerate(names)]
    Cluster.objects.bulk_create(rows)
    Mirror.objects.create(cluster=rows[0], version="4.1.0")
    return list(Cluster.objects.order_by("pk"))


def test_values_are_taken_by_name_each_time(shelf: list[Cluster]) -> None:
    prepared = Prepared(READ_ONLY.order_by("pk"))
    for first, last in (("a", "é"), ("c%s", "c%s"), ("b'; --", "b'; --"), ("zz", "zzz")):
        plain = Cluster.objects.filter(slug__gte=first, slug__lte=last, read_only=True).order_by("pk")
        assert prepared.rows(last=last, first=first) == list(plain)
    assert [row.slug for row in prepared.rows(first="c%s", last="c%s")] == ["c%s"]


def test_rows_are_read_anew_with_what_belongs_to_them(shelf: list[Cluster]) -> None:
    prepared = Prepared(Cluster.objects.select_related("mirror").filter(pk=Parameter("pk")))
    for version in ("4.1.0", "4.4.0"):
        Mirror.objects.update(version=version)
        row = prepared.first(pk=shelf[0].pk)
        assert row and row.mirror.version == version
        assert row.bootstrap_servers == shelf[0].bootstrap_servers
    assert not hasattr(prepared.first(pk=shelf[1].pk), "mirror")
    assert prepared.first(pk=0) is None


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_on_its_own_connection() -> None:
    Cluster.objects.create(slug="shared", name="shared")
    prepared = Prepared(Cluster.objects.filter(slug=Parameter("slug")))

    def ask(_: int) -> list[str]:
        try:
            return [row.name for _ in range(20) for row in prepared.rows(slug="shared")]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        assert all(names == ["shared"] * 20 for names in threads.map(ask, range(8)))


def test_a_value_that_is_missing_is_no_other(shelf: list[Cluster]) -> None:
    prepared = Prepared(READ_ONLY)
    prepared.rows(first="a", last="f")
    with pytest.raises(KeyError):
        prepared.rows(first="a")
