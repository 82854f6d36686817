"""The areas of a cluster, in one table: navigation and routes are both made from it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

import accounts.access
import clusters.access
from accounts.permissions import may


@dataclass(frozen=True)
class Area:
    """An area: its path below the cluster, its label in the navigation, the action that opens it, its routes."""

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
    Area("metrics", "Metrics", "metrics.view", "metrics.urls"),
    Area("findings", "Findings", "findings.view", "metrics.findings.urls"),
    Area("acls", "ACLs", "acls.view", "clusters.acls.urls"),
    Area("audit", "Audit", "audit.view", "clusters.audit"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the clusters a person may see, and the areas of the present one."""
    cookie = {"time_zone_cookie": settings.TIME_ZONE_COOKIE_NAME}
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return cookie
    granted = accounts.access.granted(request)
    cluster = getattr(request, "cluster", None)
    return cookie | {
        "areas": [area for area in AREAS if cluster and may(granted, area.action, cluster.slug)],
        "may_manage_people": may(granted, "people.manage", "*", "*"),
        "may_manage_channels": may(granted, "channels.manage", "*", "*"),
        "may_view_audit": may(granted, "audit.view", "*", "*"),
        "visible_clusters": clusters.access.visible_clusters(request),
    }
