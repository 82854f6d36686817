"""Odd requests, and two at the same moment, are answered in a sentence, never by a fault of ours."""

from unittest import mock

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.test import Client

from accounts import views
from accounts.models import AuditEntry
from clusters.models import Cluster
from metrics.models import Channel

pytestmark = pytest.mark.django_db
HUGE = "99999999999999999999999999"
PASSWORD = "a-long-enough-passphrase"
CHANNEL = {"name": "ops", "kind": "apprise", "severity": "warning", "cluster_glob": "*", "rule_glob": "*",
           "subject_glob": "*", "repeat_hours": 4, "address": "json://host/path"}  # fmt: skip


@pytest.fixture
def demo() -> Cluster:
    return Cluster.objects.create(slug="demo", name="demo", bootstrap_servers="127.0.0.1:1")


@pytest.mark.parametrize(
    "path",
    [
        f"/people/{HUGE}/", f"/people/groups/{HUGE}/", f"/channels/{HUGE}/", f"/account/tokens/of/{HUGE}/",
        f"/clusters/demo/alerts/{HUGE}/", f"/clusters/demo/brokers/{HUGE}/",
    ],
)  # fmt: skip
def test_a_number_beyond_63_bits_is_nowhere(demo: Cluster, admin: Client, path: str) -> None:
    response = admin.get(path)
    assert response.status_code in {404, 502}
    assert "error in kafkaadmin" not in response.content.decode()


@pytest.mark.parametrize("name", ["a b", "a%2Fb", "ü", "x" * 250, "%3Cscript%3E"])
@pytest.mark.parametrize("page", ["", "messages/", "configs/", "delete/"])
def test_a_topic_that_kafka_cannot_have_is_nowhere(demo: Cluster, admin: Client, name: str, page: str) -> None:
    assert admin.get(f"/clusters/demo/topics/{name}/{page}").status_code == 404


@pytest.mark.parametrize("url", ["http://[::1", "http://[", "https://a]b", "ftp://x", "http://"])
def test_an_address_that_is_none_is_said_to_be_none(demo: Cluster, admin: Client, url: str) -> None:
    form = {"source": "prometheus", "url": url, "interval": 15, "scheme": "http", "port": 5556, "path": "/metrics",
            "slow_produce_warning": 500, "slow_produce_critical": 1000}  # fmt: skip
    response = admin.post("/clusters/demo/metrics/settings/", form)
    assert response.status_code == 422
    assert "Not a valid base URL" in response.content.decode()
    channel = admin.post("/channels/new/", {**CHANNEL, "kind": "alertmanager", "address": url})
    assert channel.status_code == 422


@pytest.mark.parametrize(
    ("path", "form", "model"),
    [
        ("/people/new/", {"username": "pat", "password1": PASSWORD, "password2": PASSWORD}, User),
        ("/channels/new/", CHANNEL, Channel),
    ],
)
def test_who_saves_the_same_at_once_is_told_so(admin: Client, path: str, form: dict[str, str], model: type) -> None:
    with mock.patch.object(model, "save", side_effect=IntegrityError("UNIQUE constraint failed")):
        response = admin.post(path, form)
    assert response.status_code == 409
    assert "saved at the same moment already" in response.content.decode()


def test_passwords_are_not_guessed_by_trying_many_names(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.create_user("pat", password=PASSWORD)
    monkeypatch.setattr(views, "FAILURES_PER_ADDRESS", 5)
    stranger = Client()
    statuses = [
        stranger.post("/login/", {"username": f"name-{number}", "password": "wrong"}).status_code for number in range(7)
    ]
    assert statuses == [200] * 5 + [429] * 2
    assert stranger.post("/login/", {"username": "pat", "password": PASSWORD}).status_code == 429
    assert AuditEntry.objects.filter(action="sign-in", outcome="refused").count() == 5
