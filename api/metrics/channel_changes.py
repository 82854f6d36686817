"""Adding, changing, testing and deleting channels. Addresses go in and never come out."""

from typing import Any, Literal

from ninja import Field, Query, Schema, Status
from pydantic import SecretStr

from api.kit.access import ApiRequest, everywhere
from api.kit.bodies import filled, values_in
from api.kit.changes import CHANGED, CREATED, ChangeParams, change_own_records
from api.kit.types import Body, Text
from api.metrics.channels import CHANNEL, CHANNELS, router, show_channel
from metrics.alerts import channel_changes as changes
from metrics.alerts.forms import ChannelForm
from metrics.alerts.routing import severities_of
from metrics.models import Channel

Severity = Literal["critical", "warning", "info"]


class ChannelIn(Body):
    """A notification channel. Omitted fields keep their value, or the default."""

    name: Text | None = Field(None, max_length=100)
    kind: Literal["apprise", "alertmanager"] | None = None
    enabled: bool | None = None
    severity: Severity | None = Field(None, description="Minimum severity; instead of `severities`.")
    severities: list[Severity] | None = Field(None, description="Exactly these severities.")
    clusters: list[Text] | None = Field(None, description="Short names of clusters; empty for all.")
    rules: list[Text] | None = Field(
        None, description="Rules, as in alerts: built-in ones, and own ones, e.g. `lag:Billing is late`; empty for all."
    )
    cluster_glob: Text | None = Field(None, max_length=200)
    rule_glob: Text | None = Field(None, max_length=200)
    subject_glob: Text | None = Field(None, max_length=200)
    repeat_hours: int | None = Field(None, ge=0, le=100_000)
    tell_resolved: bool | None = None
    address: SecretStr | None = Field(
        None, description="A webhook (`https://…`) or an Apprise URL, e.g. `slack://…`; for Alertmanager its URL."
    )


class TrialOut(Schema):
    """The result of a test notification."""

    ok: bool
    error: str = Field(description="The error, without the URL; empty if the test was sent.")


def form_for(channel: Channel, body: ChannelIn) -> ChannelForm:
    """Return the page's form, filled with the present values and the changes.

    Raises:
        Refused: the form does not accept them.
    """
    given = values_in(body)
    severities = [] if "severity" in given else severities_of(channel)
    return filled(ChannelForm, channel, {"severities": severities, **given})


@router.post(CHANNELS, response=CREATED, auth=everywhere("channels.manage"))
def add_channel(request: ApiRequest, body: ChannelIn, params: Query[ChangeParams]) -> Status[Any]:
    """Add a notification channel."""
    typed = form_for(Channel(), body).unsaved()
    return change_own_records(params, changes.plan(typed), lambda: changes.save(request, typed), status=201)


@router.patch(CHANNEL, response=CHANGED, auth=everywhere("channels.manage"))
def edit_channel(request: ApiRequest, channel: str, body: ChannelIn, params: Query[ChangeParams]) -> Status[Any]:
    """Change a notification channel. An omitted URL is kept."""
    typed = form_for(show_channel(request, channel), body).unsaved()
    return change_own_records(params, changes.plan(typed), lambda: changes.save(request, typed))


@router.delete(CHANNEL, response=CHANGED, auth=everywhere("channels.manage"))
def delete_channel(request: ApiRequest, channel: str, params: Query[ChangeParams]) -> Status[Any]:
    """Delete a notification channel."""
    row = show_channel(request, channel)
    return change_own_records(params, changes.plan_end(row), lambda: changes.delete(request, row))


@router.post("/channel-tests", response=TrialOut, auth=everywhere("channels.manage"))
def test_new_channel(request: ApiRequest, body: ChannelIn) -> TrialOut:
    """Send a test notification to a channel without saving it."""
    error = changes.send_trial(request, form_for(Channel(), body).unsaved())
    return TrialOut(ok=not error, error=error)


@router.post(f"{CHANNEL}/test", response=TrialOut, auth=everywhere("channels.manage"))
def test_channel(request: ApiRequest, channel: str, body: ChannelIn) -> TrialOut:
    """Send a test notification to a channel with the given changes; nothing is saved."""
    error = changes.send_trial(request, form_for(show_channel(request, channel), body).unsaved())
    return TrialOut(ok=not error, error=error)
