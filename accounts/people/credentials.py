"""When what somebody signs in with changes, what it opened is closed: sessions here, tokens where they are kept."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models.signals import post_save
from django.dispatch import Signal, receiver
from django.utils import timezone

credentials_ended = Signal()
"""Sent with ``user`` when their sessions and tokens must open nothing any more."""


def end_access(user: User) -> None:
    """End somebody's sessions and tokens, at once."""
    end_sessions([user.pk])
    credentials_ended.send(User, user=user)


def end_sessions(users: Iterable[int], is_meant: Callable[[Mapping[str, Any]], bool] = lambda _: True) -> None:
    """End the sessions of users, or only those that are meant, by what is kept in them."""
    owners = {str(pk) for pk in users}
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        values = session.get_decoded()
        if values.get("_auth_user_id") in owners and is_meant(values):
            session.delete()


@receiver(post_save, sender=User)
def end_access_of_inactive(instance: User, **_: object) -> None:
    """Whoever may not sign in any more is out, and stays out when they may again."""
    if not instance.is_active:
        end_access(instance)
