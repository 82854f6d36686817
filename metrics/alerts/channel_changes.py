"""Adding, changing, testing and deleting channels, in the audit log too, without addresses: they hold tokens."""

from django.http import HttpRequest
from django.utils import timezone

from accounts.own_records import apply_own_change
from clusters.findings import INFO
from core.plan import Plan, Step
from metrics.alerts.forms import ChannelForm
from metrics.alerts.transports import Message, carry
from metrics.models import Channel

MANAGE = "channels.manage"


def plan(typed: Channel) -> Plan:
    """Return what saving a channel changes; for its address only that it changes."""
    stored = Channel.objects.filter(pk=typed.pk).first()
    old, new = values_of(stored) if stored else {}, values_of(typed)
    if stored and stored.secrets.get("url") != typed.secrets.get("url"):
        new["address"] = "updated"
    steps = tuple(Step(name, old.get(name), new[name]) for name in new if old.get(name) != new[name])
    return Plan(MANAGE, stored.name if stored else typed.name, steps)


def plan_end(channel: Channel) -> Plan:
    return Plan(MANAGE, channel.name, (Step(channel.name, "there", None),))


def values_of(channel: Channel) -> dict[str, str]:
    """Return a channel as text by name; for its address only whether it is set."""
    picked = {name: ", ".join(getattr(channel, name) or ["all"]) for name in ("clusters", "rules")}
    severity = ", ".join(channel.severities) if channel.severities else channel.severity
    fields = [name for name in ChannelForm.Meta.fields if name not in {"severities", *picked}]
    values = {name: str(getattr(channel, name)) for name in fields}
    return values | {"severity": severity, **picked, "address": "stored" if channel.secrets.get("url") else ""}


def save(request: HttpRequest, typed: Channel) -> None:
    apply_own_change(request, plan(typed), typed.save)


def delete(request: HttpRequest, channel: Channel) -> None:
    """Delete a channel, and its notices with it."""
    apply_own_change(request, plan_end(channel), channel.delete)


def send_trial(request: HttpRequest, channel: Channel) -> str:
    """Send a message that says it is a test; return why that failed, or ""."""
    now = timezone.now()
    text = f"{request.user.get_username()} is testing this notification channel. Nothing is wrong."
    title, advice = "Test notification from kafkaadmin", "No action needed."
    return carry(channel, [Message("kafkaadmin", "test", "", INFO, title, text, advice, now, now)])
