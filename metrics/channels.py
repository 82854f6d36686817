"""Who is told of findings: channels, a test of each, and what was sent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.access import guarded, record
from accounts.models import AuditEntry
from clusters.findings import INFO
from kafkaadmin.web.page import page
from metrics.carriers import Message, carry
from metrics.forms import ChannelForm
from metrics.models import Channel, Notice

MANAGE = "channels.manage"


def note(request: HttpRequest, channel: Channel, before: str | None, after: str | None) -> None:
    """Record a change to channels."""
    steps = [{"subject": channel.name, "before": before, "after": after}]
    record(request, MANAGE, cluster="", resource=channel.name, steps=steps, outcome=AuditEntry.DONE)


@guarded(MANAGE)
def channels(request: HttpRequest) -> HttpResponse:
    """List channels, and what was sent last."""
    context = {
        "channels": Channel.objects.all(),
        "notices": Notice.objects.select_related("channel", "finding__cluster")[:50],
    }
    return page(request, "metrics/channels.html", context)


@guarded(MANAGE)
def add(request: HttpRequest) -> HttpResponse:
    """Add a channel."""
    return channel_form(request, Channel())


@guarded(MANAGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a channel, or try it."""
    return channel_form(request, get_object_or_404(Channel, pk=pk))


def channel_form(request: HttpRequest, channel: Channel) -> HttpResponse:
    """Show, try or save a channel's form."""
    form = ChannelForm(request.POST or None, instance=channel)
    tried = None
    if request.method == "POST" and form.is_valid():
        typed, new = form.unsaved(), channel.pk is None
        if request.POST.get("action") != "test":
            typed.save()
            after = ", ".join(f"{name}: {form.cleaned_data[name]}" for name in form.Meta.fields)
            note(request, typed, None if new else "as it was", after)
            messages.success(request, f"{typed.name} is saved.")
            return redirect("channels")
        tried = (carry(typed, [trial(request)]),)
    context = {"form": form, "channel": channel if channel.pk else None, "tried": tried}
    return page(request, "metrics/channel.html", context, status=422 if form.errors else 200)


def trial(request: HttpRequest) -> Message:
    """Return the message of a test."""
    now = timezone.now()
    text = f"{request.user.get_username()} tests this channel. Nothing is wrong."
    return Message("kafkaadmin", "test", "", INFO, "A test of kafkaadmin", text, "Nothing needs to be done.", now, now)


@guarded(MANAGE)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a channel."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    channel = get_object_or_404(Channel, pk=pk)
    note(request, channel, "there", None)
    channel.delete()
    messages.success(request, f"{channel.name} is deleted.")
    return redirect("channels")
