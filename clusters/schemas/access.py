"""Access to schemas: ``registry_view`` wraps the views of one registry, as ``cluster_view`` does those of a cluster."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

from accounts.access import View
from clusters.access import ClusterRequest, cluster_view
from clusters.models import Cluster, SchemaRegistry
from clusters.schemas.queries import registry_called


class RegistryRequest(ClusterRequest):
    """A request for a page of one of the cluster's schema registries."""

    registry: SchemaRegistry


def registry_view(action: str, *, change: bool = False) -> Callable[[View], View]:
    """Wrap a view of a registry, which it gets in place of its cluster: the one that the address names, or the default.

    Raises:
        KafkaFailure: the cluster has no such registry.
    """

    def decorate(view: View) -> View:
        @cluster_view(action, change=change)
        @wraps(view)
        def wrapper(request: RegistryRequest, cluster: Cluster, registry: str = "", **names: Any) -> HttpResponseBase:
            request.registry = registry_called(cluster, registry)
            return view(request, request.registry, **names)

        return wrapper

    return decorate
