"""Links to the pages of a schema registry: of the one that the present page is about."""

from typing import Any

from django import template
from django.template.context import RequestContext

from clusters.models import SchemaRegistry
from clusters.registry_words import address

register = template.Library()


@register.simple_tag(takes_context=True)
def registry_link(context: RequestContext, viewname: str, *names: Any) -> str:
    """Return the URL of a view: ``{% registry_link 'subject' subject %}``."""
    return address(context["request"].registry, viewname, *names)


@register.simple_tag
def link_in(registry: SchemaRegistry, viewname: str, *names: Any) -> str:
    """Return the URL of a view of a given registry: ``{% link_in row.registry 'subject' row.name %}``."""
    return address(registry, viewname, *names)
