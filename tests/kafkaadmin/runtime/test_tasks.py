"""The one message that has all areas look for work."""

import pytest
from django.db import DatabaseError

from clusters.models import Cluster
from clusters.tasks import mirror_cluster
from kafkaadmin.runtime.tasks import LOOKS, look_for_work
from metrics.tasks import watch

pytestmark = pytest.mark.django_db


def test_a_look_that_fails_is_logged_and_holds_up_none_of_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looked: list[str] = []

    def run(name: str) -> None:
        looked.append(name)
        if len(looked) == 1:
            raise DatabaseError("database is locked")

    for look in LOOKS:
        monkeypatch.setattr(look, "run", lambda name=look.name: run(name))
    look_for_work()
    assert looked == [look.name for look in LOOKS]
    assert f"{looked[0]} failed" in caplog.text


def test_what_is_new_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster.objects.create(slug="new", name="New", bootstrap_servers="127.0.0.1:1")
    sent: list[tuple[str, int]] = []
    for task in (mirror_cluster, watch):
        monkeypatch.setattr(task, "apply_async", lambda names, name=task.name, **_: sent.append((name, *names)))
    look_for_work()
    assert sent == [(mirror_cluster.name, cluster.pk), (watch.name, cluster.pk)]
