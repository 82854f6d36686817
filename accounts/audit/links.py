"""Keeps the audit log's chain: a link for each time that an entry is written, in the same transaction."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Min, OuterRef, QuerySet
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from accounts.audit.chain import FIELDS, digest_of, hash_of, seal_of
from accounts.audit.sending import first_unsent
from accounts.models import AuditAnchor, AuditEntry, AuditLink
from core.database.prepared import Parameter, Prepared

# Asked for each entry that is written, and so for each page of records that is read.
ANCHOR = Prepared(AuditAnchor.objects.select_for_update().filter(pk=1))
LAST = Prepared(AuditLink.objects.order_by("-number")[:1])
STORED = Prepared(AuditEntry.objects.filter(pk=Parameter("pk")).values(*FIELDS))


@receiver(post_save, sender=AuditEntry)
def link_entry(instance: AuditEntry, raw: bool = False, **_: Any) -> None:
    """Link an entry as it is stored; a backup that is restored has the links itself."""
    if not raw:
        append(instance.pk)


@transaction.atomic
def append(pk: int) -> None:
    """Add a link about an entry to the end of the chain, of which there is one for all processes."""
    anchor = locked_anchor()
    last = LAST.first() or anchor
    (entry,) = STORED.rows(pk=pk)
    number, at, digest = last.number + 1, timezone.now(), digest_of(entry)
    link = hash_of(last.hash, number, pk, at, digest)
    AuditLink.objects.create(
        number=number, entry=pk, at=at, digest=digest, hash=link, seal=seal_of(settings.SECRET_KEY, link)
    )


def locked_anchor() -> AuditAnchor:
    """Return the chain's beginning, and have other writers wait until this transaction ends."""
    anchor = ANCHOR.first()
    return anchor or AuditAnchor.objects.select_for_update().get_or_create(pk=1)[0]


def unlinked() -> QuerySet[AuditEntry]:
    """Return entries that no link is about: written by an older version, or not by kafkaadmin."""
    return AuditEntry.objects.filter(~Exists(AuditLink.objects.filter(entry=OuterRef("pk")))).order_by("pk")


@transaction.atomic
def remove_before(oldest: datetime) -> int:
    """Remove what retention lets go, from the beginning of the chain on, and anchor the rest; return how many entries.

    An entry that a later link is about stays until that link goes.
    """
    anchor = locked_anchor()
    kept = AuditEntry.objects.filter(at__gte=oldest)
    first_kept = AuditLink.objects.filter(Exists(kept.filter(pk=OuterRef("entry")))).aggregate(Min("number"))
    links = AuditLink.objects.all()
    if (number := first_kept["number__min"]) is not None:
        links = links.filter(number__lt=number)
    if (sent := first_unsent(anchor)) is not None:  # what a target has not got yet stays until then
        links = links.filter(number__lte=sent)
    last = links.order_by("-number").first()
    if last is None:
        return 0
    later = AuditLink.objects.filter(entry=OuterRef("pk"), number__gt=last.number)
    gone = AuditEntry.objects.filter(~Exists(later), at__lt=oldest)
    removed, _ = gone.filter(Exists(AuditLink.objects.filter(entry=OuterRef("pk")))).delete()
    links.filter(number__lte=last.number).delete()
    anchor.number, anchor.hash, anchor.removed_before = last.number, last.hash, oldest
    anchor.seal = seal_of(settings.SECRET_KEY, anchor.number, anchor.hash)
    anchor.save()
    return removed


def seal_again() -> int:
    """Sign all links with the first of the keys, before the others are taken away; return how many."""
    number = 0
    for link in AuditLink.objects.iterator(chunk_size=1_000):
        AuditLink.objects.filter(pk=link.pk).update(seal=seal_of(settings.SECRET_KEY, link.hash))
        number += 1
    for anchor in AuditAnchor.objects.exclude(number=0):
        AuditAnchor.objects.filter(pk=anchor.pk).update(seal=seal_of(settings.SECRET_KEY, anchor.number, anchor.hash))
    return number
