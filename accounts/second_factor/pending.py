"""A sign-in whose password was right, and whose second factor is still to come: kept in the session.

It belongs to the password that was given (a new one ends it) and to this browser, for ten minutes.
"""

import hmac
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from accounts.sign_in import may_use_password

PENDING, PASSED = "second_factor_pending", "second_factor_passed"  # the session's keys
VALID_SECONDS = 600


@dataclass(frozen=True)
class PendingSignIn:
    """Who gave their password, by which backend, and where they were going."""

    user: int
    password: str
    backend: str
    next: str
    at: float


def begin(session: Any, user: User, backend: str, next_url: str, now: datetime) -> None:
    session[PENDING] = asdict(PendingSignIn(user.pk, user.get_session_auth_hash(), backend, next_url, now.timestamp()))


def pending_user(session: Any, now: datetime) -> tuple[User, PendingSignIn] | None:
    """Return who is about to sign in; None where the password has to be given again."""
    values = session.get(PENDING)
    if values is None:
        return None
    pending = PendingSignIn(**values)
    user = User.objects.filter(pk=pending.user, is_active=True).first()
    if user is None or not 0 <= now.timestamp() - pending.at <= VALID_SECONDS or not may_use_password(user):
        return None
    return (user, pending) if hmac.compare_digest(user.get_session_auth_hash(), pending.password) else None


def pass_on(session: Any) -> None:
    """Let a session be one of both factors."""
    session.pop(PENDING, None)
    session[PASSED] = True


def has_passed(session: Any) -> bool:
    return PASSED in session
