"""A person who signs in at the real provider, as their browser would."""

import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
import requests
from django.http import HttpResponseBase
from django.test import Client

from accounts.single_sign_on import endpoints, providers
from tests.keycloak import CLIENT, PASSWORD, SECRET, Keycloak

SignIn = Callable[..., HttpResponseBase]


@pytest.fixture
def provider(keycloak: Keycloak, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keycloak]:
    """Have the real provider configured, under the name oidc."""
    values = {"ISSUER": keycloak.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET, "LABEL": "Company"}
    for name, value in values.items():
        monkeypatch.setenv(f"KAFKAADMIN_OIDC_{name}", value)
    providers.read_providers.cache_clear()
    yield keycloak
    providers.read_providers.cache_clear()
    endpoints._kept.clear()
    endpoints._failed.clear()


@pytest.fixture
def sign_in(provider: Keycloak) -> SignIn:
    """Return what signs somebody in, by the provider's own form, and returns the response of our callback."""

    def act(client: Client, name: str, password: str = PASSWORD, target: str = "") -> HttpResponseBase:
        return client.get(path_of(at_provider(client.get("/sso/oidc/", {"next": target}), name, password)))

    return act


def at_provider(begun: HttpResponseBase, name: str, password: str = PASSWORD) -> str:
    """Sign in at the provider, and return the address to which it sends the browser back."""
    with requests.Session() as browser:
        page = browser.get(begun["Location"], timeout=20)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)  # also those for https
        form = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        assert form, page.text
        sent = browser.post(
            html.unescape(form[1]), {"username": name, "password": password}, allow_redirects=False, timeout=20,
            headers={"Cookie": cookies},
        )  # fmt: skip
        assert sent.status_code == 302, sent.text
        return sent.headers["Location"]


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"
