"""How a message is sent: through Apprise, or to Alertmanager's v2 API."""

import json
import logging
from dataclasses import dataclass
from datetime import datetime

import requests

from clusters.findings import CRITICAL, WARNING
from metrics.findings.advice import advice
from metrics.models import Channel, FindingRow, Notice

SECONDS = 10.0
TITLES = {Notice.OPENED: "", Notice.REPEATED: "Still: ", Notice.RESOLVED: "Resolved: "}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """What is sent about one finding. ``ended`` is in the future where it ends by itself unless it is sent again."""

    cluster: str
    rule: str
    subject: str
    severity: str
    title: str
    text: str
    advice: str
    started: datetime
    ended: datetime | None


def message_of(notice: Notice) -> Message:
    return of_finding(notice.finding, TITLES.get(notice.event, ""))


def of_finding(finding: FindingRow, prefix: str = "") -> Message:
    words = advice(finding.rule)
    about = f"{finding.subject}: " if finding.subject else ""
    threshold = f" ({finding.threshold})" if finding.threshold else ""
    names = f" – {', '.join(finding.names)}" if finding.names else ""
    return Message(
        cluster=finding.cluster.name,
        rule=finding.rule,
        subject=finding.subject,
        severity=finding.severity,
        title=f"{prefix}{words.title}",
        text=f"{about}{finding.value}{threshold}{names}",
        advice=words.action,
        started=finding.since,
        ended=finding.resolved_at,
    )


def carry(channel: Channel, messages: list[Message]) -> str:
    """Send messages together; return why that failed, or "". Addresses are never part of the reason."""
    url = channel.secrets.get("url", "")
    try:
        if channel.kind == Channel.ALERTMANAGER:
            return to_alertmanager(url, messages)
        return through_apprise(url, messages)
    except Exception:  # whatever a service's library raises, the notice must be tried again
        log.exception("%s could not be told.", channel.name)
        return "It could not be sent; the worker's log has the reason."


def through_apprise(url: str, messages: list[Message]) -> str:
    """Send one text for all messages of a cluster, worst first. Apprise is imported late: few processes need it."""
    import apprise

    sender = apprise.Apprise()
    if not url or not sender.add(url):
        return "The address is none that Apprise knows."
    order = {CRITICAL: 0, WARNING: 1}
    ordered = sorted(messages, key=lambda message: order.get(message.severity, 2))
    first, more = ordered[0], len(ordered) - 1
    title = f"[{first.cluster}] {first.title}" + (f" and {more} more" if more else "")
    body = "\n\n".join(
        f"{message.severity.upper()}: {message.title}\n{message.text}\n{message.advice}" for message in ordered
    )
    kind = (
        "success"
        if all(message.ended for message in ordered)
        else {CRITICAL: "failure", WARNING: "warning"}.get(first.severity, "info")
    )
    sent = sender.notify(body=body, title=title, notify_type=apprise.NotifyType(kind))
    return "" if sent else "The service did not take it; check the address and its token."


def to_alertmanager(url: str, messages: list[Message]) -> str:
    """Post alerts to ``/api/v2/alerts``."""
    try:
        response = requests.post(
            f"{url.rstrip('/')}/api/v2/alerts",
            data=json.dumps([alert(message) for message in messages]),
            headers={"Content-Type": "application/json"},
            timeout=(2, SECONDS),
            allow_redirects=False,
        )
    except requests.RequestException as error:
        return f"Alertmanager cannot be reached: {type(error).__name__}."
    return "" if response.status_code == 200 else f"Alertmanager answers with status {response.status_code}."


def alert(message: Message) -> dict[str, object]:
    """Return an alert in Alertmanager's form; its labels identify it."""
    labels = {
        "alertname": message.rule,
        "severity": message.severity,
        "cluster": message.cluster,
        "subject": message.subject,
    }
    form: dict[str, object] = {
        "labels": {name: value for name, value in labels.items() if value},
        "annotations": {"summary": message.title, "description": message.text, "runbook": message.advice},
        "startsAt": message.started.isoformat(),
    }
    return form | ({"endsAt": message.ended.isoformat()} if message.ended else {})
