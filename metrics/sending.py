"""Telling people: what is to be sent is planned as rows first, so that each notice goes out once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from django.db.models import F, Q

from clusters.findings import SEVERITIES
from clusters.models import Cluster
from metrics import carriers
from metrics.models import Channel, Finding, Notice

ATTEMPTS = 6
CLAIM = timedelta(seconds=60)
WAIT = timedelta(seconds=20)  # after the first failure; twice as long after each further one
RECENT = timedelta(hours=1)  # a resolution that is older is no news
BATCH = 50


def wants(channel: Channel, finding: Finding) -> bool:
    """Tell whether a channel is to be told of a finding."""
    severe = SEVERITIES.index(finding.severity) <= SEVERITIES.index(channel.severity)
    return (
        severe
        and fnmatchcase(finding.cluster.slug, channel.cluster_glob)
        and fnmatchcase(finding.rule, channel.rule_glob)
        and fnmatchcase(finding.subject, channel.subject_glob)
    )


def plan_notices(cluster: Cluster, now: datetime) -> None:
    """Plan what channels are to be told; a unique key keeps two workers from planning it twice."""
    channels = list(Channel.objects.filter(enabled=True))
    if not channels:
        return
    recent = Q(resolved_at=None) | Q(resolved_at__gte=now - RECENT)
    found = Finding.objects.filter(recent, cluster=cluster).exclude(opened_at=None).select_related("cluster")
    rows = [row for channel in channels for row in planned(channel, found, now)]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def planned(channel: Channel, findings: Iterable[Finding], now: datetime) -> list[Notice]:
    """Return the notices that a channel is due, those already there included."""
    rows = []
    for finding in findings:
        if not wants(channel, finding) or finding.opened_at is None:
            continue
        quiet = finding.silenced_until is not None and finding.silenced_until > now
        if finding.resolved_at is None and not quiet:
            number = max(0, (now - finding.opened_at) // timedelta(hours=max(1, channel.repeat_hours)))
            event = Notice.REPEATED if number else Notice.OPENED
            rows.append(Notice(channel=channel, finding=finding, event=event, number=number))
        elif finding.resolved_at and channel.tell_resolved and was_told(channel, finding):
            rows.append(Notice(channel=channel, finding=finding, event=Notice.RESOLVED))
    return rows


def was_told(channel: Channel, finding: Finding) -> bool:
    """Tell whether a channel knows of a finding: who was not told that it began is not told that it ended."""
    return Notice.objects.filter(channel=channel, finding=finding).exclude(sent_at=None).exists()


def deliver(now: datetime) -> None:
    """Send what is planned, those of one channel and cluster together; what fails is tried again, later each time."""
    ahead = now + WAIT * 2**ATTEMPTS + CLAIM  # later is only what a clock wrote that was set back since
    due = Q(claimed_until=None) | Q(claimed_until__lt=now) | Q(claimed_until__gt=ahead)
    waiting = Notice.objects.filter(due, sent_at=None, attempts__lt=ATTEMPTS, channel__enabled=True)
    mine: dict[tuple[int, int], list[Notice]] = {}
    for notice in waiting.select_related("channel", "finding__cluster").order_by("pk")[:BATCH]:
        # Only one of several workers finds the notice as it was, and so claims it.
        claimed = Notice.objects.filter(due, pk=notice.pk, sent_at=None)
        if claimed.update(claimed_until=now + CLAIM, attempts=F("attempts") + 1):
            mine.setdefault((notice.channel_id, notice.finding.cluster_id), []).append(notice)
    for notices in mine.values():
        send(notices, now)


def send(notices: list[Notice], now: datetime) -> None:
    """Send some notices of one channel, and note what came of it."""
    pks = [notice.pk for notice in notices]
    error = carriers.carry(notices[0].channel, [carriers.message(notice) for notice in notices])
    if error:
        wait = WAIT * 2 ** notices[0].attempts
        Notice.objects.filter(pk__in=pks).update(error=error, claimed_until=now + wait)
    else:
        Notice.objects.filter(pk__in=pks).update(error="", sent_at=now)
