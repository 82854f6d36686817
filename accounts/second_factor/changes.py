"""Setting up, renewing and removing second factors, each recorded in the audit log."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest

from accounts.models import Passkey, SecondFactor
from accounts.own_records import apply_own_change
from accounts.people.changes import plan_of
from accounts.people.credentials import end_sessions
from accounts.second_factor.codes import digest_of, new_recovery_codes
from accounts.second_factor.pending import pass_on
from core.encryption import SecretValues
from core.plan import Plan, Step

SET_UP, RENEW, REMOVE = "second-factor.set-up", "second-factor.recovery-codes", "second-factor.remove"
ADD_PASSKEY, REMOVE_PASSKEY = "second-factor.add-passkey", "second-factor.remove-passkey"
FACTOR = "second factor"
ONES_OWN = "Your own second factor is replaced or removed under Account, with your password."


def own_plan(action: str, user: Any, before: str | None, after: str | None) -> Plan:
    return Plan(action, user.get_username(), (Step(FACTOR, before, after),))


def set_up(request: HttpRequest, user: Any, key: str, step: int, now: datetime, *, replaces: bool) -> list[str]:
    """Keep the key of an authenticator app, and return recovery codes, which are shown this once.

    Other sessions of the user end. ``step`` is that of the code which proved that the app has the key.

    Raises:
        IntegrityError: the user has a second factor, and it was not to be replaced.
    """
    recovery_codes = new_recovery_codes()
    values = {
        "secrets": SecretValues({"key": key}), "set_up_at": now, "last_step": step, "failures": 0,
        "recovery_codes": [digest_of(code) for code in recovery_codes],
    }  # fmt: skip

    def apply() -> None:
        if replaces:
            SecondFactor.objects.update_or_create(user=user, defaults=values)
        else:
            SecondFactor.objects.create(user=user, **values)
        end_other_sessions(request, user)

    apply_own_change(request, own_plan(SET_UP, user, None, "an authenticator app"), apply)
    pass_on(request.session)
    return recovery_codes


def renew_recovery_codes(request: HttpRequest, user: Any) -> list[str]:
    """Replace a user's recovery codes, and return the new ones, which are shown this once."""
    recovery_codes = new_recovery_codes()
    digests = [digest_of(code) for code in recovery_codes]
    factors = SecondFactor.objects.filter(user=user.pk)
    plan = own_plan(RENEW, user, None, "new recovery codes")
    apply_own_change(request, plan, lambda: factors.update(recovery_codes=digests))
    return recovery_codes


def remove(request: HttpRequest, user: Any) -> None:
    """Remove one's own second factor; other sessions end."""

    def apply() -> None:
        SecondFactor.objects.filter(user=user.pk).delete()
        end_other_sessions(request, user)

    apply_own_change(request, own_plan(REMOVE, user, "an authenticator app", None), apply)


def reset(request: HttpRequest, user: User) -> None:
    """Remove somebody's second factor, who has lost it; their sessions end, their API tokens stay."""

    def apply() -> None:
        forget(user)

    apply_own_change(request, reset_plan(user), apply)


def reset_plan(user: User) -> Plan:
    return plan_of(user.get_username(), FACTOR, None)


def forget(user: User) -> None:
    SecondFactor.objects.filter(user=user.pk).delete()
    end_sessions([user.pk])


def add_passkey(request: HttpRequest, factor: SecondFactor, passkey: Passkey) -> None:
    """Keep a passkey beside the authenticator app."""
    passkey.factor = factor
    apply_own_change(request, own_plan(ADD_PASSKEY, factor.user, None, f"passkey {passkey.name}"), passkey.save)


def remove_passkey(request: HttpRequest, passkey: Passkey) -> None:
    """Remove a passkey; other sessions end."""
    user = passkey.factor.user

    def apply() -> None:
        passkey.delete()
        end_other_sessions(request, user)

    apply_own_change(request, own_plan(REMOVE_PASSKEY, user, f"passkey {passkey.name}", None), apply)


def end_other_sessions(request: HttpRequest, user: Any) -> None:
    """End a user's sessions but the request's own, which goes on under another key."""
    end_sessions([user.pk])
    request.session.cycle_key()
