"""Filters for Kafka's nouns."""

from urllib.parse import urlencode

from django import template

from clusters.models import AclEntry

register = template.Library()


@register.filter
def acl_query(acl: AclEntry) -> str:
    """Return the query that names an ACL by its seven fields."""
    return urlencode({name: getattr(acl, name) for name in AclEntry.KEY})
