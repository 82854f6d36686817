"""Every route, walked: what needs more than a viewer's grants is refused to a viewer, and recorded."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import AuditEntry
from accounts.permissions import ROLES
from clusters.models import Cluster

pytestmark = pytest.mark.django_db
SAMPLES = {
    "cluster": "walked",
    "topic": "t",
    "group": "g",
    "job": "1",
    "approval": "1",
    "broker": "1",
    "pk": "1",
    "partition": "0",
    "principal": "User:a",
    "user": "u",
    "token": "k",
    "node": "1",
    "feature": "share.version",
    "transaction": "x",
    "offset": "0",
    "part": "value",
    "subject": "t-value",
    "connect": "c",
    "registry": "r",
    "connector": "x",
    "operation": "pause",
    "version": "1",
    "number": "1",
}


def routes(resolver: URLResolver, before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        place = f"{before}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from routes(entry, place)
        else:
            yield place, entry


def filled(place: str) -> str:
    """Return a path for a route."""
    import re

    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: SAMPLES[match[1]], place)


def guarded_routes() -> list[tuple[str, str]]:
    """Return path and action of every route that a viewer's role does not cover."""
    guarded = []
    for place, route in routes(get_resolver(settings.API_URLCONF)):
        action = getattr(route.callback, "action", None)
        if action and action not in ROLES["viewer"]:
            guarded.append((filled(place), action))
    return guarded


def test_there_are_such_routes() -> None:
    paths = {path for path, _ in guarded_routes()}
    assert {"/clusters/new/", "/clusters/walked/topics/t/delete/", "/people/", "/clusters/import/"} <= paths


@pytest.mark.parametrize(("path", "action"), guarded_routes(), ids=lambda value: value)
def test_a_viewer_is_refused_and_that_is_recorded(viewer: Client, path: str, action: str) -> None:
    Cluster.objects.create(slug="walked", name="walked", bootstrap_servers="127.0.0.1:1")
    for method in (viewer.get, viewer.post):
        response = method(path)
        assert response.status_code == 403
        assert action in response.content.decode()
    assert set(AuditEntry.objects.values_list("action", "outcome")) == {(action, "refused")}
