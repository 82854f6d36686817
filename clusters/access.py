"""Access to clusters: ``cluster_view`` wraps every view of a cluster and names the view's action."""

import re
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar, cast

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.access import View, decorate_known, granted, refuse
from accounts.permissions import may, resource_globs
from clusters.models import ApprovalRequest, Cluster, ConnectCluster, SchemaRegistry
from core.database.prepared import Prepared
from core.patterns import regex_of
from core.web.page import PageRequest

LEGAL_TOPIC = re.compile(r"[a-zA-Z0-9._-]{1,249}")
NAMES = ("topic", "group", "subject", "user", "transaction", "connector")
# Whether a cluster has rows of some kinds: without them, pages have no entry for them, and ask for nothing of theirs.
HAS = {
    f"has_{model._meta.model_name}": Exists(model.objects.filter(cluster=OuterRef("pk")))
    for model in (ConnectCluster, ApprovalRequest, SchemaRegistry)
}
CLUSTERS = Prepared(Cluster.objects.select_related("mirror").annotate(**HAS))
M = TypeVar("M", bound=Model)


class ClusterRequest(PageRequest):
    """A request for a page of ``cluster``; ``visible_clusters`` are those whose overview the person may see."""

    cluster: Cluster
    visible_clusters: list[Cluster]


def visible_clusters(request: HttpRequest) -> list[Cluster]:
    """Return the clusters whose overview the person may see; read once per request."""
    request = cast(ClusterRequest, request)
    if not hasattr(request, "visible_clusters"):
        allowances = granted(request)
        request.visible_clusters = [row for row in CLUSTERS.rows() if may(allowances, "clusters.view", row.slug)]
    return request.visible_clusters


def cluster_of(request: HttpRequest, slug: str) -> Cluster | None:
    """Return the cluster that an address names, as the request's own; None where the person may not see it."""
    cluster = next((cluster for cluster in visible_clusters(request) if cluster.slug == slug), None)
    if cluster:
        cast(ClusterRequest, request).cluster = cluster
    return cluster


def may_exist(topic: str) -> bool:
    """Tell whether Kafka would take a topic's name (org.apache.kafka.common.internals.Topic)."""
    return bool(LEGAL_TOPIC.fullmatch(topic)) and topic not in {".", ".."}


def cluster_view(action: str, *, change: bool = False) -> Callable[[View], View]:
    """Wrap a view of a cluster: find the cluster, check the action, refuse changes to read-only clusters.

    The view gets the ``Cluster`` in place of its slug. A cluster that the person may not see does not exist.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, cluster: str, **names: Any) -> HttpResponseBase:
            instance = cluster_of(request, cluster)
            if instance is None:
                raise Http404(f"There is no cluster {cluster}.")
            if not may_exist(str(names.get("topic", "t"))):
                raise Http404("There is no such topic: this is not a legal topic name.")
            for resource in [str(names[name]) for name in NAMES if name in names] or [""]:
                reason = objection(request, action, instance, resource, change=change)
                if reason:
                    return refuse(request, action, instance.slug, resource, reason)
            return view(request, instance, **names)

        wrapper.action, wrapper.change = action, change  # type: ignore[attr-defined]
        return wrapper

    return decorate_known(action, decorate)


def objection(request: HttpRequest, action: str, cluster: Cluster, resource: str, *, change: bool) -> str:
    """Return why a person may not do this, or an empty string."""
    if not may(granted(request), action, cluster.slug, resource):
        subject = f"{cluster.slug}/{resource}" if resource else cluster.slug
        return f"You don't have access to {subject} (needs {action})."
    if change and cluster.read_only:
        return f"{cluster.name} is read-only: no changes through kafkaadmin."
    return ""


def within(request: HttpRequest, cluster: Cluster, action: str, rows: QuerySet[M], field: str = "name") -> QuerySet[M]:
    """Return the rows of a cluster whose resource, named by ``field``, the person's grants cover."""
    return rows.filter(matching(field, resource_globs(granted(request), action, cluster.slug)))


def sees(request: HttpRequest, cluster: Cluster, action: str, resource: str) -> bool:
    return may(granted(request), action, cluster.slug, resource)


def topics_in_sight(request: HttpRequest, cluster: Cluster) -> Callable[[str], bool]:
    """Return the predicate of a cluster's topics that are within the person's grants."""
    return partial(sees, request, cluster, "topics.view")


Scope = Callable[[Cluster, str], Q]


def scope_of(request: HttpRequest) -> Scope:
    """Return a function from cluster and action to the condition on ``name`` that the person's grants cover."""
    return lambda cluster, action: matching("name", resource_globs(granted(request), action, cluster.slug))


def matching(field: str, globs: tuple[str, ...]) -> Q:
    """Return the condition that a field matches one of the globs; without globs it matches no row."""
    if "*" in globs:
        return Q()
    condition = Q(pk__in=[])
    for glob in globs:
        # The prefix only helps the database's index. SQLite compares it case-insensitively, the regex case-sensitively.
        prefix = re.split(r"[*?\[]", glob, maxsplit=1)[0]
        condition |= Q(**{f"{field}__startswith": prefix, f"{field}__regex": regex_of(glob)})
    return condition
