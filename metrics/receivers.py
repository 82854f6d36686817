"""What metrics stores when a cluster is declared, and drops when another cluster has taken its place."""

from typing import Any

from django.core.exceptions import ValidationError
from django.dispatch import receiver

from clusters.declaration.declared import declared_cluster
from clusters.declaration.exporting import Secret, exported_cluster, said
from clusters.importers.types import DeclaredCluster, ImportRefused
from clusters.inventory.replacement import started_anew
from clusters.models import Cluster, servers_changed
from core.encryption import SecretValues
from core.secret_binding import carried_over
from metrics.forms import web_address
from metrics.models import FindingRow, Measured, MetricsSettings, Watch
from metrics.sources.settings import pairs, settings_of

KAFKA_UIS = ("url", "scheme", "port", "username")


@receiver(declared_cluster)
def store_settings(cluster: Cluster, declared: DeclaredCluster, **_: Any) -> None:
    """Store the declared settings. Undeclared ones keep their value, except kafka-ui's own keys, which are reset.

    Raises:
        ImportRefused: a value is not acceptable.
    """
    if not declared.metrics:
        return
    settings = settings_of(cluster)
    before = settings.destination()
    unset = {
        field.name: field.get_default() for field in MetricsSettings._meta.concrete_fields if field.name in KAFKA_UIS
    }
    for name, value in {**unset, **declared.metrics}.items():
        setattr(settings, name, value)
    try:
        settings.url = web_address(str(settings.url)) if settings.url else ""
        carried = carried_over(settings.secrets, before, settings.destination())
        settings.secrets = SecretValues({**carried, "password": declared.secrets.get("metrics_password", "")})
        pairs(settings.exporters, "=")
        settings.full_clean(exclude=["cluster", "secrets"])
    except (ValidationError, ValueError, TypeError, OverflowError) as error:
        raise ImportRefused(f"Invalid metrics settings for {cluster.name}: {error}") from error
    settings.save()


@receiver(exported_cluster)
def export_settings(cluster: Cluster, entry: dict[str, Any], secret: Secret, **_: Any) -> None:
    """Add the settings that ``store_settings`` would take, by kafka-ui's keys and ours beside them."""
    settings = settings_of(cluster)
    if settings.source:
        entry["metrics"] = said(
            {
                "type": "PROMETHEUS",
                "port": settings.port,
                "ssl": settings.scheme == "https",
                "path": settings.path,
                "interval": settings.interval,
                "username": settings.username,
                "password": secret("metrics password") if settings.username else "",
                "matchers": settings.matchers,
                "exporters": dict(pairs(settings.exporters, "=")),
                "store": {"prometheus": {"url": settings.url}} if settings.source == settings.PROMETHEUS else {},
            }
        )


@receiver(servers_changed)
def forget_secrets_of_exporters(cluster: Cluster, **_: Any) -> None:
    """Exporters are on the brokers' hosts: where the brokers are others, their secrets go nowhere any more."""
    for settings in MetricsSettings.objects.filter(cluster=cluster, source=MetricsSettings.EXPORTERS):
        settings.secrets = SecretValues()
        settings.save(update_fields=["secrets"])


@receiver(started_anew)
def forget_all(cluster: Cluster, **_: Any) -> None:
    for model in (FindingRow, Measured, Watch):
        model.objects.filter(cluster=cluster).delete()
