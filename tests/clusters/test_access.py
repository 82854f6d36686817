import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import AuditEntry, Grant
from clusters.models import Cluster
from tests.conftest import RawPathClient

pytestmark = pytest.mark.django_db
OPEN = {
    "healthz",
    "actuator",
    "readyz",
    "login",
    "logout",
    "invitation",
    "password-forgotten",
    "password-reset",
    "second-factor-code",
    "second-factor-enrol",
    "second-factor-passkey",
    "second-factor-qr",
    "sso",
    "sso-callback",
    "sso-callback-former",
    "sso-back-channel-logout",
    "sidebar",
    "columns",
    "moved",
    "burrow",
    "metrics-exposition",
}  # they ask for a token themselves
CHANGES = [
    "/clusters/new/",
    "/clusters/local/edit/",
    "/clusters/local/delete/",
    "/clusters/local/topics/new/",
    "/clusters/local/topics/t/configs/",
    "/clusters/local/topics/t/partitions/",
    "/clusters/local/topics/t/delete/",
    "/clusters/local/acls/new/",
    "/clusters/local/acls/delete/",
    "/clusters/local/users/new/",
    "/clusters/local/quotas/new/",
]


def routes(resolver: URLResolver) -> list[URLPattern]:
    patterns: list[URLPattern] = []
    for entry in resolver.url_patterns:
        patterns += routes(entry) if isinstance(entry, URLResolver) else [entry]
    return patterns


def test_every_route_names_its_action() -> None:
    unnamed = [
        route.name
        for route in routes(get_resolver(settings.API_URLCONF))
        if not hasattr(route.callback, "action") and route.name not in OPEN
    ]
    assert unnamed == []


@pytest.mark.parametrize("path", CHANGES)
def test_a_viewer_changes_nothing_and_the_refusal_is_recorded(viewer: Client, cluster: Cluster, path: str) -> None:
    assert viewer.post(path, {"confirm": "t", "configs": "retention.ms=1"}).status_code in {403, 404}
    if "/topics/t/" not in path:
        assert AuditEntry.objects.get().outcome == "refused"


@pytest.mark.parametrize("path", [path for path in CHANGES if path.count("/") > 4])
def test_a_read_only_cluster_is_changed_by_nobody(admin: Client, cluster: Cluster, path: str) -> None:
    Cluster.objects.update(read_only=True)
    assert admin.post(path, {"confirm": "t", "configs": "retention.ms=1"}).status_code in {403, 404}


def test_without_a_grant_there_is_no_cluster(db: None, cluster: Cluster) -> None:
    client = RawPathClient()
    client.force_login(User.objects.create_user("nobody"))
    assert client.get("/clusters/local/").status_code == 404
    assert "/clusters/local/" not in client.get("/").content.decode()


def test_a_grant_on_some_clusters_shows_only_those(cluster: Cluster) -> None:
    Cluster.objects.create(slug="prod-1", name="prod-1", bootstrap_servers="127.0.0.1:1")
    user = User.objects.create_user("pat")
    Grant.objects.create(user=user, role="viewer", clusters="prod-*")
    client = RawPathClient()
    client.force_login(user)
    assert client.get("/clusters/prod-1/topics/").status_code == 200
    assert client.get("/clusters/local/topics/").status_code == 404


@pytest.mark.parametrize("path", ["/", "/clusters/local/topics/", "/clusters/new/"])
def test_nothing_is_shown_before_signing_in(client: Client, cluster: Cluster, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_need_no_sign_in(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 200
