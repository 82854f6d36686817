"""Changing a cluster's lag settings, with an entry in the audit log."""

from collections.abc import Iterable

from django.forms.models import model_to_dict
from django.http import HttpRequest

from accounts.own_records import apply_own_change
from clusters.models import Cluster, Group
from core.plan import Plan, Step
from lag.forms import LagSettingsForm
from lag.models import AllowedLag, Forgotten, History, LagSettings, Shard, Source, TopicOffsets, WatchedGroup
from lag.settings import settings_of


def current_overrides(cluster: Cluster) -> str:
    """Return the allowed lags by group as the form shows them."""
    return as_text(AllowedLag.objects.filter(cluster=cluster).values_list("group_glob", "allowed_lag"))


def as_text(allowed_lags: Iterable[tuple[str, int]]) -> str:
    return "\n".join(f"{glob} = {records}" for glob, records in allowed_lags)


def save(request: HttpRequest, cluster: Cluster, form: LagSettingsForm) -> None:
    """Save the form, and record who changed what."""
    before = values_of(settings_of(cluster)) | {"allowed_lags": current_overrides(cluster)}
    after = values_of(form.instance) | {"allowed_lags": as_text(form.cleaned_data["allowed_lags"])}
    steps = tuple(Step(name, before[name], after[name]) for name in after if before[name] != after[name])

    def apply() -> None:
        settings = form.save()
        AllowedLag.objects.filter(cluster=cluster).delete()
        AllowedLag.objects.bulk_create(
            AllowedLag(cluster=cluster, group_glob=glob, allowed_lag=records)
            for glob, records in form.cleaned_data["allowed_lags"]
        )
        if not settings.enabled:
            forget(cluster)
        Shard.objects.filter(cluster=cluster).update(due_at=None)

    apply_own_change(request, Plan("lag.configure", cluster.slug, steps), apply, cluster=cluster.slug)


def values_of(settings: LagSettings) -> dict[str, str]:
    return {name: str(value) for name, value in model_to_dict(settings, exclude=["cluster"]).items()}


def forget(cluster: Cluster) -> None:
    """Forget everything that was collected; a later start begins from nothing."""
    for model in (WatchedGroup, TopicOffsets, Source, Shard, History, Forgotten):
        model.objects.filter(cluster=cluster).delete()
    Group.objects.filter(cluster=cluster).update(lag_status=None, time_lag=None, time_lag_at_least=False)
