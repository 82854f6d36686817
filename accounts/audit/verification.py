"""Whether the audit log is as it was written: the chain from its anchor on, and each entry by its last link."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from django.db.models import Max

from accounts.audit.chain import FIELDS, digest_of, hash_of, is_sealed
from accounts.audit.links import unlinked
from accounts.models import AuditAnchor, AuditEntry, AuditLink, AuditSink

AT_ONCE = 500


@dataclass(frozen=True)
class Verification:
    """What is wrong first, empty if nothing is; how many links there are, and the chain's end."""

    problem: str
    links: int
    head: str


def verify(known_head: str = "") -> Verification:
    """Walk the chain. ``known_head`` is an end of it that was noted elsewhere, and must be part of it."""
    anchor = AuditAnchor.objects.filter(pk=1).first() or AuditAnchor()
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    head, number = str(anchor), 0
    if anchor.number and not is_sealed(keys, anchor.seal, anchor.number, anchor.hash):
        return Verification("The chain's beginning was changed, or sealed with another key.", 0, head)
    before: AuditAnchor | AuditLink = anchor
    is_known = known_head in {"", head}
    for links in chunks():
        for link in links:
            if problem := problem_of_link(link, before, keys):
                return Verification(problem, number, head)
            before, head, number = link, str(link), number + 1
            is_known = is_known or head == known_head
        if problem := problem_of_entries(links):
            return Verification(problem, number, head)
    if (entry := unlinked().first()) is not None:
        return Verification(
            f"Entry {entry.pk} ({entry}) is not in the chain: kafkaadmin did not write it.", number, head
        )
    ahead = AuditSink.objects.filter(number__gt=before.number).order_by("name").first()
    if ahead is not None:
        sent = f"{ahead.name} was sent {ahead.number:,} links, and {before.number:,} are left"
        return Verification(f"The chain's end was removed: {sent}.", number, head)
    known_number = known_head.partition(":")[0]
    if not is_known and not (known_number.isdecimal() and int(known_number) <= anchor.number):
        return Verification(
            f"{known_head} is not part of the chain: its end was removed, or it was replaced.", number, head
        )
    return Verification("", number, head)


def chunks() -> Iterator[Sequence[AuditLink]]:
    links = AuditLink.objects.order_by("number").iterator(chunk_size=AT_ONCE)
    while chunk := list(islice(links, AT_ONCE)):
        yield chunk


def problem_of_link(link: AuditLink, before: AuditAnchor | AuditLink, keys: Sequence[str]) -> str:
    if link.number != before.number + 1:
        return f"Link {before.number + 1} is missing, after the entries until {described(before)}."
    if link.hash != hash_of(before.hash, link.number, link.entry, link.at, link.digest):
        return f"Link {link.number}, about entry {link.entry} of {link.at:%Y-%m-%d %H:%M:%S}, was changed."
    if not is_sealed(keys, link.seal, link.hash):
        return f"Link {link.number}, about entry {link.entry}, is not sealed with a key of kafkaadmin's."
    return ""


def described(before: AuditAnchor | AuditLink) -> str:
    return f"{before.at:%Y-%m-%d %H:%M:%S}" if isinstance(before, AuditLink) else "the chain's beginning"


def problem_of_entries(links: Sequence[AuditLink]) -> str:
    """Return what is wrong with the first of the entries that some links are about."""
    pks = {link.entry for link in links}
    entries = {entry["id"]: entry for entry in AuditEntry.objects.filter(pk__in=pks).values(*FIELDS)}
    differing = {
        link.entry for link in links if link.entry not in entries or digest_of(entries[link.entry]) != link.digest
    }
    last = AuditLink.objects.filter(entry__in=differing).values("entry").annotate(last=Max("number"))
    last_numbers = {row["entry"]: row["last"] for row in last}
    for link in links:
        if link.entry not in entries:
            return f"Entry {link.entry}, written {link.at:%Y-%m-%d %H:%M:%S}, is missing."
        is_last = link.entry in differing and last_numbers[link.entry] == link.number
        if is_last and digest_of(entries[link.entry]) != link.digest:
            return f"Entry {link.entry}, written {link.at:%Y-%m-%d %H:%M:%S}, was changed afterwards."
    return ""
