"""The overview names what is worst, of Kafka's own topics too."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from clusters.models import Cluster, Mirror, Topic

pytestmark = pytest.mark.django_db


def test_the_largest_topics_are_in_order_whoever_they_belong_to(admin: Client) -> None:
    cluster = Cluster.objects.create(slug="sized", name="sized", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(cluster=cluster, current_as_of=timezone.now(), looked_at=timezone.now())
    sizes: dict[str, int | None] = {f"orders-{number:02}": 100 + number for number in range(20)}
    sizes |= {"__consumer_offsets": 116, "__transaction_state": 1, "empty": 0, "unknown": None}
    for name, size in sizes.items():
        internal = name.startswith("__")
        Topic.objects.create(cluster=cluster, name=name, partitions=1, replication=1, size=size, internal=internal)
    page = admin.get("/clusters/sized/").content.decode()
    section = page.partition("<h2>Largest topics")[2].partition("</section>")[0]
    assert re.findall(r'href="/clusters/sized/topics/([^/?"]+)/"', section) == [
        "orders-19", "orders-18", "orders-17", "__consumer_offsets", "orders-16", "orders-15",
        "orders-14", "orders-13", "orders-12", "orders-11",
    ]  # fmt: skip
