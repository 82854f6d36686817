"""The first administrator: from the environment, or with a generated password that is printed once."""

import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from core import environment as env

TAKEN = (
    "There is no administrator: a configuration declares a user {username}. Set KAFKAADMIN_ADMIN_USER to another name, "
    "or run `kafkaadmin people make-admin {username}`."
)


def configured_admin() -> tuple[str, str, str]:
    """Return the name and password of the first administrator, and where they are from; no password to generate one."""
    username, given = env.text("KAFKAADMIN_ADMIN_USER"), env.text("KAFKAADMIN_ADMIN_PASSWORD")
    own: tuple[str, str] | None = None if given else import_string(settings.FIRST_ADMIN_SOURCE)()
    return (*own, "spring.security.user") if own else (username, given, "KAFKAADMIN_ADMIN_PASSWORD")


def ensure_first_admin() -> str | None:
    """Create the first administrator if there are no users yet, but those that a configuration declares.

    Returns:
        The sentence to print once, with the password if it was generated; None if there are users already.
    """
    people = get_user_model().objects
    with transaction.atomic():
        if people.filter(Q(declaration=None) | Q(is_superuser=True)).exists():
            return None
        username, given, origin = configured_admin()
        if people.filter(username__iexact=username).exists():
            return TAKEN.format(username=username)
        password = given or secrets.token_urlsafe(12)
        people.create_superuser(username=username, password=password)
    if given:
        return f"First sign-in: {username}, with the password from {origin}."
    return f"First sign-in: {username} / {password} (printed only once; change it after signing in)."
