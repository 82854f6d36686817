"""What makes a link count once, and for a while: Django's tokens, which are over when the password changes."""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int


class LinkTokens(PasswordResetTokenGenerator):
    """Tokens that are over after ``seconds``, which are no more than Django's PASSWORD_RESET_TIMEOUT."""

    def __init__(self, purpose: str, seconds: int) -> None:
        super().__init__()
        self.key_salt, self.seconds = f"accounts.mailed_links.{purpose}", seconds

    def check_token(self, user: Any, token: str | None) -> bool:
        return super().check_token(user, token) and self.age_of(str(token)) <= self.seconds

    def age_of(self, token: str) -> int:
        made = base36_to_int(token.partition("-")[0])
        return int(self._num_seconds(self._now())) - made


RESET = LinkTokens("reset", 3600)
INVITATION = LinkTokens("invitation", 3 * 86_400)


def is_invited(user: User) -> bool:
    """Tell whether somebody was invited, and has not accepted yet: they could not sign in by any way so far."""
    return bool(user.email) and not (user.has_usable_password() or user.last_login or user.identities.exists())
