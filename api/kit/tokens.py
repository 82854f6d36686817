"""Making and finding tokens, and what one may be used for. A token never can do more than its person."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from accounts.permissions import CUSTOM, Allowance
from api.models import Token
from core.globs import covers

PREFIX = "ka_"
BYTES = 32
HINT = len(PREFIX) + 4  # characters that are kept in clear
NOTED_EVERY = timedelta(minutes=1)  # a use is noted at most so often: reading must not write all the time

_current: ContextVar[Token | None] = ContextVar("token", default=None)


def digest_of(secret: str) -> str:
    """Return what is stored of a token. It is random enough that a plain hash cannot be searched."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(token: Token) -> str:
    """Save a new token and return its secret, which cannot be had again."""
    secret = PREFIX + secrets.token_urlsafe(BYTES)
    token.digest, token.hint = digest_of(secret), secret[:HINT]
    token.save()
    return secret


def valid(moment: datetime) -> Q:
    """Return the condition for tokens that may be used: not expired, and their person may sign in."""
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=moment)
    return unexpired & Q(user__is_active=True)


def find(secret: str) -> Token | None:
    """Return the valid token for a secret, and note its use."""
    now = timezone.now()
    token = Token.objects.select_related("user").filter(valid(now), digest=digest_of(secret)).first()
    if token and (token.last_used_at is None or now - token.last_used_at > NOTED_EVERY):
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def of(user: Any) -> list[Token]:
    """Return a person's tokens."""
    return list(Token.objects.filter(user=user)) if isinstance(user, User) else []


def narrowed(allowances: Iterable[Allowance], token: Token, slugs: Iterable[str]) -> list[Allowance]:
    """Return what both the person's grants and the token cover, for the clusters with these slugs."""
    slugs = list(slugs)
    return [
        Allowance(CUSTOM, glob, allowance.resources, allowance.covered & token.covered)
        for allowance in allowances
        for glob in shared(allowance.clusters, token.clusters, slugs)
    ]


def shared(granted: str, requested: str, slugs: Iterable[str]) -> list[str]:
    """Return globs for what two globs both match; where neither is a ``*``, the names of the clusters themselves."""
    if requested in {"*", granted}:
        return [granted]
    if granted == "*":
        return [requested]
    return [slug for slug in slugs if covers(granted, slug) and covers(requested, slug)]


def current() -> Token | None:
    """Return the token that the present request came with."""
    return _current.get()


def use(token: Token) -> None:
    """Have what follows in this request be done through a token."""
    _current.set(token)


@contextmanager
def request_of_its_own() -> Iterator[None]:
    """Forget the token when the request ends: the thread serves somebody else next."""
    mark = _current.set(None)
    try:
        yield
    finally:
        _current.reset(mark)
