"""How a message is sent: through Apprise, or to Alertmanager's v2 API."""

import json
import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from clusters.findings import CRITICAL, WARNING
from core.outgoing import Access, OutgoingFailure, exchange
from core.web.paths import reverse
from metrics.catalogue.own_rules import name_of
from metrics.findings.advice import advice
from metrics.models import Channel, FindingRow, Notice

SECONDS = 10.0
MAX_BYTES = 1_000_000
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
    link: str = ""


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
        link=link_of(finding),
    )


def link_of(finding: FindingRow) -> str:
    """Return the page of a finding where people open it; nothing where that is not configured."""
    if not settings.PUBLIC_URL:
        return ""
    path = reverse("finding", finding.cluster.slug, finding.pk).removeprefix(settings.FORCE_SCRIPT_NAME or "")
    return f"{settings.PUBLIC_URL}{path}"


def carry(channel: Channel, messages: list[Message]) -> str:
    """Send messages together; return why that failed, or "". Addresses are never part of the reason."""
    url = channel.secrets.get("url", "")
    try:
        if channel.kind == Channel.ALERTMANAGER:
            return to_alertmanager(url, messages)
        return through_apprise(url, messages)
    except Exception:  # whatever a service's library raises, the notice must be tried again
        log.exception("%s could not be notified.", channel.name)
        return "Sending failed; see the worker's log for the reason."


def through_apprise(url: str, messages: list[Message]) -> str:
    """Send one text for all messages of a cluster, worst first; as JSON where Apprise does not know the address.

    Apprise is imported late: few processes need it.
    """
    from metrics.alerts import apprise_sender, webhook

    order = {CRITICAL: 0, WARNING: 1}
    ordered = sorted(messages, key=lambda message: order.get(message.severity, 2))
    first, more = ordered[0], len(ordered) - 1
    title = f"[{first.cluster}] {first.title}" + (f" and {more} more" if more else "")
    body = "\n\n".join(
        "\n".join(
            filter(None, (f"{message.severity.upper()}: {message.title}", message.text, message.advice, message.link))
        )
        for message in ordered
    )
    if webhook.is_web_address(url) and not apprise_sender.is_known(url):
        return webhook.send(url, title, body, ordered)
    kind = {CRITICAL: "failure", WARNING: "warning"}.get(first.severity, "info")
    return apprise_sender.send(url, title, body, "success" if all(message.ended for message in ordered) else kind)


def to_alertmanager(url: str, messages: list[Message]) -> str:
    """Post alerts to ``/api/v2/alerts``."""
    body = json.dumps([alert(message) for message in messages]).encode()
    as_json = Access(headers=(("Content-Type", "application/json"),))
    address = f"{url.rstrip('/')}/api/v2/alerts"
    try:
        response = exchange(address, as_json, seconds=SECONDS, max_bytes=MAX_BYTES, method="POST", data=body)
    except OutgoingFailure as failure:  # whose sentence may hold the address, which may hold a key
        return f"Alertmanager is unreachable. {failure.advice}".strip()
    return "" if response.status == 200 else f"Alertmanager returned status {response.status}."


def alert(message: Message) -> dict[str, object]:
    """Return an alert in Alertmanager's form; its labels identify it."""
    labels = {
        "alertname": name_of(message.rule),
        "severity": message.severity,
        "cluster": message.cluster,
        "subject": message.subject,
    }
    form: dict[str, object] = {
        "labels": {name: value for name, value in labels.items() if value},
        "annotations": {"summary": message.title, "description": message.text, "runbook": message.advice},
        "startsAt": message.started.isoformat(),
    }
    if message.link:
        form["generatorURL"] = message.link
    return form | ({"endsAt": message.ended.isoformat()} if message.ended else {})
