"""Pages about one subject: its versions, what two of them differ in, and the schema that an id stands for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.gateway.errors import NotFound
from clusters.models import SchemaRegistry
from clusters.registry_words import address
from clusters.schemas import queries
from clusters.schemas.access import registry_view
from clusters.schemas.naming import context_of, topic_of
from clusters.schemas.state import compare, subject_state
from core.web.lists import parameter
from core.web.page import page

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


@registry_view("schemas.view")
def detail(request: HttpRequest, row: SchemaRegistry, subject: str) -> HttpResponse:
    """Show one version of a subject, by default the latest."""
    listed = queries.subjects_in_sight(request, row).filter(name=subject).first()
    try:
        state = subject_state(queries.client_of(row), subject, version_in(request))
    except NotFound:
        if listed is None or not listed.deleted:
            raise
        return page(request, "schemas/deleted.html", {"subject": subject}, status=404)
    topic = listed.topic if listed else topic_of(subject)
    topics = queries.present_topics(request, row.cluster, [topic])
    context = {
        "subject": subject,
        "state": state,
        "row": listed,
        "topic": topic if topic in topics else "",
        "uses": queries.uses_of_schema(request, row, state.shown.registered.id, context_of(subject)),
        "referenced_by": queries.usages_in_sight(request, row.cluster, state.referenced_by),
    }
    return page(request, "schemas/detail.html", context)


@registry_view("schemas.view")
def differences(request: HttpRequest, row: SchemaRegistry, subject: str) -> HttpResponse:
    """Show what two versions differ in: by default the latest two."""
    registry = queries.client_of(row)
    comparison = compare(registry, subject, number_in(request, "before"), number_in(request, "after"))
    context = {
        "subject": subject,
        "comparison": comparison,
        "level": queries.level_of(registry, subject),
    }
    return page(request, "schemas/compare.html", context)


@registry_view("schemas.view")
def find_id(request: HttpRequest, row: SchemaRegistry) -> HttpResponse:
    """Go to the page of an id that was typed."""
    number = number_in(request, "id")
    if number is None:
        raise NotFound("A schema id is a number.", "Records that Confluent's serializers write begin with it.")
    return redirect(address(row, "schema-id", number))


@registry_view("schemas.view")
def by_id(request: HttpRequest, row: SchemaRegistry, number: int) -> HttpResponse:
    """Show the schema that an id stands for, if one of its subjects is within the person's grants."""
    version, usages = queries.schema_in_sight(request, row, number, parameter(request, "context"))
    uses = queries.uses_of_schema(request, row, number, parameter(request, "context"))
    context = {"number": number, "version": version, "usages": usages, "uses": uses}
    return page(request, "schemas/by_id.html", context)
