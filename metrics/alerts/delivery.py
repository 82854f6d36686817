"""Notifying people: notices are planned as rows first, so that each is sent once."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from clusters.models import Cluster
from metrics.alerts import alertmanager, transports
from metrics.alerts.routing import wants
from metrics.findings.visibility import is_silent
from metrics.models import Channel, FindingRow, Notice

ATTEMPTS = 6
CLAIM = timedelta(seconds=60)
WAIT = timedelta(seconds=20)  # after the first failure; twice as long after each further one
RECENT = timedelta(hours=1)  # older resolutions are not sent
BATCH = 50


def plan_notices(cluster: Cluster, now: datetime) -> None:
    """Plan the notices of all channels; a unique key keeps two workers from planning one twice."""
    channels = list(Channel.objects.filter(enabled=True))
    if not channels:
        return
    recent = Q(resolved_at=None) | Q(resolved_at__gte=now - RECENT)
    findings = FindingRow.objects.filter(recent, cluster=cluster).exclude(opened_at=None).select_related("cluster")
    rows = [row for channel in channels for row in planned(channel, findings, now)]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def planned(channel: Channel, findings: Collection[FindingRow], now: datetime) -> list[Notice]:
    """Return the notices due for a channel, including existing ones."""
    if channel.kind == Channel.ALERTMANAGER:
        return alertmanager.planned(channel, findings, now)
    rows = []
    for finding in findings:
        if not wants(channel, finding) or finding.opened_at is None:
            continue
        if finding.resolved_at is None and not is_silent(finding, now):
            number = max(0, (now - finding.opened_at) // timedelta(hours=max(1, channel.repeat_hours)))
            event = Notice.REPEATED if number else Notice.OPENED
            rows.append(Notice(channel=channel, finding=finding, event=event, number=number))
        elif finding.resolved_at and channel.tell_resolved and was_told(channel, finding):
            rows.append(Notice(channel=channel, finding=finding, event=Notice.RESOLVED))
    return rows


def was_told(channel: Channel, finding: FindingRow) -> bool:
    """Tell whether a channel was notified of a finding: without a beginning, no end is sent."""
    return Notice.objects.filter(channel=channel, finding=finding).exclude(sent_at=None).exists()


def deliver(now: datetime) -> None:
    """Send planned notices, together per channel and cluster; failures are retried, later each time.

    Alerts that last are sent to Alertmanager again, without a further notice.
    """
    if not Channel.objects.filter(enabled=True).exists():
        return
    ahead = now + WAIT * 2**ATTEMPTS + CLAIM  # later claims come only from a clock that was set back since
    due = Q(claimed_until=None) | Q(claimed_until__lt=now) | Q(claimed_until__gt=ahead)
    waiting = Notice.objects.filter(due, sent_at=None, attempts__lt=ATTEMPTS, channel__enabled=True)
    fresh = waiting.select_related("channel", "finding__cluster").order_by("pk")[:BATCH]
    for notices in claimed(fresh, now, attempts=F("attempts") + 1):
        send(notices, now)
    for notices in claimed(alertmanager.lasting(due, ATTEMPTS, now), now):
        send(notices, now)


def claimed(waiting: Iterable[Notice], now: datetime, **changes: Any) -> list[list[Notice]]:
    """Return the notices that this worker claimed, by channel and cluster."""
    by_channel: dict[tuple[int, int], list[Notice]] = {}
    for notice in waiting:
        # Only one of several workers finds the notice unchanged, and so claims it.
        claim = Notice.objects.filter(pk=notice.pk, claimed_until=notice.claimed_until, sent_at=notice.sent_at)
        if claim.update(claimed_until=now + CLAIM, **changes):
            by_channel.setdefault((notice.channel_id, notice.finding.cluster_id), []).append(notice)
    return list(by_channel.values())


def send(notices: list[Notice], now: datetime) -> None:
    """Send some notices of one channel, and store the outcome."""
    channel, rows = notices[0].channel, Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    lasts = channel.kind == Channel.ALERTMANAGER
    messages = [alertmanager.message_of(notice, now) if lasts else transports.message_of(notice) for notice in notices]
    if error := transports.carry(channel, messages):
        wait = WAIT * 2 ** notices[0].attempts
        rows.update(error=error, claimed_until=now + (min(wait, alertmanager.AGAIN) if lasts else wait))
    else:
        rows.update(error="", sent_at=Coalesce("sent_at", Value(now)), claimed_until=now + alertmanager.AGAIN)
