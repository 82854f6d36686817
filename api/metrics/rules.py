"""Alert rules that users define: which there are, what their patterns match, and changing them."""

from decimal import Decimal
from typing import Any, Literal

from ninja import Field, Query, Router, Schema, Status

from api.kit.access import ApiRequest, by_pattern
from api.kit.bodies import values_in
from api.kit.changes import CHANGED, CREATED, ChangeParams, change_own_records
from api.kit.problems import Refused, invalid
from api.kit.types import Body, Line
from metrics.models import AlertRule
from metrics.own_rules import changes, queries
from metrics.own_rules.forms import LONGEST, RuleForm
from metrics.own_rules.units import LARGEST

router = Router(tags=["Alerts"])
RULES, RULE = "/alert-rules", "/alert-rules/{name:rule}"
Kind = Literal["lag", "time-lag", "rate-above", "rate-below"]
Severity = Literal["critical", "warning", "info"]
THRESHOLD = "Records for `lag`, seconds for `time-lag`, records per second for the rates; at most three decimals."


class AlertRuleOut(Schema):
    """An alert rule."""

    name: str
    kind: Kind
    severity: Severity
    cluster_glob: str
    resource_glob: str = Field(description="Consumer groups; topics for the rates.")
    threshold: float = Field(description=THRESHOLD)
    for_seconds: int
    enabled: bool
    key: str = Field(description="The `rule` of its alerts, and in the patterns of notification channels.")


class MatchedAlertRule(AlertRuleOut):
    """An alert rule, and what its patterns match of what the user has access to."""

    clusters: int
    resources: int
    met: int = Field(description="Groups or topics that pass the threshold now.")


class AlertRuleIn(Body):
    """An alert rule. Omitted fields keep their value, or the default."""

    name: Line | None = Field(None, max_length=60)
    kind: Kind | None = None
    severity: Severity | None = None
    cluster_glob: Line | None = Field(None, max_length=200)
    resource_glob: Line | None = Field(None, max_length=500)
    threshold: float | None = Field(None, ge=0, lt=float(LARGEST), description=THRESHOLD)
    for_seconds: int | None = Field(None, ge=0, le=LONGEST)
    enabled: bool | None = None


def rule_of(request: ApiRequest, name: str) -> AlertRule:
    """Return the rule that an address names.

    Raises:
        Refused: there is none that the user can change.
    """
    for rule in queries.manageable(request):
        if rule.name == name:
            return rule
    raise Refused(404, f"There is no alert rule {name}.", "Check the list.")


def form_for(request: ApiRequest, rule: AlertRule, body: AlertRuleIn) -> RuleForm:
    """Return the page's form, filled with the present values and the changes.

    Raises:
        Refused: the form does not accept them.
    """
    given = values_in(body)
    values = {name: getattr(rule, name) for name in (*RuleForm.Meta.fields, "threshold", "for_seconds")} | given
    if not rule.pk and "threshold" not in given:
        values["threshold"] = ""
    elif "threshold" in given:
        values["threshold"] = f"{Decimal(str(given['threshold'])):f}"
    form = RuleForm(values | {"lasting": f"{values['for_seconds']} s"}, request=request, instance=rule)
    if not form.is_valid():
        raise invalid(form)
    return form


@router.get(RULES, response=list[AlertRuleOut], auth=by_pattern("rules.manage"))
def list_rules(request: ApiRequest) -> list[AlertRule]:
    """List the alert rules that the user can change."""
    return queries.manageable(request)


@router.get(RULE, response=MatchedAlertRule, auth=by_pattern("rules.manage"))
def show_rule(request: ApiRequest, rule: str) -> dict[str, Any]:
    """Show an alert rule, and what its patterns match."""
    row = rule_of(request, rule)
    matched = queries.matches(request, row)
    own = {name: getattr(row, name) for name in AlertRuleOut.model_fields}
    return {**own, "clusters": matched.clusters, "resources": matched.subjects, "met": matched.met}


@router.post(RULES, response=CREATED, auth=by_pattern("rules.manage"))
def add_rule(request: ApiRequest, body: AlertRuleIn, params: Query[ChangeParams]) -> Status[Any]:
    """Add an alert rule."""
    typed = form_for(request, AlertRule(), body).unsaved()
    return change_own_records(params, changes.plan(typed), lambda: changes.save(request, typed), status=201)


@router.patch(RULE, response=CHANGED, auth=by_pattern("rules.manage"))
def edit_rule(request: ApiRequest, rule: str, body: AlertRuleIn, params: Query[ChangeParams]) -> Status[Any]:
    """Change an alert rule. Its open alerts are resolved if it is switched off, or its kind changes."""
    typed = form_for(request, rule_of(request, rule), body).unsaved()
    return change_own_records(params, changes.plan(typed), lambda: changes.save(request, typed))


@router.delete(RULE, response=CHANGED, auth=by_pattern("rules.manage"))
def delete_rule(request: ApiRequest, rule: str, params: Query[ChangeParams]) -> Status[Any]:
    """Delete an alert rule. Its open alerts are resolved."""
    row = rule_of(request, rule)
    return change_own_records(params, changes.plan_end(row), lambda: changes.delete(request, row))
