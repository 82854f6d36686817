"""What Alertmanager is told. It forgets an alert that is not told again, so one is told for as long as it lasts.

Severity is a label, and labels make an alert: a finding whose severity changes ends one alert and begins another. Only
beginnings and ends are notices. Findings that are silenced are told no more: their alerts lapse within ``LASTS``, and
are told again when the silence is over.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from clusters.findings import SEVERITIES
from metrics.alerts.routing import wants
from metrics.alerts.transports import Message, of_finding
from metrics.findings.visibility import is_silent
from metrics.models import Channel, Finding, Notice

AGAIN = timedelta(seconds=60)
LASTS = 5 * AGAIN  # some rounds may fail before Alertmanager takes an alert for over


def severity_of(notice: Notice) -> str:
    """Return the severity of an alert; a finding's alerts are numbered in rounds, with one number for each severity."""
    return SEVERITIES[notice.number % len(SEVERITIES)]


def planned(channel: Channel, findings: Collection[Finding], now: datetime) -> list[Notice]:
    """Return the beginnings and ends of alerts that a channel is due."""
    told: dict[int, list[Notice]] = {}
    for notice in Notice.objects.filter(channel=channel, finding__in=[one.pk for one in findings]):
        told.setdefault(notice.finding_id, []).append(notice)
    return [row for one in findings for row in changed(channel, one, told.get(one.pk, []), now)]


def changed(channel: Channel, finding: Finding, told: Collection[Notice], now: datetime) -> list[Notice]:
    """Return the alerts of a finding that end, and the one that begins."""
    wanted = finding.resolved_at is None and wants(channel, finding)
    if wanted and is_silent(finding, now):
        return []
    over = {one.number for one in told if one.event == Notice.RESOLVED}
    begun = [one for one in told if one.event == Notice.OPENED and one.number not in over]
    same = [one for one in begun if wanted and severity_of(one) == finding.severity]
    ends = [one.number for one in begun if one.sent_at and one not in same]
    rows = [Notice(channel=channel, finding=finding, event=Notice.RESOLVED, number=number) for number in ends]
    if wanted and not same:
        number = next_number(told, finding.severity)
        rows.append(Notice(channel=channel, finding=finding, event=Notice.OPENED, number=number))
    return rows


def next_number(told: Iterable[Notice], severity: str) -> int:
    """Return the number of a finding's next alert, so that its severity can be told from it."""
    rounds = max((one.number // len(SEVERITIES) + 1 for one in told), default=0)
    return rounds * len(SEVERITIES) + SEVERITIES.index(severity)


def lasting(due: Q, attempts: int, now: datetime) -> list[Notice]:
    """Return the beginnings of alerts that last and are due: told before, or tried so many times in vain."""
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
        one
        for one in begun.select_related("channel", "finding__cluster")
        if wants(one.channel, one.finding)
        and severity_of(one) == one.finding.severity
        and not is_silent(one.finding, now)
    ]


def message(notice: Notice, now: datetime) -> Message:
    """Return an alert, which ends by itself unless it is told again."""
    finding = notice.finding
    if notice.event == Notice.RESOLVED:
        ended = max(finding.resolved_at or notice.made_at, finding.since)
    else:
        ended = finding.resolved_at or now + LASTS
    return replace(of_finding(finding), severity=severity_of(notice), ended=ended)
