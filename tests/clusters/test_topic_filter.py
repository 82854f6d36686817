"""The list of topics, filtered to those whose replicas or leaders are missing; it needs no Kafka."""

import pytest
from django.test import Client

from clusters.models import Cluster, Mirror, Topic

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["unhealthy", "trouble"])  # trouble is its former name, kept for older links
def test_unhealthy_topics_are_listed_alone(admin: Client, name: str) -> None:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(cluster=cluster)
    Topic.objects.create(cluster=cluster, name="well", partitions=1, replication=1)
    Topic.objects.create(cluster=cluster, name="ill", partitions=1, replication=1, offline=1)
    page = admin.get("/clusters/c/topics/", {name: "1"}).content.decode()
    assert "/topics/ill/" in page
    assert "/topics/well/" not in page
    assert 'name="unhealthy" value="1" checked' in page
