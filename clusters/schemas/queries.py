"""Subjects as the page and the API read them."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.access import granted
from accounts.permissions import resource_globs
from clusters.access import sees, within
from clusters.gateway.errors import InvalidRequest, NotFound
from clusters.gateway.registry import subjects as kafka
from clusters.gateway.registry.client import Registry, RegistryConnection
from clusters.gateway.registry.subjects import SubjectVersion
from clusters.inventory.schema_uses import topics_by_schema
from clusters.models import Cluster, RegistryMirror, SchemaUse, Subject, Topic
from clusters.schemas.state import VersionState, schema_by_id
from clusters.schemas.totals import totals_of

COLUMNS = ("name", "type", "version", "versions", "schema_id", "compatibility", "topic")
EXPORTED = (*COLUMNS, "record", "context", "deleted")
MOST_ID = 2**31 - 1
MOST_USES = 50  # schemas of a topic's records
NO_REGISTRY = ("The cluster has no schema registry.", "Enter its URL in the cluster's form.")


def registry_of(cluster: Cluster) -> Registry:
    """Return the cluster's registry, to be asked within a page's time.

    Raises:
        InvalidRequest: it has none.
    """
    return Registry(connection_of(cluster))


def connection_of(cluster: Cluster) -> RegistryConnection:
    """Raises InvalidRequest: the cluster has no registry."""
    connection = cluster.registry()
    if connection is None:
        raise InvalidRequest(*NO_REGISTRY)
    return connection


def mirror_of(cluster: Cluster) -> RegistryMirror:
    """Return the state of the registry's mirror; one that has never run has no times."""
    mirror = RegistryMirror.objects.filter(cluster=cluster).first()
    return mirror if mirror and mirror.url == cluster.registry_url else RegistryMirror(cluster=cluster)


def totals_in_sight(request: HttpRequest, cluster: Cluster, mirror: RegistryMirror) -> dict[str, Any]:
    """Return how many subjects the person may see, and how many of them were never read: stored where they see all."""
    if mirror.totals and "*" in resource_globs(granted(request), "schemas.view", cluster.slug):
        return dict(mirror.totals)
    return totals_of(subjects_in_sight(request, cluster))


def subjects_in_sight(request: HttpRequest, cluster: Cluster) -> QuerySet[Subject]:
    """Return the subjects that the person's grants cover; none of a registry that is no longer the cluster's."""
    rows = within(request, cluster, "schemas.view", Subject.objects.filter(cluster=cluster))
    return rows if cluster.registry_url else rows.none()


def filtered(
    rows: QuerySet[Subject], q: str, *, kind: str = "", context: str = "", deleted: bool = False
) -> QuerySet[Subject]:
    """Return the subjects whose name or record has a text."""
    if not deleted:
        rows = rows.filter(deleted__in=[False])  # deleted=False becomes NOT deleted, for which SQLite has no index
    if kind:
        rows = rows.filter(type=kind)
    if context:
        rows = rows.filter(context=context)
    return rows.filter(Q(name__icontains=q) | Q(record__icontains=q)) if q else rows


def present_topics(request: HttpRequest, cluster: Cluster, names: Collection[str]) -> set[str]:
    """Return those of some names that are topics which the person may see."""
    rows = Topic.objects.filter(cluster=cluster, name__in=set(names) - {""})
    return set(within(request, cluster, "topics.view", rows).values_list("name", flat=True))


def uses_in_sight(request: HttpRequest, cluster: Cluster, ids: Collection[int]) -> dict[int, list[SchemaUse]]:
    """Return the topics that the person may see in whose records each of some schemas was seen."""
    uses = topics_by_schema(cluster, ids)
    topics = present_topics(request, cluster, {use.topic for seen in uses.values() for use in seen})
    return {number: [use for use in seen if use.topic in topics] for number, seen in uses.items()}


def uses_of_schema(request: HttpRequest, cluster: Cluster, number: int | None, context: str = "") -> list[SchemaUse]:
    """Return the topics in whose records a schema was seen; records name schemas of the default context only."""
    if number is None or context:
        return []
    return uses_in_sight(request, cluster, [number]).get(number, [])


def subjects_of_topic(request: HttpRequest, cluster: Cluster, topic: str) -> QuerySet[Subject]:
    """Return the subjects that are a topic's by their names, or whose latest version was seen in its records."""
    seen = SchemaUse.objects.filter(cluster=cluster, topic=topic).order_by("-seen_at")
    ids = list(seen.values_list("schema_id", flat=True)[:MOST_USES])
    of_topic = Q(topic=topic) | Q(schema_id__in=ids, context="") if ids else Q(topic=topic)
    return subjects_in_sight(request, cluster).filter(of_topic, deleted__in=[False]).order_by("name")


def level_of(registry: Registry, subject: str) -> str:
    """Return the compatibility level that holds for a subject: its own, or the registry's.

    Raises:
        KafkaFailure: with the cause.
    """
    return kafka.compatibility(registry, subject) or kafka.compatibility(registry)


def usages_in_sight(request: HttpRequest, cluster: Cluster, usages: Iterable[SubjectVersion]) -> list[SubjectVersion]:
    """Return those versions whose subjects the person's grants cover."""
    return [usage for usage in usages if sees(request, cluster, "schemas.view", usage.subject)]


def schema_in_sight(
    request: HttpRequest, cluster: Cluster, number: int, context: str = ""
) -> tuple[VersionState, list[SubjectVersion]]:
    """Return the schema that an id stands for, with the versions that have it.

    Raises:
        KafkaFailure: with the cause; NotFound if none of its subjects is within the person's grants.
    """
    if number > MOST_ID:
        raise NotFound(f"There is no schema with id {number}.", "Check the number.")
    version, usages = schema_by_id(registry_of(cluster), number, context)
    visible = usages_in_sight(request, cluster, usages)
    if not visible:
        raise NotFound(f"No subject that you have access to has a schema with id {number}.", "Check the number.")
    return version, visible
