"""What the sidebar's menu of clusters and the page's title say of alerts."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.models import Grant
from clusters.models import Cluster, Mirror
from metrics.models import FindingRow
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clusters() -> dict[str, Cluster]:
    """Three clusters: one with two critical alerts, one well, one that cannot be reached."""
    now = timezone.now()
    made = {}
    for slug, error in (("burning", ""), ("well", ""), ("gone", "Nobody answers.")):
        made[slug] = Cluster.objects.create(slug=slug, name=slug, bootstrap_servers="127.0.0.1:1")
        Mirror.objects.create(cluster=made[slug], current_as_of=now, looked_at=now, error=error)
    for subject in ("broker 1", "broker 2"):
        FindingRow.objects.create(
            cluster=made["burning"], rule="broker-down", subject=subject, severity="critical", since=now, seen_at=now,
            opened_at=now,
        )  # fmt: skip
    return made


def title(client: Client, path: str) -> str:
    page = client.get(path).content.decode()
    return " ".join(page.partition("<title>")[2].partition("</title>")[0].split())


def words(client: Client, path: str) -> dict[str, str]:
    """Return what the menu says of each cluster."""
    menu = client.get(path).content.decode().partition("switcher")[2].partition("</details>")[0]
    return {name: said for said, name in re.findall(r'title="([^"]+)" aria-hidden="true"></span>(\w+)', menu)}


@pytest.mark.usefixtures("clusters")
def test_alerts_are_in_the_title_and_in_the_menu(admin: Client) -> None:
    assert title(admin, "/clusters/burning/topics/") == "(2) Topics · burning · kafkaadmin"
    assert title(admin, "/clusters/well/topics/") == "Topics · well · kafkaadmin"
    assert title(admin, "/settings/").startswith("Settings")
    assert words(admin, "/clusters/well/topics/") == {
        "burning": "2 critical",
        "well": "no alerts",
        "gone": "unreachable",
    }


@pytest.mark.usefixtures("clusters")
def test_who_may_not_see_a_cluster_reads_nothing_of_its_alerts() -> None:
    user = User.objects.create_user("eve")
    Grant.objects.create(user=user, role="viewer", clusters="well")
    client = signed_in(user)
    assert "burning" not in client.get("/clusters/well/topics/").content.decode()
    assert title(client, "/clusters/well/topics/") == "Topics · well · kafkaadmin"
