import json

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import Grant
from clusters.models import AclEntry, Broker, Cluster, Group, Mirror, Topic
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
NAMES = ("team.a", "team.b", "TEAM.c", "teamwork", "other")


@pytest.fixture
def pat(db: None) -> Client:
    """A person who may see what begins with ``team.`` in a cluster that has more."""
    from django.utils import timezone

    cluster = Cluster.objects.create(slug="prod", name="prod", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(cluster=cluster, current_as_of=timezone.now(), looked_at=timezone.now())
    Broker.objects.create(cluster=cluster, broker_id=1)
    for name in NAMES:
        Topic.objects.create(cluster=cluster, name=name, partitions=1, replication=1, size=1, offline=1)
        Group.objects.create(cluster=cluster, name=name, state="Stable", type="classic", lag=10)
        AclEntry.objects.create(
            cluster=cluster, principal="User:x", host="*", operation="READ", permission="ALLOW",
            resource_type="TOPIC", resource_name=name, pattern_type="LITERAL",
        )  # fmt: skip
    user = User.objects.create_user("pat")
    Grant.objects.create(user=user, role="viewer", clusters="prod", resources="team.*")
    return signed_in(user)


@pytest.mark.parametrize("path", ["", "topics/", "topics/?q=team", "groups/", "groups/?q=e", "acls/"])
def test_pages_show_only_what_the_grant_names(pat: Client, path: str) -> None:
    page = pat.get(f"/clusters/prod/{path}").content.decode()
    assert "team.a" in page
    for hidden in ("TEAM.c", "teamwork", "other"):
        assert hidden not in page.replace("All others", "")


def test_counts_and_files_hold_no_more(pat: Client) -> None:
    assert "2 topics" in pat.get("/clusters/prod/topics/").content.decode()
    groups = " ".join(pat.get("/clusters/prod/groups/").content.decode().split())
    assert "total lag 20." in groups
    home = pat.get("/").content.decode()
    assert '<td class="num" data-label="lag">20</td>' in home
    rows = json.loads(pat.get("/clusters/prod/topics/?format=json").getvalue())
    assert [row["name"] for row in rows] == ["team.a", "team.b"]


@pytest.mark.parametrize(
    "path", ["topics/other/", "topics/other/groups/", "groups/other/", "lag/groups/team.a/other/0/"]
)
def test_what_is_outside_says_which_grant_is_missing(pat: Client, path: str) -> None:
    response = pat.get(f"/clusters/prod/{path}")
    assert response.status_code == 403
    assert "access to prod/other (needs " in response.content.decode()


@pytest.mark.parametrize(
    ("glob", "covered"),
    [
        ("team.*", {"team.a", "team.b"}),
        ("team.?", {"team.a", "team.b"}),
        ("team.[a]", {"team.a"}),
        ("team.[!a]", {"team.b"}),
        ("other", {"other"}),
        ("*", set(NAMES)),
        ("t*k", {"teamwork"}),
        ("a|other", set()),
        ("(other)", set()),
        ("[^t]*", {"team.a", "team.b", "teamwork"}),
        ("[!t]*", {"TEAM.c", "other"}),
        ("[]o]*", {"other"}),
        ("[z-a]*", set()),
        ("[!z-a]*", set(NAMES)),
        ("team.[a\\]", {"team.a"}),
        ("team.[", set()),
    ],
)
def test_a_glob_means_the_same_in_lists_and_on_pages(pat: Client, glob: str, covered: set[str]) -> None:
    Grant.objects.update(resources=glob)
    listed = json.loads(pat.get("/clusters/prod/topics/?format=json&internal=1").getvalue())
    assert {row["name"] for row in listed} == covered
    from accounts.permissions import Allowance, may

    assert {name for name in NAMES if may([Allowance("viewer", "prod", glob)], "topics.view", "prod", name)} == covered
