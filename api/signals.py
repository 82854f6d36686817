"""Names the token in every audit entry about something done through one."""

from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver

from accounts.models import AuditEntry
from api.kit.tokens import current


@receiver(pre_save, sender=AuditEntry)
def name_token(instance: AuditEntry, **_: Any) -> None:
    """Add the token to an entry's detail, also when the entry is updated at its end."""
    token = current()
    note = f"Through the token “{token.name}”." if token else ""
    if not instance.detail.endswith(note):
        instance.detail = f"{instance.detail} {note}".strip()
