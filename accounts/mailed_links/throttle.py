"""How often links can be asked for, from an address and for one: counted in the audit log, which has them anyway."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.access import address_of
from accounts.models import AuditEntry

ACTION = "password.forgotten"
WITHIN = timedelta(minutes=15)
PER_ADDRESS, PER_EMAIL = 10, 3


def is_throttled(request: HttpRequest, now: datetime) -> bool:
    """Tell whether an address asked too often lately."""
    return recent(now).filter(address=address_of(request)).count() >= PER_ADDRESS


def may_be_sent(email: str, now: datetime) -> bool:
    """Tell whether an e-mail address may be sent another link already."""
    return recent(now).filter(resource=email.lower()).count() < PER_EMAIL


def note(request: HttpRequest, email: str) -> None:
    AuditEntry.objects.create(
        address=address_of(request), action=ACTION, resource=email.lower(), outcome=AuditEntry.DONE
    )


def recent(now: datetime) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(action=ACTION, at__gt=now - WITHIN)
