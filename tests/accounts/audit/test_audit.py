import csv
import json
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Grant
from accounts.tasks import forget_old_entries
from clusters.models import Cluster
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(admin: Client) -> None:
    """Three things that happened."""
    Cluster.objects.create(slug="prod", name="prod", bootstrap_servers="127.0.0.1:1")
    for name, outcome, resource in (
        ("ada", "done", "orders"),
        ("bob", "refused", "=cmd()"),
        ("ada", "failed", "team.a"),
    ):
        AuditEntry.objects.create(
            username=name, action="topics.delete", cluster="prod", resource=resource, outcome=outcome
        )  # fmt: skip


def test_it_is_searched_and_filtered(entries: None, admin: Client) -> None:
    everything = admin.get("/audit/").content.decode()
    assert "3 entries" in everything
    refused = admin.get("/audit/?outcome=refused").content.decode()
    assert "1 entry" in refused
    assert "bob" in refused
    assert "2 entries" in admin.get("/audit/?username=ada").content.decode()
    assert "1 entry" in admin.get("/clusters/prod/audit/?q=orders").content.decode()


def test_it_comes_as_a_file_that_no_spreadsheet_runs(entries: None, admin: Client) -> None:
    response = admin.get("/audit/?format=csv&sort=resource")
    rows = list(csv.DictReader(response.getvalue().decode().splitlines()))
    assert [row["resource"] for row in rows] == ["'=cmd()", "orders", "team.a"]
    exported = json.loads(admin.get("/audit/?format=json&outcome=done").getvalue())
    assert [(row["username"], row["resource"]) for row in exported] == [("ada", "orders")]


def test_old_entries_and_sessions_that_are_over_are_dropped(entries: None, admin: Client) -> None:
    stranger = SessionStore()
    stranger.set_expiry(-1)
    stranger.save()
    assert Session.objects.count() == 2
    AuditEntry.objects.filter(resource="orders").update(at=timezone.now() - timedelta(days=366))
    assert forget_old_entries() == 1
    assert Session.objects.count() == 1
    assert not AuditEntry.objects.filter(resource="orders").exists()


def test_somebody_with_part_of_a_cluster_sees_that_part_of_its_log(entries: None) -> None:
    from django.contrib.auth.models import User

    pat = User.objects.create_user("pat")
    Grant.objects.create(
        user=pat, role="custom", actions=["clusters.view", "audit.view"], clusters="prod", resources="team.*"
    )
    page = signed_in(pat).get("/clusters/prod/audit/").content.decode()
    assert "team.a" in page
    assert "orders" not in page
