"""Links to the pages of a schema registry: of the one that the present page is about."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.safestring import SafeString

from clusters.models import SchemaRegistry
from clusters.registry_words import address
from core.web.formats import UNKNOWN
from core.web.markup import markup
from core.web.tags import name_link

register = template.Library()


@register.simple_tag(takes_context=True)
def registry_link(context: RequestContext, viewname: str, *names: Any) -> str:
    """Return the URL of a view: ``{% registry_link 'subject' subject %}``."""
    return address(context["request"].registry, viewname, *names)


@register.simple_tag(takes_context=True)
def subject_link(context: RequestContext, subject: str) -> SafeString:
    """Write a subject as a link to its page."""
    return name_link(address(context["request"].registry, "subject", subject), subject)


@register.simple_tag(takes_context=True)
def schema_id_link(context: RequestContext, number: int | None, within: str = "") -> str:
    """Write a schema's id as a link to what has it, in the context that it is ``within``."""
    return id_link(context["request"].registry, number, within)


def id_link(registry: SchemaRegistry, number: int | None, within: str) -> str:
    if number is None:
        return UNKNOWN
    url = address(registry, "schema-id", number, query={"context": within} if within else None)
    return markup('<a href="{}">{}</a>', url, number)


@register.simple_tag
def link_in(registry: SchemaRegistry, viewname: str, *names: Any) -> str:
    """Return the URL of a view of a given registry: ``{% link_in row.registry 'subject' row.name %}``."""
    return address(registry, viewname, *names)
