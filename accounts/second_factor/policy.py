"""Of whom a second factor is required: by KAFKAADMIN_SECOND_FACTOR, or ``second_factor`` in the sign-in file."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.models import SignInConfiguration, allowances
from accounts.permissions import may_somewhere
from accounts.single_sign_on.sign_in_file import line_of, read_file
from core.rereading import Rereading

EVERYBODY, ADMINISTRATORS, VOLUNTARY = POLICIES = ("everybody", "administrators", "voluntary")
SENTENCES = {
    EVERYBODY: "Required of everybody who signs in with a password of kafkaadmin's own.",
    ADMINISTRATORS: "Required of administrators: superusers, and whoever may manage users.",
    VOLUNTARY: "Not required: users who have set one up are asked for it.",
}


def policy() -> str:
    """Return of whom a second factor is required; the environment comes first.

    Where a process has never read the file, what another one read last counts: a broken file switches nothing off.
    """
    return settings.SECOND_FACTOR or policy_in_file() or remembered_policy()


def policy_in_file() -> str:
    """Return the policy of the sign-in file; empty where it could never be read."""
    return policy_of_file(settings.SIGN_IN_FILE) if settings.SIGN_IN_FILE else VOLUNTARY


def remembered_policy() -> str:
    return SignInConfiguration.objects.values_list("second_factor", flat=True).first() or VOLUNTARY


def read_policy(_again: bool) -> str:
    path = settings.SIGN_IN_FILE
    value = read_file(path).get("second_factor", VOLUNTARY)
    if value not in POLICIES:
        raise ImproperlyConfigured(
            f"{path}{line_of(path, 'second_factor')}: second_factor must be one of {', '.join(POLICIES)}."
        )
    return str(value)


policy_of_file = Rereading(read_policy, "")


def is_required_of(user: Any) -> bool:
    """Tell whether a user with a password of kafkaadmin's own needs a second factor."""
    if policy() == ADMINISTRATORS:
        return may_somewhere(allowances(user), "people.manage")
    return policy() == EVERYBODY


def has_second_factor(user: Any) -> bool:
    return hasattr(user, "second_factor")  # of the user of a session, without asking the database


def is_asked_of(user: Any) -> bool:
    """Tell whether a password alone does not sign a user in."""
    return is_required_of(user) or has_second_factor(user)
