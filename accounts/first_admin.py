"""The first administrator: from the environment, or with a generated password that is printed once."""

import secrets

from django.contrib.auth import get_user_model
from django.db import transaction

from core import environment as env


def ensure_first_admin() -> str | None:
    """Create the first administrator if there are no users yet.

    Returns:
        The sentence to print once, with the password if it was generated; None if there are users already.
    """
    people = get_user_model().objects
    with transaction.atomic():
        if people.exists():
            return None
        username = env.text("KAFKAADMIN_ADMIN_USER")
        given = env.text("KAFKAADMIN_ADMIN_PASSWORD")
        password = given or secrets.token_urlsafe(12)
        people.create_superuser(username=username, password=password)
    if given:
        return f"First sign-in: {username}, with the password from KAFKAADMIN_ADMIN_PASSWORD."
    return f"First sign-in: {username} / {password} (printed only once; change it after signing in)."
