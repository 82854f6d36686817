"""A cluster's lag settings, and which of them apply to each group."""

from django.db.models import Q, QuerySet

from clusters.models import Cluster
from core.database.prepared import Parameter, Prepared
from core.patterns import glob_matches
from lag.models import AllowedLag, LagSettings
from lag.types import EvaluatorSettings

SETTINGS = Prepared(LagSettings.objects.filter(cluster=Parameter("cluster")))
ALLOWED_LAGS = Prepared(AllowedLag.objects.filter(cluster=Parameter("cluster")))


def settings_of(cluster: Cluster) -> LagSettings:
    """Return a cluster's settings: Burrow's defaults where none were saved."""
    return SETTINGS.first(cluster=cluster.pk) or LagSettings(cluster=cluster)


def enabled_clusters() -> QuerySet[Cluster]:
    """Return the clusters whose lag is collected: all except those switched off."""
    return Cluster.objects.filter(Q(lag_settings=None) | Q(lag_settings__enabled=True))


class EvaluatorSettingsByGroup:
    """How each group of a cluster is judged: the cluster's settings, with the first allowed lag that matches."""

    def __init__(self, cluster: Cluster, settings: LagSettings) -> None:
        self.common = settings.evaluator()
        self.overrides = [
            (override.group_glob, override.allowed_lag) for override in ALLOWED_LAGS.rows(cluster=cluster.pk)
        ]

    def __call__(self, group: str) -> EvaluatorSettings:
        for glob, allowed_lag in self.overrides:
            if glob_matches(glob, group):
                return EvaluatorSettings(self.common.expire_cache, self.common.minimum_complete, allowed_lag)
        return self.common
