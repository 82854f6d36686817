"""Filters for Kafka's terms."""

from urllib.parse import urlencode

from django import template

from clusters.models import AclEntry

register = template.Library()


@register.filter
def acl_query(acl: AclEntry) -> str:
    """Return the query string that identifies an ACL by its seven fields."""
    return urlencode({name: getattr(acl, name) for name in AclEntry.KEY})
