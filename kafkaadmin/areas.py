"""The areas of a cluster, in one table: the sidebar, the breadcrumbs and the routes are all made from it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

import accounts.access
import clusters.access
from accounts.permissions import may, may_somewhere
from clusters.approvals.access import number_waiting
from clusters.models import Cluster
from core.web import slots
from core.web.paths import reverse
from core.web.sidebar import is_collapsed
from kafkaadmin.area_entries import entries_of, shortcuts_of
from kafkaadmin.breadcrumbs import crumbs_of
from kafkaadmin.switcher import cluster_links

DATA, CONSUMERS, CLUSTER, SECURITY = "Data", "Consumers", "Cluster", "Security"


@dataclass(frozen=True)
class Area:
    """An area: its path below the cluster, the action that opens it, its routes, and its place in the sidebar.

    ``key`` opens it after ``g``. An area with ``has`` is there only where the cluster has such rows, which
    ``visible_clusters`` notes.
    """

    path: str
    label: str
    action: str
    urls: str
    section: str
    icon: str
    key: str = ""
    viewname: str = ""
    has: str = ""


ALERTS = Area("alerts", "Alerts", "findings.view", "metrics.findings.urls", "", "bell", "a", "findings")
GROUPS = Area("groups", "Consumer groups", "groups.view", "clusters.groups.urls", CONSUMERS, "people", "c", "groups")
TRANSACTIONS = Area(
    "transactions", "Transactions", "transactions.view", "clusters.transactions.urls", DATA, "arrow-left-right", "x",
    "transactions",
)  # fmt: skip
CONNECTORS = Area(
    "connectors", "Kafka Connect", "connect.view", "clusters.connect.urls", DATA, "plug", "n", "connectors",
    has="has_connectcluster",
)  # fmt: skip
APPROVALS = Area(
    "approvals", "Approvals", "clusters.view", "clusters.approvals.urls", CLUSTER, "check2", "v", "approvals",
    has="has_approvalrequest",
)  # fmt: skip
AREAS = (
    ALERTS,
    Area("topics", "Topics", "topics.view", "clusters.topics.urls", DATA, "list-ul", "t", "topics"),
    Area("schemas", "Schemas", "schemas.view", "clusters.schemas.urls", DATA, "file-earmark-code", "s", "schemas"),
    CONNECTORS,
    TRANSACTIONS,
    GROUPS,
    Area("brokers", "Brokers", "brokers.view", "clusters.brokers.urls", CLUSTER, "hdd-stack", "b", "brokers"),
    Area(
        "reassignments",
        "Reassignments",
        "brokers.view",
        "clusters.reassignment.urls",
        CLUSTER,
        "shuffle",
        "r",
        "reassignments",
    ),
    Area("metrics", "Metrics", "metrics.view", "metrics.urls", CLUSTER, "bar-chart", "m", "metrics"),
    Area("manifest", "Manifest", "topics.view", "clusters.manifests.urls", CLUSTER, "copy", "f", "manifest"),
    APPROVALS,
    Area("jobs", "Jobs", "jobs.view", "clusters.jobs.urls", CLUSTER, "clock", "j", "jobs"),
    Area("users", "Users", "users.view", "clusters.users.urls", SECURITY, "key", "k", "users"),
    Area("acls", "ACLs", "acls.view", "clusters.acls.urls", SECURITY, "shield-lock", "l", "acls"),
    Area("quotas", "Quotas", "quotas.view", "clusters.quotas.urls", SECURITY, "speedometer2", "q", "quotas"),
    Area("audit", "Audit log", "audit.view", "clusters.audit", SECURITY, "journal-text", "u", "audit"),
)
LAG = "lag"  # the pages behind the verdicts of consumer groups: evidence and settings
SETTINGS = (
    "settings",
    "people",
    "person",
    "sign-in-trial",
    "channel",
    "rule",
    "token",
    "own-password",
    "second-factor",
    "cluster-add",
    "cluster-upload",
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the clusters a person may see, the areas of the present one, and where this page is."""
    context: dict[str, Any] = {"time_zone_cookie": settings.TIME_ZONE_COOKIE_NAME}
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return context
    granted = accounts.access.granted(request)
    cluster: Any = getattr(request, "cluster", None)
    visible = clusters.access.visible_clusters(request)
    here = area_of(request)
    # Lazy, since many a part of a page is rendered by itself, and shows none of the frame.
    alerts: Any = SimpleLazyObject(lambda: slots.fill("finding-counts", request))
    present: Any = SimpleLazyObject(lambda: alerts.get(cluster.pk) if cluster else None)
    areas: Any = SimpleLazyObject(lambda: [area for area in AREAS if cluster and is_open(granted, area, cluster)])

    def numbers() -> dict[str, tuple[int, str]]:
        return {
            ALERTS.viewname: (present.critical if present else 0, "critical"),
            APPROVALS.viewname: (number_waiting(request, cluster) if APPROVALS in areas else 0, "waiting"),
        }

    return context | {
        "area_entries": SimpleLazyObject(lambda: entries_of(areas, cluster.slug, here, numbers()) if cluster else {}),
        "area_shortcuts": SimpleLazyObject(lambda: shortcuts_of(areas)),
        "here_area": here,
        "here": place_of(request),
        "crumbs": SimpleLazyObject(lambda: crumbs_of(request)),
        "may_manage_people": may(granted, "people.manage", "*", "*"),
        "may_manage_channels": may(granted, "channels.manage", "*", "*"),
        "may_manage_rules": may_somewhere(granted, "rules.manage"),
        "may_view_audit": may(granted, "audit.view", "*", "*"),
        "visible_clusters": visible,
        "alerts": present,
        "cluster_links": SimpleLazyObject(
            lambda: cluster_links(visible, alerts, lambda other: same_area(granted, here, other))
        ),
        "sidebar_collapsed": is_collapsed(request),
    }


def is_open(granted: Any, area: Area, cluster: Cluster) -> bool:
    """Tell whether a cluster has an area, and the person may open it."""
    return may(granted, area.action, cluster.slug) and has_rows(area, cluster)


def has_rows(area: Area, cluster: Cluster) -> bool:
    """Tell whether a cluster has what an area shows; approvals are there as soon as they are needed."""
    return not area.has or (area is APPROVALS and cluster.needs_approval) or getattr(cluster, area.has)


def pages_called(request: HttpRequest, text: str) -> list[tuple[str, Cluster, str]]:
    """Return label, cluster and address of the areas whose label has a text, for the search."""
    granted = accounts.access.granted(request)
    return [
        (area.label, cluster, reverse(area.viewname, cluster.slug))
        for area in AREAS
        if text and text.lower() in area.label.lower()
        for cluster in clusters.access.visible_clusters(request)
        if is_open(granted, area, cluster)
    ]


def area_of(request: HttpRequest) -> Area | None:
    """Return the area that an address is in."""
    match = request.resolver_match
    route = match.route.removeprefix("clusters/<slug:cluster>/") if match else ""
    path = route.removeprefix("bulk/").partition("/")[0]
    return GROUPS if path == LAG else next((area for area in AREAS if area.path == path), None)


def place_of(request: HttpRequest) -> str:
    """Return the entry of the sidebar's end that an address belongs to."""
    name = (request.resolver_match and request.resolver_match.view_name) or ""
    if name == "audit-all":
        return "Audit log"
    return "Settings" if name.startswith(SETTINGS) else ""


def same_area(granted: Any, area: Area | None, cluster: Cluster) -> str:
    """Return the address of the same area of another cluster; its overview where the area is not granted there."""
    if area and is_open(granted, area, cluster):
        return reverse(area.viewname, cluster.slug)
    return reverse("cluster", cluster.slug)
