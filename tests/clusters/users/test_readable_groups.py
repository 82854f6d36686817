"""Which groups a user's page lists: those that its ACLs let it read, of those that the person may see."""

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory

from accounts.models import Grant
from clusters.models import AclEntry, Cluster, Group
from clusters.users.readable_groups import readable_groups

pytestmark = pytest.mark.django_db


@pytest.fixture
def cluster(db: None) -> Cluster:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="a:1")
    lags = {"billing": 5, "billing-2": 70, "billing-secret": 900, "orders": 1, "public": None, "none": 0}
    for name, lag in lags.items():
        Group.objects.create(cluster=cluster, name=name, state="Empty", type="classic", lag=lag)
    acl(cluster, resource_name="billing", pattern_type="PREFIXED")
    acl(cluster, resource_name="billing-secret", permission="DENY")
    acl(cluster, resource_name="orders", operation="DESCRIBE")
    acl(cluster, resource_name="none", host="10.0.0.1")
    acl(cluster, resource_name="public", principal="User:*")
    acl(cluster, resource_name="orders", principal="User:other")
    return cluster


def acl(cluster: Cluster, **fields: str) -> None:
    values = {
        "principal": "User:app", "host": "*", "operation": "READ", "permission": "ALLOW", "resource_type": "GROUP",
        "pattern_type": "LITERAL",
    }  # fmt: skip
    AclEntry.objects.create(cluster=cluster, **values | fields)


def names(cluster: Cluster, rf: RequestFactory, person: User, user: str = "app") -> list[str] | None:
    request = rf.get("/")
    request.user = person
    readable = readable_groups(request, cluster, user)
    return [group.name for group, _ in readable.rows] if readable else None


def test_groups_come_by_lag_and_denials_take_them_away(cluster: Cluster, rf: RequestFactory) -> None:
    ada = User.objects.create_superuser("ada")
    assert names(cluster, rf, ada) == ["billing-2", "billing", "none", "public"]
    assert names(cluster, rf, ada, "nobody") == ["public"]


def test_only_groups_that_the_person_may_see_are_there(cluster: Cluster, rf: RequestFactory) -> None:
    vera = User.objects.create_user("vera")
    assert names(cluster, rf, vera) is None
    Grant.objects.create(user=vera, role="viewer", resources="billing*")
    assert names(cluster, rf, User.objects.get(username="vera")) == ["billing-2", "billing"]
