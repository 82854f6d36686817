"""The pages of alert rules: the list, one of them with what it matches, and its end."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import escape

from accounts.access import guarded_by_pattern
from core.web.lists import parameter
from core.web.page import page
from core.web.toasts import toast
from metrics.catalogue.own_rules import KINDS, LAG
from metrics.models import AlertRule
from metrics.own_rules import changes, queries
from metrics.own_rules.forms import RuleForm
from metrics.own_rules.queries import MANAGE
from metrics.own_rules.source import condition_of
from metrics.own_rules.units import threshold_of

LONGEST = 500  # characters of a pattern


@guarded_by_pattern(MANAGE)
def rules(request: HttpRequest) -> HttpResponse:
    """List the rules that the person may change, with their open alerts."""
    rows = queries.manageable(request)
    counts = queries.open_alerts(request, rows)
    listed = [(rule, condition_of(rule).sentence, counts.get(rule.key, 0)) for rule in rows]
    return page(request, "metrics/rules.html", {"rules": listed})


@guarded_by_pattern(MANAGE)
def add(request: HttpRequest) -> HttpResponse:
    return rule_form(request, AlertRule())


@guarded_by_pattern(MANAGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return rule_form(request, rule_or_404(request, pk))


@guarded_by_pattern(MANAGE)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    rule = rule_or_404(request, pk)
    if request.method == "POST":
        changes.delete(request, rule)
        toast(request, f"Rule {rule.name} deleted.")
        return redirect("rules")
    return page(request, "metrics/rule_delete.html", {"rule": rule, "plan": changes.plan_end(rule)})


@guarded_by_pattern(MANAGE)
def matched(request: HttpRequest) -> HttpResponse:
    """Say what the patterns match that are typed into the form of a rule, which need not be complete yet."""
    kind = parameter(request, "kind")
    rule = AlertRule(
        kind=kind if kind in KINDS else LAG,
        cluster_glob=parameter(request, "cluster_glob")[:LONGEST],
        resource_glob=parameter(request, "resource_glob")[:LONGEST],
    )
    threshold = threshold_of(rule.kind, parameter(request, "threshold"))
    rule.threshold = threshold or Decimal(0)
    return HttpResponse(escape(queries.matches(request, rule, with_threshold=threshold is not None).text))


def rule_or_404(request: HttpRequest, pk: int) -> AlertRule:
    """Return a rule that the person may change.

    Raises:
        Http404: there is none.
    """
    rule = next((rule for rule in queries.manageable(request) if rule.pk == pk), None)
    if rule is None:
        raise Http404("There is no such alert rule.")
    return rule


def rule_form(request: HttpRequest, rule: AlertRule) -> HttpResponse:
    """Show a rule, what it matches and what would be changed, or save it."""
    form = RuleForm(request.POST or None, request=request, instance=rule)
    name = rule.name
    context: dict[str, Any] = {"form": form, "rule": rule if rule.pk else None, "name": name}
    if request.method == "POST" and form.is_valid():
        typed = form.unsaved()
        if request.POST.get("action") != "preview":
            changes.save(request, typed)
            toast(request, f"Rule {typed.name} saved.")
            return redirect("rules")
        context |= {"plan": changes.plan(typed), "matches": queries.matches(request, typed)}
    elif rule.pk and request.method != "POST":
        context["matches"] = queries.matches(request, rule)
    return page(request, "metrics/own_rule.html", context, "plan", status=422 if form.errors else 200)
