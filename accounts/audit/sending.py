"""Sends the audit log to its targets: in order, each at least once, from where it was, however long one was away."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from accounts.audit.chain import FIELDS, moment
from accounts.audit.targets import (
    Event,
    NotTaken,
    Send,
    TargetAway,
    check_target,
    configured_targets,
    shortened,
)
from accounts.models import AuditAnchor, AuditEntry, AuditLink, AuditSink
from core.leasing import LeaseLost
from core.web.formats import plural

AT_ONCE = 200
WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
BATCHES = 20  # of one round, after which others have their turn
logger = logging.getLogger(__name__)


def send_all(now: datetime) -> None:
    """Send what is new to each target that is due, under its lease."""
    targets = configured_targets()
    AuditSink.objects.exclude(name__in=targets).delete()
    for name, send in targets.items():
        sink, _ = AuditSink.objects.get_or_create(name=name)
        if AuditSink.objects.filter(AuditSink.unleased(now), AuditSink.due(now), pk=sink.pk).exists():
            held = AuditSink.take(sink.pk, now)
            if held:
                send_held(held, send, now)


def send_held(sink: AuditSink, send: Send, now: datetime) -> None:
    """Send batch by batch, and keep after each how far it is. One that was sent may be sent again, none is left out."""
    try:
        check_target(sink.name)
        for _ in range(BATCHES):
            events = events_after(sink.number)
            if not events:
                break
            deliver(send, events)
            sink.number = events[-1]["number"]
            sink.save_if_held(number=sink.number, sent_at=now, error="", failures=0)
        sink.release(due_at=now, error="", failures=0)
    except (TargetAway, ImproperlyConfigured) as failure:
        failures = sink.failures + 1
        if not sink.error:
            logger.warning("The audit log is not sent to %s for now: %s", sink.name, failure)
        wait = min(WAIT * 2 ** min(failures, 10), LONGEST_WAIT)
        sink.release(due_at=now + wait, error=str(failure)[:500], failures=failures)
    except LeaseLost:
        logger.info("Another worker sends the audit log to %s.", sink.name)


def deliver(send: Send, events: Sequence[Event]) -> None:
    """Send a batch; one that is not taken is sent in halves, so that one event does not hold up all after it.

    Raises:
        TargetAway: an event alone was not taken either, without what can be long in it.
    """
    try:
        send(events)
    except NotTaken:
        if len(events) == 1:
            send([shortened(events[0])])
            return
        middle = len(events) // 2
        deliver(send, events[:middle])
        deliver(send, events[middle:])


def events_after(number: int) -> Sequence[Event]:
    """Return the next events: an entry as it is now, by the link that was added when it was written."""
    links = list(AuditLink.objects.filter(number__gt=number).order_by("number")[:AT_ONCE])
    entries = {
        entry["id"]: entry for entry in AuditEntry.objects.filter(pk__in={e.entry for e in links}).values(*FIELDS)
    }
    return [event_of(link, entries.get(link.entry)) for link in links]


def event_of(link: AuditLink, entry: dict[str, Any] | None) -> Event:
    """Return what a target gets; of an entry that is gone, that it was there."""
    values: dict[str, Any] = {"number": link.number, "hash": link.hash, "entry": link.entry, "at": moment(link.at)}
    if entry is None:
        return values | {"missing": True}
    return {**entry, **values, "at": moment(entry["at"])}


def waiting(sink: AuditSink) -> int:
    """Return how many events a target has not got yet."""
    return AuditLink.objects.filter(number__gt=sink.number).count()


def failing() -> list[dict[str, Any]]:
    """Return the targets that do not take the audit log, as pages show them."""
    sinks = AuditSink.objects.filter(name__in=configured_targets()).exclude(error="")
    return [
        {"name": sink.name, "error": sink.error, "waiting": plural(waiting(sink), "entry", "entries")} for sink in sinks
    ]


def first_unsent(anchor: AuditAnchor) -> int | None:
    """Return the number until which all targets have everything; None where there is no target."""
    numbers = AuditSink.objects.filter(name__in=configured_targets()).values_list("number", flat=True)
    return max(anchor.number, min(numbers)) if numbers else None
