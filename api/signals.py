"""Names the token in every audit entry about something done through one; ends tokens with their owner's access."""

from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver

from accounts.models import AuditEntry
from accounts.people.credentials import credentials_ended
from api.kit.tokens import current
from api.models import Token


@receiver(pre_save, sender=AuditEntry)
def name_token(instance: AuditEntry, **_: Any) -> None:
    """Add the token to an entry's detail, also when the entry is updated at its end."""
    token = current()
    note = f"By token “{token.name}”." if token else ""
    if not instance.detail.endswith(note):
        instance.detail = f"{instance.detail} {note}".strip()


@receiver(credentials_ended)
def end_tokens(user: Any, **_: Any) -> None:
    """Revoke all tokens of somebody whose password changed, or who may not sign in any more."""
    Token.objects.filter(user=user).delete()
