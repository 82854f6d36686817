"""The first administrator: from the environment, or made once and printed once."""

import secrets

from django.contrib.auth import get_user_model
from django.db import transaction

from core import environment as env


def ensure_first_admin() -> str | None:
    """Make the first administrator when there is nobody yet.

    Returns:
        The sentence to print once, with the password if one was made; None when there are people already.
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
