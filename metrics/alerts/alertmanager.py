"""What is sent to Alertmanager. It forgets an alert that is not repeated, so one is repeated for as long as it lasts.

Severity is a label, and labels identify an alert: a finding whose severity changes ends one alert and begins another.
Only beginnings and ends are notices. Silenced findings are no longer sent: their alerts lapse within ``LASTS``, and are
sent again when the silence is over.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from clusters.findings import SEVERITIES
from metrics.alerts.routing import wants
from metrics.alerts.transports import Message, of_finding
from metrics.findings.visibility import is_silent
from metrics.models import Channel, FindingRow, Notice

AGAIN = timedelta(seconds=60)
LASTS = 5 * AGAIN  # some rounds may fail before Alertmanager considers an alert over


def severity_of(notice: Notice) -> str:
    """Return the severity of an alert; a finding's alerts are numbered in rounds, with one number per severity."""
    return SEVERITIES[notice.number % len(SEVERITIES)]


def planned(channel: Channel, findings: Collection[FindingRow], now: datetime) -> list[Notice]:
    """Return the beginnings and ends of alerts due for a channel."""
    notices_by_finding: dict[int, list[Notice]] = {}
    for notice in Notice.objects.filter(channel=channel, finding__in=[finding.pk for finding in findings]):
        notices_by_finding.setdefault(notice.finding_id, []).append(notice)
    return [
        row for finding in findings for row in changed(channel, finding, notices_by_finding.get(finding.pk, []), now)
    ]


def changed(channel: Channel, finding: FindingRow, notices: Collection[Notice], now: datetime) -> list[Notice]:
    """Return the alerts of a finding that end, and the one that begins."""
    is_wanted = finding.resolved_at is None and wants(channel, finding)
    if is_wanted and is_silent(finding, now):
        return []
    resolved = {notice.number for notice in notices if notice.event == Notice.RESOLVED}
    begun = [notice for notice in notices if notice.event == Notice.OPENED and notice.number not in resolved]
    same = [notice for notice in begun if is_wanted and severity_of(notice) == finding.severity]
    ended = [notice.number for notice in begun if notice.sent_at and notice not in same]
    rows = [Notice(channel=channel, finding=finding, event=Notice.RESOLVED, number=number) for number in ended]
    if is_wanted and not same:
        number = next_number(notices, finding.severity)
        rows.append(Notice(channel=channel, finding=finding, event=Notice.OPENED, number=number))
    return rows


def next_number(notices: Iterable[Notice], severity: str) -> int:
    """Return the number of a finding's next alert, which encodes its severity."""
    rounds = max((notice.number // len(SEVERITIES) + 1 for notice in notices), default=0)
    return rounds * len(SEVERITIES) + SEVERITIES.index(severity)


def lasting(due: Q, attempts: int, now: datetime) -> list[Notice]:
    """Return the due beginnings of alerts that last: already sent, or tried ``attempts`` times in vain."""
    same = {name: OuterRef(name) for name in ("channel", "finding", "number")}
    begun = Notice.objects.filter(
        due,
        Q(sent_at__isnull=False) | Q(attempts__gte=attempts),
        ~Exists(Notice.objects.filter(event=Notice.RESOLVED, **same)),
        event=Notice.OPENED,
        channel__enabled=True,
        channel__kind=Channel.ALERTMANAGER,
        finding__resolved_at=None,
    )
    return [
        notice
        for notice in begun.select_related("channel", "finding__cluster")
        if wants(notice.channel, notice.finding)
        and severity_of(notice) == notice.finding.severity
        and not is_silent(notice.finding, now)
    ]


def message_of(notice: Notice, now: datetime) -> Message:
    """Return an alert, which ends by itself unless it is sent again."""
    finding = notice.finding
    if notice.event == Notice.RESOLVED:
        ended = max(finding.resolved_at or notice.made_at, finding.since)
    else:
        ended = finding.resolved_at or now + LASTS
    return replace(of_finding(finding), severity=severity_of(notice), ended=ended)
