"""Channels that findings are sent to, and the notices. Addresses never come out."""

from datetime import datetime
from typing import Any

from ninja import Field, Query, Router, Schema

from api.kit.access import ApiRequest, everywhere
from api.kit.paging import paged
from api.kit.problems import named
from api.kit.types import Page, Pages
from metrics.models import Channel, Notice

router = Router(tags=["Channels"])
CHANNELS, CHANNEL = "/channels", "/channels/{name:channel}"


class ChannelOut(Schema):
    """A channel, and which findings it gets."""

    name: str
    kind: str = Field(description="`apprise` or `alertmanager`.")
    enabled: bool
    severity: str = Field(description="The least severe finding that is sent.")
    cluster_glob: str
    rule_glob: str
    subject_glob: str
    repeat_hours: int
    tell_resolved: bool
    secrets: list[str] = Field(description="The names of the secrets that are stored; they are never told.")

    @staticmethod
    def resolve_secrets(channel: Channel) -> list[str]:
        return ["address"] if channel.secrets.get("url") else []


class NoticeOut(Schema):
    """A notice of a finding to a channel, sent or still to be sent."""

    channel: str
    cluster: str
    finding: int
    rule: str
    subject: str
    event: str = Field(description="`opened`, `repeated` or `resolved`.")
    made_at: datetime
    sent_at: datetime | None = Field(description="null while it could not be sent.")
    attempts: int
    error: str


def notice_out(notice: Notice) -> dict[str, Any]:
    own = {name: getattr(notice, name) for name in ("event", "made_at", "sent_at", "attempts", "error")}
    finding = notice.finding
    about = {"cluster": finding.cluster.slug, "finding": finding.pk, "rule": finding.rule, "subject": finding.subject}
    return {"channel": notice.channel.name, **about, **own}


@router.get(CHANNELS, response=list[ChannelOut], auth=everywhere("channels.manage"))
def list_channels(request: ApiRequest) -> list[Channel]:
    """List channels."""
    return list(Channel.objects.all())


@router.get("/notices", response=Page[NoticeOut], auth=everywhere("channels.manage"))
def list_notices(request: ApiRequest, params: Query[Pages]) -> dict[str, Any]:
    """List the notices that channels were sent or are still to be sent, newest first."""
    part = paged(Notice.objects.select_related("channel", "finding__cluster"), params, "-made_at")
    return {**part, "items": [notice_out(notice) for notice in part["items"]]}


@router.get(CHANNEL, response=ChannelOut, auth=everywhere("channels.manage"))
def show_channel(request: ApiRequest, channel: str) -> Channel:
    """Show one channel, without its address."""
    return named(Channel.objects.all(), "name", channel, "channel")
