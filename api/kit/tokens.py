"""Issuing and finding tokens, and what they may be used for: never more than their owner may do."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.permissions import CUSTOM, Allowance
from accounts.signals import record_refusal
from accounts.single_sign_on.access_tokens import Bearer, bearer_of, is_jwt
from accounts.single_sign_on.errors import SignInRefused
from api.models import Token
from clusters.approvals.gate import Approval, approval_of
from core.patterns import covers

PREFIX = "ka_"
BYTES = 32
HINT = len(PREFIX) + 4  # characters stored in clear text
NOTED_EVERY = timedelta(minutes=1)  # between two updates of the last use


class TokenRequest(HttpRequest):
    """A request whose token was looked up."""

    token: Token | None
    bearer: Bearer | None
    refusal: SignInRefused | None


_current: ContextVar[Token | None] = ContextVar("token", default=None)


def digest_of(secret: str) -> str:
    """Return the digest that is stored of a token; tokens are random enough that a plain hash is safe."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(token: Token) -> str:
    """Save a new token and return its secret, which cannot be shown again."""
    secret = PREFIX + secrets.token_urlsafe(BYTES)
    token.digest, token.hint = digest_of(secret), secret[:HINT]
    token.save()
    return secret


def valid(moment: datetime) -> Q:
    """Return the condition for usable tokens: not expired, and their owner may sign in."""
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=moment)
    return unexpired & Q(user__is_active=True)


def find(secret: str) -> Token | None:
    """Return the valid token for a secret, and store when it was used."""
    now = timezone.now()
    token = Token.objects.select_related("user").filter(valid(now), digest=digest_of(secret)).first()
    if token and (token.last_used_at is None or now - token.last_used_at > NOTED_EVERY):
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def token_of(request: HttpRequest) -> Token | None:
    """Return the valid token that a request carries; looked up once per request."""
    request = cast(TokenRequest, request)
    if not hasattr(request, "token"):
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        request.token, request.bearer, request.refusal = None, None, None
        if approval := approval_of(request):
            request.token = token_of_approved(approval)
        elif scheme.lower() == "bearer" and is_jwt(secret):
            take_jwt(request, secret.strip())
        elif scheme.lower() == "bearer" and secret:
            request.token = find(secret.strip())
    return request.token


def token_of_approved(approval: Approval) -> Token | None:
    """Return the token by which a request that is approved now was sent, if it is still valid.

    One of a provider is over by then: the owner's roles count.
    """
    waiting = approval.waiting
    if waiting.token is None:
        return Token(user=waiting.user, name=f"request {waiting.pk}", scope=Token.ALL)
    return Token.objects.select_related("user").filter(valid(timezone.now()), pk=waiting.token).first()


def take_jwt(request: TokenRequest, secret: str) -> None:
    """Take a provider's access token for one of ours, which is stored nowhere; or keep why it is refused."""
    try:
        bearer = bearer_of(secret, timezone.now())
    except SignInRefused as refusal:
        request.refusal = refusal
        record_refusal(request, f"By the API: {refusal.sentence}")
        return
    scope = Token.ALL if bearer.provider.api_scope == "all" else Token.READ
    request.bearer, request.token = bearer, Token(user=bearer.user, name=bearer.provider.title, scope=scope)


def of(user: Any) -> list[Token]:
    return list(Token.objects.filter(user=user)) if isinstance(user, User) else []


def narrowed(allowances: Iterable[Allowance], token: Token, slugs: Iterable[str]) -> list[Allowance]:
    """Return what both the owner's grants and the token cover, for the clusters with these slugs."""
    slugs = list(slugs)
    return [
        Allowance(CUSTOM, glob, allowance.resources, allowance.covered & token.covered)
        for allowance in allowances
        for glob in shared(allowance.clusters, token.clusters, slugs)
    ]


def shared(granted: str, requested: str, slugs: Iterable[str]) -> list[str]:
    """Return globs that match what both globs match; the clusters' own names where neither glob is ``*`` or equal."""
    if requested in {"*", granted}:
        return [granted]
    if granted == "*":
        return [requested]
    return [slug for slug in slugs if covers(granted, slug) and covers(requested, slug)]


def current() -> Token | None:
    """Return the token of the present request."""
    return _current.get()


def use(token: Token) -> None:
    """Set the token of the present request."""
    _current.set(token)


@contextmanager
def request_of_its_own() -> Iterator[None]:
    """Reset the token when the request ends: the thread serves another request next."""
    mark = _current.set(None)
    try:
        yield
    finally:
        _current.reset(mark)
