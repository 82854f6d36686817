"""Signing in with a password of kafkaadmin's own."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User

from core.database.prepared import Parameter, Prepared

PATH = "accounts.password_backend.PasswordBackend"  # what sessions keep
USERS = User.objects.select_related("second_factor").defer("second_factor__secrets")
USER = Prepared(USERS.filter(pk=Parameter("pk")))


class PasswordBackend(ModelBackend):
    """Django's, which loads the user of a session with their second factor: each request asks whether there is one."""

    def get_user(self, user_id: Any) -> User | None:
        user = USER.first(pk=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
