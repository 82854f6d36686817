"""A broker's page: its largest replicas, its configs, and only what grants cover."""

import random
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import Grant
from clusters.gateway import topics
from clusters.gateway.clients.connection import Connection
from clusters.models import Cluster
from tests.api.conftest import program_of
from tests.conftest import mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic, produce
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


@pytest.fixture
def heavy(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> str:
    """A topic that is larger than what other tests leave, on every broker."""
    topic = create_topic(kafka, unique("heavy"), partitions=1, replication=3)
    produce(kafka, topic, [random.randbytes(200_000).hex() for _ in range(20)])
    mirror(cluster)
    return topic


def page(client: Client, broker: int) -> str:
    return client.get(f"/clusters/local/brokers/{broker}/").content.decode()


def test_the_largest_replicas_say_whether_the_broker_leads_them(
    heavy: str, connection: Connection, admin: Client
) -> None:
    leader = topics.describe(connection, heavy).partitions[0].leader
    for broker in (1, 2, 3):
        role = "leader" if broker == leader else "follower, in sync"

        def response(broker: int = broker, role: str = role) -> bool:
            return role in page(admin, broker).partition(f">{heavy}<")[2].partition("</tr>")[0]

        eventually(response)


def test_nobody_sees_replicas_of_topics_that_no_grant_covers(heavy: str, admin: Client) -> None:
    narrow = User.objects.create_user("narrow")
    Grant.objects.create(user=narrow, role="viewer", resources="other-*")
    assert heavy in page(admin, 1)
    assert heavy not in page(signed_in(narrow), 1)
    response = program_of(User.objects.get(username="ada")).get("/api/v1/clusters/local/brokers/1")
    assert heavy in {replica["topic"] for replica in response["largest_replicas"]}
    response = program_of(narrow).get("/api/v1/clusters/local/brokers/1")
    assert heavy not in {replica["topic"] for replica in response["largest_replicas"]}


def test_a_topic_that_is_gone_is_left_out_of_what_is_told(heavy: str, connection: Connection) -> None:
    assert topics.describe_present(connection, [heavy, "never-there"]).keys() == {heavy}
    assert topics.describe_present(connection, []) == {}


def test_configs_are_searched_without_asking_for_the_rest(heavy: str, admin: Client) -> None:
    body = admin.get("/clusters/local/brokers/1/?q=log.dirs", headers={"HX-Request": "true"}).content.decode()
    assert "log.dirs" in body
    assert "advertised.listeners" not in body
    assert "Largest replicas" not in body
