"""Connect clusters of a cluster: added, tested, edited and removed, declared; their secrets stay where they belong."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from clusters.declaration.declared import store
from clusters.importers.types import DeclaredCluster, DeclaredConnect
from clusters.models import Cluster, ConnectCluster
from core.secret_binding import ENTER_AGAIN
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.connect.conftest import CONNECTORS, mirror_connectors
from tests.connect_worker import ConnectWorker
from tests.metrics.servers import Answer, Handler, says, serving
from tests.secret_values import secret_values

pytestmark = pytest.mark.django_db
SECRET = "the-password-of-connect"
CLUSTERS = f"{CONNECTORS}clusters/"


@pytest.fixture
def alone(db: None) -> Cluster:
    return Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")


@pytest.fixture
def stored(alone: Cluster) -> ConnectCluster:
    return ConnectCluster.objects.create(
        cluster=alone, name="files", url="http://c:8083", username="me", secrets=secret_values(password=SECRET)
    )


def typed(**values: str) -> dict[str, str]:
    form = {"name": "files", "url": "http://c:8083", "username": "me", "verify": "on", "group_pattern": "connect-%s",
            "restart_minutes": "0", "restart_most": "3"}  # fmt: skip
    return form | values


def test_a_connect_cluster_is_tested_and_added(admin: Client, alone: Cluster, connect_worker: ConnectWorker) -> None:
    values = typed(url=f"{connect_worker.url}/", password=SECRET)
    page = admin.post(f"{CLUSTERS}new/", values | {"action": "test"}).content.decode()
    assert "Kafka Connect 4." in page
    assert SECRET not in page
    assert admin.post(f"{CLUSTERS}new/", values).status_code == 302
    connect = alone.connect_clusters.get()
    assert (connect.url, connect.secrets["password"]) == (connect_worker.url, SECRET)
    entry = AuditEntry.objects.get(action="clusters.edit")
    assert SECRET not in str(entry.steps)
    assert {"subject": "Connect cluster files: password", "before": None, "after": "set"} in entry.steps


def test_a_stored_password_is_not_shown_and_goes_nowhere_else(
    admin: Client, alone: Cluster, stored: ConnectCluster
) -> None:
    assert SECRET not in admin.get(f"{CLUSTERS}files/edit/").content.decode()
    received = []

    def listen(handler: Handler) -> None:
        received.append(str(handler.headers))
        says("{}")(handler)

    with serving(listen) as url:
        page = admin.post(f"{CLUSTERS}files/edit/", typed(url=url, action="test"))
        assert ENTER_AGAIN in page.content.decode()
    assert received == []
    assert admin.post(f"{CLUSTERS}files/edit/", typed(name="renamed")).status_code == 302
    connect = alone.connect_clusters.get()
    assert (connect.name, connect.secrets["password"]) == ("renamed", SECRET)


def guarded(worker: ConnectWorker) -> Answer:
    """Answer as a token endpoint, and as a gateway before the workers that lets nobody through without a token."""

    def answer(handler: Handler) -> None:
        if handler.path == "/token":
            form = parse_qs(handler.body.decode())
            is_known = (form["client_id"], form["client_secret"], form["scope"]) == (["me"], [SECRET], ["connect"])
            content = {"access_token": "the-token", "expires_in": 300} if is_known else {"error": "invalid_client"}
            says(json.dumps(content), status=200 if is_known else 401)(handler)
        elif handler.headers["Authorization"] == "Bearer the-token":
            response = requests.request(handler.command, worker.url + handler.path, data=handler.body, timeout=10)
            says(response.text, status=response.status_code)(handler)
        else:
            says("{}", status=401)(handler)

    return answer


def test_workers_are_reached_with_a_token_of_a_token_endpoint(
    admin: Client, alone: Cluster, connect_worker: ConnectWorker
) -> None:
    with serving(guarded(connect_worker)) as url:
        values = typed(
            url=url, username="", oauth_token_url=f"{url}/token", oauth_client_id="me", oauth_scope="connect"
        )
        refused = admin.post(f"{CLUSTERS}new/", {**values, "oauth_client_secret": "x", "action": "test"})
        assert "no access token" in refused.content.decode()
        assert "Check the token endpoint" in refused.content.decode()
        without = typed(url=url, username="", action="test")
        assert "denies access (401)" in admin.post(f"{CLUSTERS}new/", without).content.decode()
        values["oauth_client_secret"] = SECRET
        assert "Kafka Connect 4." in admin.post(f"{CLUSTERS}new/", values | {"action": "test"}).content.decode()
        assert admin.post(f"{CLUSTERS}new/", values).status_code == 302
        mirror_connectors()
        connect = alone.connect_clusters.get()
        assert (connect.error, connect.version[:2]) == ("", "4.")
        assert "FileStreamSink" in admin.get(f"{CLUSTERS}files/").content.decode()
        page = admin.get(f"{CLUSTERS}files/edit/").content.decode()
        assert SECRET not in page + str(AuditEntry.objects.get(action="clusters.edit").steps)
        elsewhere = {**values, "oauth_client_secret": "", "oauth_token_url": "http://elsewhere/token"}
        assert ENTER_AGAIN in admin.post(f"{CLUSTERS}files/edit/", elsewhere).content.decode()
        kept = {**values, "oauth_client_secret": "", "restart_minutes": "5"}
        assert admin.post(f"{CLUSTERS}files/edit/", kept).status_code == 302
        assert alone.connect_clusters.get().secrets["oauth_client_secret"] == SECRET
        listed = program_of(person("bob", "admin")).get(f"{LOCAL}/connect-clusters")[0]
        assert (listed["oauth_client_id"], listed["secrets"]) == ("me", ["oauth_client_secret"])


def test_it_is_removed_once_its_name_was_typed(admin: Client, alone: Cluster, stored: ConnectCluster) -> None:
    assert admin.post(f"{CLUSTERS}files/remove/", {"confirm": "file"}).status_code == 422
    assert admin.post(f"{CLUSTERS}files/remove/", {"confirm": "files"}).status_code == 302
    assert not alone.connect_clusters.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "clusters"}, "has no slash"),
        ({"name": "a/b"}, "has no slash"),
        ({"url": "ftp://x"}, "Not a base URL"),
        ({"url": "http://me:pw@x"}, "Not a base URL"),
        ({"group_pattern": "x"}, "%s, the connector"),
        ({"ca_pem": "x"}, "Not in PEM format"),
        ({"oauth_token_url": "http://t/token"}, "Required with a token endpoint"),
        ({"oauth_token_url": "ftp://t"}, "Not a base URL"),
        ({"restart_minutes": "1441"}, "At most 1,440"),
        ({"restart_most": "0"}, "Between 1 and 100"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(
    admin: Client, alone: Cluster, values: dict[str, str], words: str
) -> None:
    response = admin.post(f"{CLUSTERS}new/", typed(**values))
    assert response.status_code == 422
    assert words in response.content.decode()


def test_a_viewer_sees_the_list_and_no_form(viewer: Client, stored: ConnectCluster) -> None:
    page = viewer.get(CLUSTERS).content.decode()
    assert "http://c:8083" in page
    assert f"{CLUSTERS}files/edit/" not in page
    assert viewer.get(f"{CLUSTERS}files/edit/").status_code == 403


def test_through_the_api(alone: Cluster, connect_worker: ConnectWorker) -> None:
    ada = program_of(person("ada", "admin"))
    body = {"name": "files", "url": connect_worker.url, "password": SECRET}
    assert ada("POST", f"{LOCAL}/connect-cluster-tests", body).json()["ok"]
    assert ada("POST", f"{LOCAL}/connect-clusters?dry_run=true", body).status_code == 200
    assert ada("POST", f"{LOCAL}/connect-clusters", body).status_code == 201
    ConnectCluster.objects.update(due_at=timezone.now())
    assert ada("PATCH", f"{LOCAL}/connect-clusters/files", {"group_pattern": "c-%s"}).status_code == 200
    assert ConnectCluster.objects.get().due_at is None, "it is listed soon"
    (row,) = ada.get(f"{LOCAL}/connect-clusters")
    assert (row["group_pattern"], row["secrets"], row["version"]) == ("c-%s", ["password"], None)
    assert SECRET not in str(row)
    refused = ada("PATCH", f"{LOCAL}/connect-clusters/files", {"url": "http://elsewhere", "username": "me"})
    assert ENTER_AGAIN in str(refused.json())
    assert ada("DELETE", f"{LOCAL}/connect-clusters/files").status_code == 200
    assert ada("DELETE", f"{LOCAL}/connect-clusters/files").status_code == 404


def declared(*connects: DeclaredConnect, **more: Any) -> DeclaredCluster:
    return DeclaredCluster("local", {"bootstrap_servers": "k:9092"}, connect=connects, **more)


def test_a_declared_cluster_has_exactly_the_connect_clusters_of_its_file(admin: Client, db: None) -> None:
    files = DeclaredConnect("files", {"url": "http://c:8083"}, {"password": SECRET})
    cluster = store(declared(files, DeclaredConnect("dr", {"url": "http://d:8083"})))
    assert set(cluster.connect_clusters.values_list("name", flat=True)) == {"files", "dr"}
    store(declared(DeclaredConnect("files", {"url": "http://c2:8083"})))
    (connect,) = cluster.connect_clusters.all()
    assert (connect.url, dict(connect.secrets)) == ("http://c2:8083", {})
    page = admin.get(f"/clusters/{cluster.slug}/connectors/clusters/new/").content.decode()
    assert "managed by configuration" in page


def test_an_upload_adds_and_keeps_a_password_that_goes_where_it_went(stored: ConnectCluster) -> None:
    Cluster.objects.update(name="local")
    ConnectCluster.objects.create(cluster=stored.cluster, name="other", url="http://o:8083")
    store(declared(DeclaredConnect("files", {"url": "http://c:8083", "username": "me"})), declared_by_file=False)
    stored.refresh_from_db()
    assert stored.secrets["password"] == SECRET
    store(declared(DeclaredConnect("files", {"url": "http://e:8083", "username": "me"})), declared_by_file=False)
    stored.refresh_from_db()
    assert dict(stored.secrets) == {}
    assert ConnectCluster.objects.filter(name="other").exists()
