"""Changing where a cluster's metrics come from, with an entry in the audit log."""

from django.forms.models import model_to_dict
from django.http import HttpRequest

from accounts.own_records import apply_own_change
from core.plan import Plan, Step
from metrics.forms import SECRETS
from metrics.models import MetricsSettings, Watch
from metrics.sources.settings import settings_of

ACTION = "metrics.configure"


def values_of(settings: MetricsSettings) -> dict[str, str]:
    """Return settings as text by name; for secrets only whether they are set."""
    fields = model_to_dict(settings, exclude=["cluster", "secrets", "headers"])
    values = {name: str(value) for name, value in fields.items()}
    return values | {name: "stored" if settings.secrets.get(name) else "" for name in SECRETS}


def plan(after: MetricsSettings) -> Plan:
    """Return what saving these settings changes; for a secret only that it changes."""
    before = settings_of(after.cluster)
    old, new = values_of(before), values_of(after)
    new |= {
        name: "updated"
        for name in SECRETS
        if after.secrets.get(name) and after.secrets.get(name) != before.secrets.get(name)
    }
    steps = tuple(Step(name, old[name], new[name]) for name in new if old[name] != new[name])
    return Plan(ACTION, after.cluster.slug, steps)


def save(request: HttpRequest, typed: MetricsSettings) -> None:
    """Save settings, and record who changed what; the next look starts afresh with them."""

    def apply() -> None:
        typed.save()
        Watch.objects.filter(pk=typed.cluster.pk).update(
            due_at=None, measure_at=None, readings=[], measured_at=None, error="", flavour=""
        )

    apply_own_change(request, plan(typed), apply, cluster=typed.cluster.slug)
