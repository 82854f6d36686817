"""Channels that findings are sent to, and the notices. Addresses never come out."""

from datetime import datetime
from typing import Any

from ninja import Field, Query, Router, Schema

from api.kit.access import ApiRequest, everywhere
from api.kit.paging import paged
from api.kit.problems import named
from api.kit.types import Page, Pages
from metrics.alerts.routing import severities_of
from metrics.models import Channel, Notice

router = Router(tags=["Notification channels"])
CHANNELS, CHANNEL = "/channels", "/channels/{name:channel}"


class ChannelOut(Schema):
    """A notification channel, and which alerts it gets."""

    name: str
    kind: str = Field(description="`apprise` or `alertmanager`.")
    enabled: bool
    severity: str = Field(description="Minimum severity.")
    severities: list[str] = Field(description="The severities that it is notified of.")
    clusters: list[str] = Field(description="Short names of the clusters that it is notified of; empty for all.")
    rules: list[str] = Field(description="The rules that it is notified of; empty for all.")
    cluster_glob: str
    rule_glob: str
    subject_glob: str
    repeat_hours: int
    tell_resolved: bool
    secrets: list[str] = Field(description="The names of saved secrets; their values are never returned.")

    @staticmethod
    def resolve_severities(channel: Channel) -> list[str]:
        return severities_of(channel)

    @staticmethod
    def resolve_clusters(channel: Channel) -> list[str]:
        return channel.clusters or []

    @staticmethod
    def resolve_rules(channel: Channel) -> list[str]:
        return channel.rules or []

    @staticmethod
    def resolve_secrets(channel: Channel) -> list[str]:
        return ["address"] if channel.secrets.get("url") else []


class NoticeOut(Schema):
    """A notification of an alert to a channel, sent or pending."""

    channel: str
    cluster: str
    finding: int
    rule: str
    subject: str
    event: str = Field(description="`opened`, `repeated` or `resolved`.")
    made_at: datetime
    sent_at: datetime | None = Field(description="null until it was sent.")
    attempts: int
    error: str


def notice_out(notice: Notice) -> dict[str, Any]:
    own = {name: getattr(notice, name) for name in ("event", "made_at", "sent_at", "attempts", "error")}
    finding = notice.finding
    about = {"cluster": finding.cluster.slug, "finding": finding.pk, "rule": finding.rule, "subject": finding.subject}
    return {"channel": notice.channel.name, **about, **own}


@router.get(CHANNELS, response=list[ChannelOut], auth=everywhere("channels.manage"))
def list_channels(request: ApiRequest) -> list[Channel]:
    """List notification channels."""
    return list(Channel.objects.all())


@router.get("/notices", response=Page[NoticeOut], auth=everywhere("channels.manage"))
def list_notices(request: ApiRequest, params: Query[Pages]) -> dict[str, Any]:
    """List recent notifications, sent or pending, newest first."""
    part = paged(Notice.objects.select_related("channel", "finding__cluster"), params, "-made_at")
    return {**part, "items": [notice_out(notice) for notice in part["items"]]}


@router.get(CHANNEL, response=ChannelOut, auth=everywhere("channels.manage"))
def show_channel(request: ApiRequest, channel: str) -> Channel:
    """Show one notification channel, without its URL."""
    return named(Channel.objects.all(), "name", channel, "channel")
