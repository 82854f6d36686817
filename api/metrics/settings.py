"""Where a cluster's metrics come from: shown, changed and tested. Secrets and headers go in and never come out."""

from typing import Any, Literal

from django.forms.models import model_to_dict
from ninja import Field, Query, Router, Schema, Status
from pydantic import SecretStr

from api.kit.access import ApiRequest, on_cluster
from api.kit.bodies import filled, values_in
from api.kit.changes import CHANGED, ChangeParams, change_own_records
from api.kit.problems import Refused
from api.kit.types import Body, Line, Text
from clusters.models import Cluster
from metrics import settings_changes as changes
from metrics.forms import SECRETS, MetricsForm
from metrics.sources.settings import pairs, settings_of
from metrics.sources.source_test import Verdict, probe

router = Router(tags=["Metrics"])
SETTINGS = "/metrics-settings"
PAIRS = {"exporters": "=", "queries": "=", "headers": ":"}  # objects here, lines in the form
BY_BROKER = "`host:port` of exporters by broker id, for exporters on other hosts."


class MetricsSettingsOut(Schema):
    """The metrics source of a cluster. Times are in seconds."""

    source: str
    interval: int
    url: str
    matchers: str
    scheme: str
    port: int
    path: str
    exporters: dict[str, str] = Field(description=BY_BROKER)
    queries: dict[str, str] = Field(description="Custom selectors, by signal.")
    username: str
    ca_pem: str
    certificate_pem: str
    verify: bool
    slow_produce_warning: int = Field(description="Milliseconds.")
    slow_produce_critical: int = Field(description="Milliseconds.")
    headers: list[str] = Field(description="The names of extra headers; their values are never returned.")
    secrets: list[str] = Field(description="The names of saved secrets; their values are never returned.")


class MetricsSettingsIn(Body):
    """Settings to change; omitted ones stay unchanged."""

    source: Literal["", "prometheus", "exporters"] | None = None
    interval: int | None = None
    url: Line | None = None
    matchers: Line | None = None
    scheme: Literal["http", "https"] | None = None
    port: int | None = None
    path: Line | None = None
    exporters: dict[Line, Line] | None = Field(None, description=f"The complete list. {BY_BROKER}")
    queries: dict[Line, Line] | None = Field(None, description="The complete list of custom selectors, by signal.")
    headers: dict[Line, Line] | None = Field(None, description="The complete list, e.g. `X-Scope-OrgID`.")
    username: Line | None = None
    ca_pem: Text | None = None
    certificate_pem: Text | None = None
    verify: bool | None = None
    slow_produce_warning: int | None = None
    slow_produce_critical: int | None = None
    password: SecretStr | None = None
    token: SecretStr | None = None
    key_pem: SecretStr | None = None


class SourceVerdictOut(Schema):
    """The result of testing a metrics source."""

    level: str = Field(description="`ok`, `warning` or `critical`.")
    sentence: str
    advice: str
    suggestions: list[str] = Field(description="Label matchers that select this cluster's brokers.")


def form_for(cluster: Cluster, body: MetricsSettingsIn) -> MetricsForm:
    """Return the page's form, filled with the present values and the changes.

    Raises:
        Refused: the form does not accept them.
    """
    present = settings_of(cluster)
    given = values_in(body)
    if given.get("headers") == {} and present.secrets.get("headers"):
        given["forget"] = ["headers"]
    for name, sign in PAIRS.items():
        if name in given:
            given[name] = "\n".join(f"{left}{sign}{right}" for left, right in given[name].items())
    return filled(MetricsForm, present, given)


@router.get(SETTINGS, response=MetricsSettingsOut, auth=on_cluster("metrics.configure"))
def show_metrics_settings(request: ApiRequest) -> dict[str, Any]:
    """Show the metrics source of a cluster, without secrets."""
    metrics_settings = settings_of(request.cluster)
    fields = model_to_dict(metrics_settings, fields=MetricsForm.Meta.fields)
    fields["headers"] = metrics_settings.secrets.get("headers", "")
    listed = {name: dict(pairs(fields[name], sign)) for name, sign in PAIRS.items()}
    stored = [name for name in SECRETS if name != "headers" and metrics_settings.secrets.get(name)]
    return {**fields, **listed, "headers": list(listed["headers"]), "secrets": stored}


@router.patch(SETTINGS, response=CHANGED, auth=on_cluster("metrics.configure"))
def change_metrics_settings(request: ApiRequest, body: MetricsSettingsIn, params: Query[ChangeParams]) -> Status[Any]:
    """Change the metrics source of a cluster; it applies from the next poll on. An omitted secret is kept."""
    typed = form_for(request.cluster, body).unsaved()
    return change_own_records(params, changes.plan(typed), lambda: changes.save(request, typed))


@router.post(f"{SETTINGS}/test", response=SourceVerdictOut, auth=on_cluster("metrics.configure"))
def test_metrics_settings(request: ApiRequest, body: MetricsSettingsIn) -> Verdict:
    """Test the metrics source once with the given changes; nothing is saved."""
    typed = form_for(request.cluster, body).unsaved()
    if not typed.source:
        text = "There is no metrics source to test."
        raise Refused(422, text, "Set source to prometheus or exporters.", {"source": [text]})
    return probe(request.cluster, typed)
