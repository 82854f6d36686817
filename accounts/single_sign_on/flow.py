"""Signing in at a provider and coming back: the authorization code flow with PKCE, state and nonce."""

import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from accounts.single_sign_on import github
from accounts.single_sign_on.claims import at_path, shown
from accounts.single_sign_on.endpoints import endpoints_of, get_json, post
from accounts.single_sign_on.errors import ProviderAway, SignInRefused
from accounts.single_sign_on.id_tokens import read_token
from accounts.single_sign_on.providers import GITHUB, Provider

AT_ONCE = 5  # sign-ins that one browser has begun, in several tabs
VALID_SECONDS = 900
BEGUN = "sso_begun"  # the session's key
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Begun:
    """A sign-in that has begun: what must come back, and where to go then."""

    provider: str
    nonce: str
    verifier: str
    next: str
    at: float


@dataclass(frozen=True)
class SignedIn:
    """What the provider says: claims, the token that proves them, and one to ask again by, if there is one."""

    claims: Mapping[str, Any]
    id_token: str
    refresh_token: str = ""


def begin(session: Any, provider: Provider, redirect_uri: str, next_url: str, now: datetime) -> str:
    """Return the address at the provider to go to, and keep in the session what must come back.

    Raises:
        ProviderAway: the provider does not answer.
    """
    url = endpoints_of(provider).needed_url("authorization_endpoint")
    state, begun = secrets.token_urlsafe(24), Begun(
        provider.name, secrets.token_urlsafe(24), secrets.token_urlsafe(48), next_url, now.timestamp()
    )  # fmt: skip
    others = list(dict(session.get(BEGUN, {})).items())[-AT_ONCE + 1 :]
    session[BEGUN] = {**dict(others), state: asdict(begun)}
    query = {
        "response_type": "code", "client_id": provider.client_id, "redirect_uri": redirect_uri, "state": state,
        "nonce": begun.nonce, "code_challenge": challenge(begun.verifier), "code_challenge_method": "S256",
        **provider.authorization,
    }  # fmt: skip
    return with_query(url, query)


def with_query(url: str, query: Mapping[str, str]) -> str:
    """Return the address of one of a provider's pages, which may have a query of its own."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def challenge(verifier: str) -> str:
    """Return what RFC 7636 calls S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def take_begun(session: Any, provider: Provider, state: str, now: datetime) -> Begun:
    """Take the sign-in that a state belongs to out of the session: it counts once.

    Raises:
        SignInRefused: this browser has not begun it, or too long ago.
    """
    kept = dict(session.get(BEGUN, {}))
    values = kept.pop(state, None)
    session[BEGUN] = kept
    if not state or values is None or values["provider"] != provider.name:
        raise SignInRefused(
            "This sign-in was not begun in this browser, or is over already.", "Go to the sign-in page and begin again."
        )
    if not 0 <= now.timestamp() - values["at"] <= VALID_SECONDS:
        raise SignInRefused("The sign-in took longer than 15 minutes.", "Begin again.")
    return Begun(**values)


def finish(provider: Provider, begun: Begun, response: Mapping[str, str], redirect_uri: str, now: datetime) -> SignedIn:
    """Exchange the code of a provider's response for tokens, and return what it says about the person.

    Raises:
        SignInRefused: the code or a token is not accepted.
        ProviderAway: the provider does not answer.
    """
    if "error" in response:
        raise SignInRefused(*refusal_of(provider, response))
    fields = {
        "grant_type": "authorization_code", "code": response.get("code", ""), "redirect_uri": redirect_uri,
        "code_verifier": begun.verifier,
    }  # fmt: skip
    status, document = post(provider, endpoints_of(provider).needed_url("token_endpoint"), fields)
    if status != 200 or "error" in document:
        raise SignInRefused(*refusal_of(provider, document))
    if provider.kind == GITHUB:
        return at_github(provider, github.token_in(provider, document))
    signed_in = read(provider, document, now)
    if not hmac.compare_digest(str(signed_in.claims.get("nonce", "")), begun.nonce):
        raise SignInRefused("The provider's token belongs to another sign-in.", "Sign in again.")
    return signed_in


def at_github(provider: Provider, token: str) -> SignedIn:
    """Return what GitHub says about a token's owner; the token is what it is asked by again.

    Raises:
        SignInRefused: the token is not valid.
        ProviderAway: GitHub does not answer, or does not say.
    """
    claims = github.claims_by(provider, token)
    if claims is None:
        raise SignInRefused(f"{provider.title} does not accept its own token.", "Sign in again.")
    return SignedIn(claims, "", token)


def read(provider: Provider, document: Mapping[str, Any], now: datetime) -> SignedIn:
    """Return what a token response says; groups that are not in the token are asked for (userinfo)."""
    id_token, refresh_token = (document.get(name) for name in ("id_token", "refresh_token"))
    if not isinstance(id_token, str):
        raise SignInRefused(f"{provider.title} sent no ID token.", "Check that the scope openid is allowed.")
    claims = read_token(provider, id_token, now)
    url, access_token = endpoints_of(provider).url("userinfo_endpoint"), document.get("access_token")
    if at_path(claims, provider.groups_claim) is None and url and isinstance(access_token, str):
        more = get_json(provider, url, access_token)
        if more.get("sub") == claims.get("sub"):  # OpenID Connect Core, 5.3.2
            claims = {**more, **claims}
    return SignedIn(claims, id_token, refresh_token if isinstance(refresh_token, str) else "")


def renew(provider: Provider, refresh_token: str, now: datetime) -> SignedIn | None:
    """Ask the provider whether somebody is still signed in; None where it says that they are not.

    Raises:
        ProviderAway: it does not answer, or does not say.
    """
    if provider.kind == GITHUB:
        claims = github.claims_by(provider, refresh_token)
        return None if claims is None else SignedIn(claims, "", refresh_token)
    fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    status, document = post(provider, endpoints_of(provider).needed_url("token_endpoint"), fields)
    if status == 200:
        token = document.get("refresh_token")
        return SignedIn(renewed_claims(provider, document, now), "", token if isinstance(token, str) else refresh_token)
    if document.get("error") == "invalid_grant":
        return None
    raise ProviderAway(*refusal_of(provider, document))


def renewed_claims(provider: Provider, document: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """Return what a provider says of somebody whom it still knows; nothing where that is not usable.

    The new refresh token counts all the same: the old one may be used once only.
    """
    if not document.get("id_token"):
        return {}
    try:
        return read(provider, document, now).claims
    except SignInRefused as failure:
        logger.warning("%s renewed a sign-in, but not what it says of the person: %s", provider.title, failure)
        return {}


def refusal_of(provider: Provider, document: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a provider says about its refusal, and what to do."""
    error = shown(str(document.get("error") or "unknown error"))[:100]
    if error in {"invalid_client", "unauthorized_client"}:
        return f"{provider.title} does not accept kafkaadmin's client id or secret.", "Check both in the configuration."
    described = shown(str(document.get("error_description") or ""))[:300]
    return f"{provider.title} refuses the sign-in: {described or error}.".replace("..", "."), "Sign in again."
