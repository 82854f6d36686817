"""Topics, groups, subjects, connectors, brokers and principals that a person may see, by a part of their name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from clusters.access import scope_of, sees, visible_clusters
from clusters.acls.queries import acls_in_sight
from clusters.models import Broker, Cluster, Connector, Group, Subject, Topic
from clusters.registry_words import parts_of
from core.web.paths import reverse

SHOWN = 8  # per kind


@dataclass(frozen=True)
class Hit:
    """Something whose name has the text."""

    kind: str
    name: str
    cluster: Cluster
    url: str


def search(request: HttpRequest, text: str) -> list[Hit]:
    """Return up to ``SHOWN`` hits of each kind; names that begin with the text come first."""
    clusters = visible_clusters(request)
    return [
        *resources(request, "Topic", Topic.objects, "topics.view", text),
        *resources(request, "Group", Group.objects, "groups.view", text),
        *subjects(request, text),
        *connectors(request, text),
        *brokers([cluster for cluster in clusters if sees(request, cluster, "brokers.view", "")], text),
        *principals(request, [cluster for cluster in clusters if sees(request, cluster, "acls.view", "")], text),
    ]


def resources(request: HttpRequest, kind: str, rows: Any, action: str, text: str) -> Iterator[Hit]:
    """Yield topics or groups that the person's grants cover."""
    by_pk, granted = granted_clusters(request, action)
    viewname = kind.lower()
    for pk, name in best(rows.filter(granted).order_by().values_list("cluster", "name"), "name", text):
        yield Hit(kind, name, by_pk[pk], reverse(viewname, by_pk[pk].slug, name))


def granted_clusters(request: HttpRequest, action: str) -> tuple[dict[int, Cluster], Q]:
    """Return the clusters that the person may see by their keys, and the condition on rows that grants cover."""
    clusters, scope, granted = visible_clusters(request), scope_of(request), Q(pk__in=[])
    for cluster in clusters:
        granted |= Q(cluster=cluster) & scope(cluster, action)
    return {cluster.pk: cluster for cluster in clusters}, granted


def connectors(request: HttpRequest, text: str) -> Iterator[Hit]:
    """Yield connectors that the person's grants cover."""
    by_pk, granted = granted_clusters(request, "connect.view")
    rows = Connector.objects.filter(granted).order_by().values_list("cluster", "connect__name", "name")
    for pk, connect, name in best(rows, "name", text):
        yield Hit("Connector", name, by_pk[pk], reverse("connector", by_pk[pk].slug, connect, name))


def subjects(request: HttpRequest, text: str) -> Iterator[Hit]:
    """Yield subjects that the person's grants cover; soft-deleted ones are left out."""
    by_pk, granted = granted_clusters(request, "schemas.view")
    rows = Subject.objects.filter(granted, deleted=False).order_by().values_list("cluster", "registry__name", "name")
    for pk, registry, name in best(rows, "name", text):
        yield Hit("Subject", name, by_pk[pk], reverse("subject", by_pk[pk].slug, *parts_of(registry), name))


def best(pairs: QuerySet[Any, tuple[Any, ...]], field: str, text: str) -> Iterable[tuple[Any, ...]]:
    """Return the first rows that begin with the text, then those that contain it."""
    begin = list(pairs.filter(**{f"{field}__istartswith": text})[:SHOWN])
    if len(begin) == SHOWN:
        return begin
    contain = pairs.filter(**{f"{field}__icontains": text})[: 2 * SHOWN]
    return [*begin, *(pair for pair in contain if pair not in begin)][:SHOWN]


def principals(request: HttpRequest, clusters: Iterable[Cluster], text: str) -> Iterator[Hit]:
    """Yield the principals of ACLs."""
    for cluster in clusters:
        rows = acls_in_sight(request, cluster).order_by().values_list("principal").distinct()
        for (name,) in best(rows, "principal", text):
            yield Hit("Principal", name, cluster, reverse("principal", cluster.slug, name))


def brokers(clusters: Iterable[Cluster], text: str) -> Iterator[Hit]:
    """Yield brokers by their id or a part of their host's name."""
    by_pk: dict[int, Cluster] = {cluster.pk: cluster for cluster in clusters}
    is_id = text.isascii() and text.isdecimal() and len(text) < 10
    named = Q(host__icontains=text) | (Q(broker_id=int(text)) if is_id else Q(pk__in=[]))
    for broker in Broker.objects.filter(named, cluster__in=by_pk)[:SHOWN]:
        cluster = by_pk[broker.cluster_id]
        url = reverse("broker", cluster.slug, broker.broker_id)
        yield Hit("Broker", f"{broker.broker_id} ({broker.host})", cluster, url)
