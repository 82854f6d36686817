"""The pages of channels: the list, a test of each, and what was sent."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect

from accounts.access import guarded
from clusters.connections.form_secrets import TypedSecrets
from core.web.page import page
from core.web.toasts import toast
from metrics.alerts import channel_changes as changes
from metrics.alerts.channel_changes import MANAGE
from metrics.alerts.forms import ChannelForm
from metrics.alerts.routing import severities_of
from metrics.alerts.rule_choices import title_of
from metrics.models import Channel, Notice


@guarded(MANAGE)
def channels(request: HttpRequest) -> HttpResponse:
    context = {
        "channels": [
            (channel, severities_of(channel), [title_of(rule) for rule in channel.rules or ()])
            for channel in Channel.objects.all()
        ],
        "notices": Notice.objects.select_related("channel", "finding__cluster")[:50],
    }
    return page(request, "metrics/channels.html", context)


@guarded(MANAGE)
def add(request: HttpRequest) -> HttpResponse:
    return channel_form(request, Channel())


@guarded(MANAGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return channel_form(request, get_object_or_404(Channel, pk=pk))


def channel_form(request: HttpRequest, channel: Channel) -> HttpResponse:
    typed_secrets = TypedSecrets(request, channel.pk)
    form = ChannelForm(request.POST or None, instance=channel, typed_before=typed_secrets.so_far())
    tried = None
    if request.method == "POST":
        typed_secrets.keep(form.typed_secrets())
    if request.method == "POST" and form.is_valid():
        typed = form.unsaved()
        if request.POST.get("action") != "test":
            typed_secrets.forget()
            changes.save(request, typed)
            toast(request, f"Channel {typed.name} saved.")
            return redirect("channels")
        tried = (changes.send_trial(request, typed),)
    context = {
        "form": form,
        "channel": channel if channel.pk else None,
        "tried": tried,
        "attempt": typed_secrets.attempt,
        "has_typed": bool(form.is_bound and form.typed_secrets()["url"]),
    }
    return page(request, "metrics/channel.html", context, status=422 if form.errors else 200)


@guarded(MANAGE)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    channel = get_object_or_404(Channel, pk=pk)
    changes.delete(request, channel)
    toast(request, f"Channel {channel.name} deleted.")
    return redirect("channels")
