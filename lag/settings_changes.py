"""Changing a cluster's lag settings, with an entry in the audit log."""

from dataclasses import asdict

from django.db import transaction
from django.forms.models import model_to_dict
from django.http import HttpRequest

from accounts.access import record
from accounts.models import AuditEntry
from clusters.changes import Step
from clusters.models import Cluster, Group
from lag.forms import LagSettingsForm
from lag.models import AllowedLag, Forgotten, History, LagSettings, Shard, Source, TopicOffsets, WatchedGroup
from lag.settings import settings_of


def current_overrides(cluster: Cluster) -> str:
    """Return the allowed lags by group as the form shows them."""
    return "\n".join(
        f"{override.group_glob} = {override.allowed_lag}" for override in AllowedLag.objects.filter(cluster=cluster)
    )


def save(request: HttpRequest, cluster: Cluster, form: LagSettingsForm) -> None:
    """Save the form, and record who changed what."""
    before = values_of(settings_of(cluster)) | {"allowed_lags": current_overrides(cluster)}
    with transaction.atomic():
        settings = form.save()
        AllowedLag.objects.filter(cluster=cluster).delete()
        AllowedLag.objects.bulk_create(
            AllowedLag(cluster=cluster, group_glob=glob, allowed_lag=records)
            for glob, records in form.cleaned_data["allowed_lags"]
        )
        if not settings.enabled:
            forget(cluster)
        Shard.objects.filter(cluster=cluster).update(due_at=None)
        after = values_of(settings) | {"allowed_lags": current_overrides(cluster)}
        steps = [Step(name, before[name], after[name]) for name in after if before[name] != after[name]]
        record(
            request,
            "lag.configure",
            cluster=cluster.slug,
            resource=cluster.slug,
            steps=[asdict(step) for step in steps],
            outcome=AuditEntry.DONE,
        )


def values_of(settings: LagSettings) -> dict[str, str]:
    return {name: str(value) for name, value in model_to_dict(settings, exclude=["cluster"]).items()}


def forget(cluster: Cluster) -> None:
    """Forget everything that was collected; a later start begins from nothing."""
    for model in (WatchedGroup, TopicOffsets, Source, Shard, History, Forgotten):
        model.objects.filter(cluster=cluster).delete()
    Group.objects.filter(cluster=cluster).update(lag_status=None, time_lag=None, time_lag_at_least=False)
