"""Pages about one subject: its versions, what two of them differ in, and the schema that an id stands for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.gateway.errors import NotFound
from clusters.models import Cluster
from clusters.schemas import queries
from clusters.schemas.naming import context_of, topic_of
from clusters.schemas.state import compare, subject_state
from core.web.lists import parameter
from core.web.page import page
from core.web.paths import reverse

LONGEST_NUMBER = 10  # digits of a version or an id


def number_in(request: HttpRequest, name: str) -> int | None:
    """Return a parameter that is a number; None where it is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def version_in(request: HttpRequest) -> int | None:
    """Return the version that an address names; None where it names none.

    Raises:
        NotFound: what it names is no version.
    """
    version = number_in(request, "version")
    if version is None and request.GET.get("version"):
        raise NotFound("This is not a version.", "Choose one of the subject's versions.")
    return version


@cluster_view("schemas.view")
def detail(request: HttpRequest, cluster: Cluster, subject: str) -> HttpResponse:
    """Show one version of a subject, by default the latest."""
    row = queries.subjects_in_sight(request, cluster).filter(name=subject).first()
    try:
        state = subject_state(queries.registry_of(cluster), subject, version_in(request))
    except NotFound:
        if row is None or not row.deleted:
            raise
        return page(request, "schemas/deleted.html", {"subject": subject}, status=404)
    topic = row.topic if row else topic_of(subject)
    topics = queries.present_topics(request, cluster, [topic])
    context = {
        "subject": subject,
        "state": state,
        "row": row,
        "topic": topic if topic in topics else "",
        "uses": queries.uses_of_schema(request, cluster, state.shown.registered.id, context_of(subject)),
        "referenced_by": queries.usages_in_sight(request, cluster, state.referenced_by),
    }
    return page(request, "schemas/detail.html", context)


@cluster_view("schemas.view")
def differences(request: HttpRequest, cluster: Cluster, subject: str) -> HttpResponse:
    """Show what two versions differ in: by default the latest two."""
    registry = queries.registry_of(cluster)
    comparison = compare(registry, subject, number_in(request, "before"), number_in(request, "after"))
    context = {
        "subject": subject,
        "comparison": comparison,
        "level": queries.level_of(registry, subject),
    }
    return page(request, "schemas/compare.html", context)


@cluster_view("schemas.view")
def find_id(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Go to the page of an id that was typed."""
    number = number_in(request, "id")
    if number is None:
        raise NotFound("A schema id is a number.", "Records that Confluent's serializers write begin with it.")
    return redirect(reverse("schema-id", cluster.slug, number))


@cluster_view("schemas.view")
def by_id(request: HttpRequest, cluster: Cluster, number: int) -> HttpResponse:
    """Show the schema that an id stands for, if one of its subjects is within the person's grants."""
    version, usages = queries.schema_in_sight(request, cluster, number, parameter(request, "context"))
    uses = queries.uses_of_schema(request, cluster, number, parameter(request, "context"))
    context = {"number": number, "version": version, "usages": usages, "uses": uses}
    return page(request, "schemas/by_id.html", context)
