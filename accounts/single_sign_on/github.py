"""Signing in with GitHub, which speaks OAuth 2 but not OpenID Connect: it is asked who somebody is, with their token.

Groups are organizations, by their names, and teams, as ``organization/team``. The token of an OAuth app does not
expire: it is kept as others' refresh tokens are, and the same is asked with it while somebody works.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from accounts.single_sign_on.errors import ProviderAway, SignInRefused
from accounts.single_sign_on.providers import GITHUB_URL, Provider
from core.outgoing import Access, OutgoingFailure, exchange

SECONDS, MAX_BYTES = 4.0, 2_000_000
PAGE, MOST_PAGES = 100, 20
CHECK = "Check that kafkaadmin can reach GitHub, and that the organization has approved the app."


def metadata_of(provider: Provider) -> dict[str, Any]:
    """Return GitHub's endpoints as a provider of OpenID Connect describes its own."""
    base = provider.issuer.rstrip("/")
    return {
        "authorization_endpoint": f"{base}/login/oauth/authorize",
        "token_endpoint": f"{base}/login/oauth/access_token",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }


def api_of(provider: Provider) -> str:
    """Return where GitHub's API is; an enterprise's own server has it under a path."""
    base = provider.issuer.rstrip("/")
    return "https://api.github.com" if base == GITHUB_URL else f"{base}/api/v3"


def token_in(provider: Provider, document: Mapping[str, Any]) -> str:
    """Return the token of a response.

    Raises:
        SignInRefused: there is none; GitHub says why with status 200, too.
    """
    token = document.get("access_token")
    if not isinstance(token, str) or not token:
        raise SignInRefused(f"{provider.title} sent no access token.", "Sign in again.")
    return token


def claims_by(provider: Provider, token: str) -> dict[str, Any] | None:
    """Return who a token's owner is, and their groups; None where the token is not valid any more.

    Raises:
        ProviderAway: GitHub does not answer, or does not say.
    """
    user = get(provider, token, "/user")
    if user is None:
        return None
    if not isinstance(user, dict) or not user.get("id"):
        raise ProviderAway(f"{provider.title} does not say who this is.", CHECK)
    organizations = [name for each in pages(provider, token, "/user/orgs") if (name := each.get("login"))]
    teams = [f"{each['organization']['login']}/{each['slug']}" for each in pages(provider, token, "/user/teams")]
    return {
        "sub": str(user["id"]), "login": user.get("login"), "groups": [*organizations, *teams],
        "given_name": user.get("name") or "", "email": user.get("email") or "",
    }  # fmt: skip


def pages(provider: Provider, token: str, path: str) -> list[dict[str, Any]]:
    """Return all entries of a list.

    Raises:
        ProviderAway: it is none, or the token was taken back meanwhile.
    """
    entries: list[dict[str, Any]] = []
    for number in range(1, MOST_PAGES + 1):
        page = get(provider, token, f"{path}?per_page={PAGE}&page={number}")
        if not isinstance(page, list) or not all(isinstance(entry, dict) for entry in page):
            raise ProviderAway(f"{provider.title} does not say which groups there are.", CHECK)
        entries += page
        if len(page) < PAGE:
            break
    return entries


def get(provider: Provider, token: str, path: str) -> Any:
    """Return what the API answers; None where it does not accept the token."""
    headers = (("Accept", "application/vnd.github+json"),)
    access = Access(token=token, ca_pem=provider.ca_pem, headers=headers)
    try:
        response = exchange(f"{api_of(provider)}{path}", access, seconds=SECONDS, max_bytes=MAX_BYTES)
    except OutgoingFailure as failure:
        raise ProviderAway(f"{provider.title} cannot be reached: {failure.sentence}", failure.advice) from failure
    if response.status == HTTPStatus.UNAUTHORIZED:
        return None
    if response.status != HTTPStatus.OK:
        raise ProviderAway(f"{provider.title} answers {path.partition('?')[0]} with status {response.status}.", CHECK)
    try:
        return json.loads(response.text)
    except (ValueError, RecursionError) as error:
        raise ProviderAway(f"{provider.title} answers {path.partition('?')[0]} with nothing usable.", CHECK) from error
