"""Records sign-ins, also failed ones, in the audit log."""

from datetime import timedelta
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import address_of
from accounts.models import AuditEntry

ACTION = "sign-in"
ONCE_PER = timedelta(minutes=1)
MOST_REFUSALS = 10  # of one address within that time
LONGEST = 150  # characters of a name


@receiver(user_logged_in)
def signed_in(request: HttpRequest | None, user: Any, **_: Any) -> None:
    if request is not None:
        request.session.set_expiry(None)  # one that had only begun a sign-in at a provider is shorter
    record_sign_in(request, user.get_username(), AuditEntry.DONE, getattr(request, "sign_in_detail", ""))


@receiver(user_login_failed)
def refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    record_sign_in(request, str(credentials.get("username") or ""), AuditEntry.REFUSED, "Wrong user name or password.")


@receiver(user_locked_out)
def locked(request: HttpRequest, username: str, **_: Any) -> None:
    record_sign_in(request, username, AuditEntry.REFUSED, "Too many failed attempts: locked for 15 minutes.")


def record_refusal(request: HttpRequest, detail: str) -> None:
    """Record that nobody was signed in, a few times a minute per address, once for each reason.

    Strangers can repeat it, and make reasons up: a provider's words come by their browser.
    """
    recent = AuditEntry.objects.filter(
        action=ACTION, outcome=AuditEntry.REFUSED, address=address_of(request), username="",
        at__gt=timezone.now() - ONCE_PER,
    )  # fmt: skip
    details = list(recent.values_list("detail", flat=True)[:MOST_REFUSALS])
    if detail not in details and len(details) < MOST_REFUSALS:
        record_sign_in(request, "", AuditEntry.REFUSED, detail)


def record_sign_in(request: HttpRequest | None, username: str, outcome: str, detail: str) -> None:
    AuditEntry.objects.create(
        username=username[:LONGEST],
        address=address_of(request) if request else "",
        action=ACTION,
        outcome=outcome,
        detail=detail,
    )
