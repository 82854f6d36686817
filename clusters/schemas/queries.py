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
from clusters.gateway.registry.client import Registry
from clusters.gateway.registry.subjects import SubjectVersion
from clusters.inventory.schema_uses import topics_by_schema
from clusters.models import DEFAULT_REGISTRY, Cluster, SchemaRegistry, SchemaUse, Subject, Topic
from clusters.schemas.state import VersionState, schema_by_id
from clusters.schemas.totals import totals_of
from core.web.formats import first_names

COLUMNS = ("name", "type", "version", "versions", "schema_id", "compatibility", "topic")
EXPORTED = (*COLUMNS, "record", "context", "deleted")
MOST_ID = 2**31 - 1
MOST_USES = 50  # schemas of a topic's records
NO_REGISTRY = ("The cluster has no schema registry.", "Add one under Schemas.")
NO_DEFAULT = "The cluster has no default schema registry."


def registry_called(cluster: Cluster, name: str = "") -> SchemaRegistry:
    """Return a registry of the cluster by its name, by default the default one.

    Raises:
        NotFound: it has none of this name.
        InvalidRequest: it has no default one.
    """
    rows = {row.name: row for row in cluster.registries.select_related("cluster")}
    if row := rows.get(name or DEFAULT_REGISTRY):
        return row
    if not name and rows:
        raise InvalidRequest(NO_DEFAULT, f"Name one: {first_names(list(rows), 5)}.")
    if not name:
        raise InvalidRequest(*NO_REGISTRY)
    raise NotFound(f"{cluster.name} has no schema registry {name}.", "Choose one of the list.")


def new_registry(cluster: Cluster) -> SchemaRegistry:
    """Return a new registry: the default one, unless there is one."""
    has_default = cluster.registries.filter(name=DEFAULT_REGISTRY).exists()
    return SchemaRegistry(cluster=cluster, name="" if has_default else DEFAULT_REGISTRY)


def client_of(row: SchemaRegistry) -> Registry:
    """Return a registry, to be asked within a page's time."""
    return Registry(row.connection())


def mirror_of(row: SchemaRegistry) -> SchemaRegistry:
    """Return the state of a registry's mirror; one whose URL was changed has none yet."""
    return row if row.mirrored_url == row.url else SchemaRegistry(cluster=row.cluster, name=row.name, url=row.url)


def totals_in_sight(request: HttpRequest, mirror: SchemaRegistry, rows: QuerySet[Subject]) -> dict[str, Any]:
    """Return how many subjects the person may see, and how many of them were never read: stored where they see all."""
    if mirror.totals and "*" in resource_globs(granted(request), "schemas.view", mirror.cluster.slug):
        return dict(mirror.totals)
    return totals_of(rows)


def count_in_sight(request: HttpRequest, row: SchemaRegistry) -> int | None:
    """Return how many subjects the person may see; None before they were listed."""
    mirror = mirror_of(row)
    if not mirror.current_as_of:
        return None
    count: int = totals_in_sight(request, mirror, subjects_in_sight(request, row))["count"]
    return count


def subjects_in_sight(request: HttpRequest, row: SchemaRegistry) -> QuerySet[Subject]:
    """Return the subjects of a registry that the person's grants cover."""
    return within(request, row.cluster, "schemas.view", Subject.objects.filter(registry=row))


def listed_subjects(request: HttpRequest, cluster: Cluster, name: str = "") -> QuerySet[Subject]:
    """Return the subjects in sight of a registry, by default the default one's; none where there is no registry.

    Raises:
        KafkaFailure: there is no such registry.
    """
    if not name and not cluster.registries.exists():
        return Subject.objects.none()
    return subjects_in_sight(request, registry_called(cluster, name))


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


def uses_in_sight(request: HttpRequest, row: SchemaRegistry, ids: Collection[int]) -> dict[int, list[SchemaUse]]:
    """Return the topics that the person may see in whose records each of some schemas was seen."""
    uses = topics_by_schema(row, ids)
    topics = present_topics(request, row.cluster, {use.topic for seen in uses.values() for use in seen})
    return {number: [use for use in seen if use.topic in topics] for number, seen in uses.items()}


def uses_of_schema(request: HttpRequest, row: SchemaRegistry, number: int | None, context: str = "") -> list[SchemaUse]:
    """Return the topics in whose records a schema was seen; records name schemas of the default context only."""
    if number is None or context:
        return []
    return uses_in_sight(request, row, [number]).get(number, [])


def subjects_of_topic(request: HttpRequest, cluster: Cluster, topic: str) -> QuerySet[Subject]:
    """Return the subjects that are a topic's by their names, or whose latest version was seen in its records."""
    seen = SchemaUse.objects.filter(cluster=cluster, topic=topic).order_by("-seen_at")
    ids: dict[int, list[int]] = {}
    for registry, number in seen.values_list("registry", "schema_id")[:MOST_USES]:
        ids.setdefault(registry, []).append(number)
    of_topic = Q(topic=topic)
    for registry, numbers in ids.items():
        of_topic |= Q(registry=registry, schema_id__in=numbers, context="")
    rows = within(request, cluster, "schemas.view", Subject.objects.filter(cluster=cluster))
    return rows.filter(of_topic, deleted__in=[False]).select_related("registry").order_by("name", "registry__name")


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
    request: HttpRequest, row: SchemaRegistry, number: int, context: str = ""
) -> tuple[VersionState, list[SubjectVersion]]:
    """Return the schema that an id stands for, with the versions that have it.

    Raises:
        KafkaFailure: with the cause; NotFound if none of its subjects is within the person's grants.
    """
    if number > MOST_ID:
        raise NotFound(f"There is no schema with id {number}.", "Check the number.")
    version, usages = schema_by_id(client_of(row), number, context)
    visible = usages_in_sight(request, row.cluster, usages)
    if not visible:
        raise NotFound(f"No subject that you have access to has a schema with id {number}.", "Check the number.")
    return version, visible
