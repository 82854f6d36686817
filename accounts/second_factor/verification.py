"""Whether a code is the right one: each counts once, and wrong ones are counted, whatever address they come from."""

from datetime import datetime
from enum import Enum

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from accounts.models import SecondFactor
from accounts.second_factor.codes import step_of, without_used


class Verdict(Enum):
    """What became of a code, as the audit log says it."""

    CODE = "With a code of the authenticator app."
    RECOVERY_CODE = "With a recovery code."
    PASSKEY = "With a passkey."
    WRONG_PASSKEY = "Wrong passkey."
    WRONG = "Wrong code of the second factor."
    LOCKED = "Too many wrong codes of the second factor: locked for 15 minutes."

    @property
    def is_right(self) -> bool:
        return self in {Verdict.CODE, Verdict.RECOVERY_CODE, Verdict.PASSKEY}


@transaction.atomic
def verify(user: User, code: str, now: datetime) -> Verdict:
    """Try a code for a user, and remember that it was tried."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        return Verdict.WRONG
    if failures_of(factor, now) >= settings.AXES_FAILURE_LIMIT:
        return Verdict.LOCKED
    verdict = use(factor, code, now)
    remember(factor, verdict, now)
    return verdict


def remember(factor: SecondFactor, verdict: Verdict, now: datetime) -> None:
    """Keep what was used up, and count what was wrong."""
    factor.failures = 0 if verdict.is_right else failures_of(factor, now) + 1
    factor.failed_at = factor.failed_at if verdict.is_right else now
    factor.save(update_fields=["last_step", "recovery_codes", "failures", "failed_at"])


def failures_of(factor: SecondFactor, now: datetime) -> int:
    """Return how many wrong codes were tried lately, in a row."""
    recent = factor.failed_at is not None and now - factor.failed_at < settings.AXES_COOLOFF_TIME
    return factor.failures if recent else 0


def use(factor: SecondFactor, code: str, now: datetime) -> Verdict:
    """Use a code up: one of the app, or a recovery code."""
    step = step_of(factor.secrets.get("key", ""), code, now, factor.last_step)
    if step is not None:
        factor.last_step = step
        return Verdict.CODE
    remaining = without_used(factor.recovery_codes, code)
    if remaining is None:
        return Verdict.WRONG
    factor.recovery_codes = remaining
    return Verdict.RECOVERY_CODE
