"""The areas of a cluster, in one table: navigation and routes are both made from it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

import clusters.access


@dataclass(frozen=True)
class Area:
    """An area: its path below the cluster, its word in the navigation, the action that opens it, its routes."""

    path: str
    label: str
    action: str
    urls: str

    @property
    def viewname(self) -> str:
        """The name of the area's first page."""
        return self.path


AREAS = (
    Area("brokers", "Brokers", "brokers.view", "clusters.brokers.urls"),
    Area("topics", "Topics", "topics.view", "clusters.topics.urls"),
    Area("groups", "Groups", "groups.view", "clusters.groups.urls"),
    Area("lag", "Lag", "lag.view", "lag.urls"),
    Area("acls", "ACLs", "acls.view", "clusters.acls.urls"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the clusters a person may see, and the areas of the present one."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {
        "areas": AREAS,
        "visible_clusters": clusters.access.visible_clusters(request),
    }
