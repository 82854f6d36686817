"""Every operation of the description, walked: it names its action, and a viewer's token changes nothing by it."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLResolver, get_resolver

from accounts.models import AuditEntry
from accounts.permissions import ACTIONS, ROLES
from api.docs import schema
from api.root import actions
from api.schema import operations
from clusters.models import Cluster
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
SAMPLES = {"cluster": "walked", "topic": "t", "group": "g", "broker": "1", "partition": "0", "finding": "1",
           "tab": "overview", "channel": "ops", "user": "u", "person": "pat", "team": "t", "grant": "1",
            "company_group": "1", "rule": "r", "job": "1", "subject": "t-value", "version": "1", "number": "1",
            "transaction": "x", "connect": "c", "connector": "x", "registry": "r", "approval": "1", "plugin": "p",
            "logger": "l", "token": "k", "node": "1", "feature": "share.version"}  # fmt: skip
ON_ALL = {"audit.view", "channels.manage", "people.manage", "rules.manage"}  # of addresses that name no cluster


def filled(path: str) -> str:
    """Return an address for a path of the description."""
    return re.sub(r"{(\w+)}", lambda match: SAMPLES[match[1]], path)


def routes() -> list[Any]:
    """Return the API's routes as Django has them."""
    (resolver,) = (
        pattern for pattern in get_resolver(settings.API_URLCONF).url_patterns if str(pattern.pattern) == "api/v1/"
    )
    assert isinstance(resolver, URLResolver)
    return resolver.url_patterns


def action_of(path: str, method: str) -> str:
    """Return the action that an operation of the description names."""
    route = re.sub(r"<\w+:", "<", path)
    named = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", address): by_method for address, by_method in actions().items()}
    return named[route.removeprefix("/api/v1/")][method.upper()]


WALKED = [(method.upper(), path, action_of(path, method)) for path, method, _ in operations(schema())]
WRITES = [route for route in WALKED if route[0] != "GET"]
MAY_NOT = [route for route in WRITES if route[2] not in ROLES["viewer"]]


def test_every_route_names_the_action_of_each_method() -> None:
    for route in routes():
        assert route.callback.action in ACTIONS
        if route.name not in {"api-docs", "api-openapi", "api-nowhere"}:
            assert route.callback.actions
            assert set(route.callback.actions.values()) <= ACTIONS


def test_the_description_and_the_routes_are_the_same() -> None:
    described = {(path.removeprefix("/api/v1/"), method) for method, path, _ in WALKED}
    routed = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route), method) for route, named in actions().items() for method in named
    }
    assert described == routed


def test_nothing_that_a_page_can_do_is_left_out() -> None:
    widening = {"messages.unmask"}  # opens no page: it shows more of what another action opens
    assert {action for _, _, action in WALKED} == ACTIONS - widening
    reading = {"messages.export"}
    changing = {action for action in ACTIONS - widening - reading if not action.endswith((".view", ".list"))}
    that_read = {"messages.view", "topics.view", "clusters.view"}  # jobs, comparing a manifest, cancelling a request
    assert changing == {route[2] for route in WRITES} - that_read


def test_there_are_writes_and_but_three_of_them_are_a_viewers() -> None:
    assert len(MAY_NOT) >= 10
    viewers = [path for _, path, action in WRITES if action in ROLES["viewer"]]
    assert sorted(path.rpartition("}")[2] for path in viewers) == [
        "/cancel", "/drift/compare", "/manifest/compare", "/refresh",
    ]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "action"), MAY_NOT)
def test_a_viewers_token_is_refused_and_that_is_recorded(vera: Program, method: str, path: str, action: str) -> None:
    Cluster.objects.create(slug="walked", name="walked", bootstrap_servers="127.0.0.1:1")
    for body in (None, {}, {"name": "t"}):
        response = vera(method, filled(path), body)
        assert response.status_code == 403
        assert action in response.json()["detail"]
    assert set(AuditEntry.objects.values_list("action", "outcome", "username")) == {(action, "refused", "vera")}


@pytest.mark.parametrize(("method", "path", "action"), WALKED)
def test_without_a_token_and_without_a_grant(method: str, path: str, action: str, db: None) -> None:
    from django.contrib.auth.models import User

    from tests.api.conftest import program_of

    Cluster.objects.create(slug="walked", name="walked", bootstrap_servers="127.0.0.1:1")
    assert Program("")(method, filled(path)).status_code == 401
    nobody = program_of(User.objects.create_user("nobody"))
    status = nobody(method, filled(path)).status_code
    assert status == (404 if "{cluster}" in path else 200 if method == "GET" and action not in ON_ALL else 403)


@pytest.mark.parametrize(("method", "path", "action"), [route for route in WRITES if "{cluster}/" in route[1]])
def test_a_read_only_cluster_is_changed_by_nobody(ada: Program, method: str, path: str, action: str) -> None:
    Cluster.objects.create(slug="walked", name="walked", bootstrap_servers="127.0.0.1:1", read_only=True)
    if action not in {"topics.view", "manifests.keep"} and action.startswith(
        (
            "topics.",
            "manifests.",
            "groups.",
            "acls.",
            "brokers.",
            "users.",
            "quotas.",
            "transactions.",
            "quorum.",
            "features.",
        )
    ):
        response = ada(method, filled(path), {})
        assert response.status_code == 403
        assert "read-only" in response.json()["detail"]
