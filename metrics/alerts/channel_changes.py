"""Adding, changing, testing and deleting channels, in the audit log too, without addresses: they hold tokens."""

from dataclasses import asdict

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import record
from accounts.models import AuditEntry
from clusters.changes import Plan, Step
from clusters.findings import INFO
from metrics.alerts.forms import ChannelForm
from metrics.alerts.transports import Message, carry
from metrics.models import Channel

MANAGE = "channels.manage"


def plan(typed: Channel) -> Plan:
    """Return what saving a channel changes; for its address only that it changes."""
    stored = Channel.objects.filter(pk=typed.pk).first()
    old, new = values_of(stored) if stored else {}, values_of(typed)
    if stored and stored.secrets.get("url") != typed.secrets.get("url"):
        new["address"] = "stored anew"
    steps = tuple(Step(name, old.get(name), new[name]) for name in new if old.get(name) != new[name])
    return Plan(MANAGE, stored.name if stored else typed.name, steps)


def plan_end(channel: Channel) -> Plan:
    return Plan(MANAGE, channel.name, (Step(channel.name, "there", None),))


def values_of(channel: Channel) -> dict[str, str]:
    """Return a channel as text by name; for its address only whether it is set."""
    values = {name: str(getattr(channel, name)) for name in ChannelForm.Meta.fields}
    return values | {"address": "stored" if channel.secrets.get("url") else ""}


@transaction.atomic
def save(request: HttpRequest, typed: Channel) -> None:
    planned = plan(typed)
    typed.save()
    record_change(request, planned)


@transaction.atomic
def delete(request: HttpRequest, channel: Channel) -> None:
    """Delete a channel, and its notices with it."""
    record_change(request, plan_end(channel))
    channel.delete()


def record_change(request: HttpRequest, planned: Plan) -> None:
    steps = [asdict(step) for step in planned.steps]
    record(request, MANAGE, cluster="", resource=planned.resource, steps=steps, outcome=AuditEntry.DONE)


def send_trial(request: HttpRequest, channel: Channel) -> str:
    """Send a message that says it is a test; return why that failed, or ""."""
    now = timezone.now()
    text = f"{request.user.get_username()} tests this channel. Nothing is wrong."
    title, advice = "A test of kafkaadmin", "Nothing needs to be done."
    return carry(channel, [Message("kafkaadmin", "test", "", INFO, title, text, advice, now, now)])
