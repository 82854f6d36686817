"""The list of brokers: how full their disks are, and what goes in and out, where that is known."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import Grant
from clusters.models import Broker, Cluster
from metrics.models import Watch
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PATH = "/clusters/local/brokers/"


@pytest.fixture
def brokers() -> Cluster:
    """A broker whose disk and traffic are known, and one of which nothing is."""
    cluster = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    Broker.objects.create(cluster=cluster, broker_id=1, disk_total=1000, disk_free=250)
    Broker.objects.create(cluster=cluster, broker_id=2)
    traffic = (("bytes_in", "", 2048.0), ("bytes_out", "orders", 512.0), ("bytes_out", "payments", 512.0))
    Watch.objects.create(cluster=cluster, readings=[[name, "1", label, value] for name, label, value in traffic])
    return cluster


def cells(client: Client) -> dict[str, list[str]]:
    """Return the last four cells of each broker's row."""
    table = client.get(PATH).content.decode().partition("<tbody>")[2]
    rows = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
            for row in table.split("</tr>")[:2]]  # fmt: skip
    return {row[0]: row[-4:] for row in rows}


@pytest.mark.usefixtures("brokers")
def test_what_is_not_known_is_a_dash(admin: Client) -> None:
    assert cells(admin) == {"1": ["75%", "250 B", "2.0 KiB/s", "1.0 KiB/s"], "2": ["–", "–", "–", "–"]}


@pytest.mark.usefixtures("brokers")
def test_traffic_is_for_those_who_may_see_metrics() -> None:
    user = User.objects.create_user("olga")
    Grant.objects.create(user=user, role="custom", actions=["clusters.view", "brokers.view"], clusters="local")
    assert cells(signed_in(user))["1"] == ["75%", "250 B", "–", "–"]
