"""Adding, changing and deleting alert rules, in the audit log too. A rule that ends takes its open alerts with it."""

from django.http import HttpRequest
from django.utils import timezone

from accounts.access import ASK
from accounts.own_records import apply_own_change
from clusters.gateway.errors import NotAuthorized
from core.plan import Plan, Step
from metrics.models import AlertRule, Channel, FindingRow
from metrics.own_rules.queries import MANAGE, may_manage
from metrics.own_rules.source import condition_of


def values_of(rule: AlertRule) -> dict[str, str]:
    """Return a rule as text by name."""
    return {
        "name": rule.name,
        "condition": condition_of(rule).sentence,
        "severity": rule.severity,
        "clusters": rule.cluster_glob,
        rule.noun: rule.resource_glob,
        "state": "on" if rule.enabled else "off",
    }


def stored(rule: AlertRule) -> AlertRule | None:
    return AlertRule.objects.filter(pk=rule.pk).first()


def plan(typed: AlertRule) -> Plan:
    """Return what saving a rule changes, with the alerts that end by it."""
    before = stored(typed)
    old, new = values_of(before) if before else {}, values_of(typed)
    steps = [Step(name, old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)]
    if before and ends(before, typed):
        steps += ending(before)
    return Plan(MANAGE, before.name if before else typed.name, tuple(steps))


def plan_end(rule: AlertRule) -> Plan:
    return Plan(MANAGE, rule.name, (Step(rule.name, condition_of(rule).sentence, None), *ending(rule)))


def ends(before: AlertRule, typed: AlertRule) -> bool:
    """Tell whether a change ends a rule's alerts: it is switched off, or measures something else."""
    return not typed.enabled or typed.kind != before.kind


def ending(rule: AlertRule) -> list[Step]:
    number = FindingRow.objects.filter(rule=rule.key, resolved_at=None).exclude(opened_at=None).count()
    return [Step("open alerts", str(number), "resolved")] if number else []


def check(request: HttpRequest, rule: AlertRule) -> None:
    """Refuse a rule whose patterns match more than the person's grants cover.

    Raises:
        NotAuthorized: no grant covers it.
    """
    if not may_manage(request, rule):
        about = f"{rule.cluster_glob}/{rule.resource_glob}"
        raise NotAuthorized(f"You don't have access to {about} (needs {MANAGE}).", ASK)


def save(request: HttpRequest, typed: AlertRule) -> None:
    """Save a rule. Under a new name its open alerts go on.

    Raises:
        NotAuthorized: no grant covers it, as it was or as it will be.
    """
    before = stored(typed)
    for rule in filter(None, (before, typed)):
        check(request, rule)

    def apply() -> None:
        typed.save()
        if before and ends(before, typed):
            resolve(before)
        elif before and before.key != typed.key:
            FindingRow.objects.filter(rule=before.key, resolved_at=None).update(rule=typed.key)
        if before and before.key != typed.key:
            rename_in_channels(before.key, typed.key)

    apply_own_change(request, plan(typed), apply)


def rename_in_channels(old: str, new: str) -> None:
    """Have the channels that picked a rule keep it."""
    for channel in Channel.objects.exclude(rules=None):
        picked: list[str] = channel.rules or []
        if old in picked:
            channel.rules = [new if rule == old else rule for rule in picked]
            channel.save(update_fields=["rules"])


def delete(request: HttpRequest, rule: AlertRule) -> None:
    """Delete a rule; its alerts are resolved.

    Raises:
        NotAuthorized: no grant covers it.
    """
    check(request, rule)

    def apply() -> None:
        resolve(rule)
        rule.delete()

    apply_own_change(request, plan_end(rule), apply)


def resolve(rule: AlertRule) -> None:
    """End a rule's findings; those that did not last long enough to be shown leave no trace."""
    rows = FindingRow.objects.filter(rule=rule.key, resolved_at=None)
    rows.filter(opened_at=None).delete()
    rows.update(resolved_at=timezone.now())
