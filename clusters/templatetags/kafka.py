"""Filters and tags for Kafka's terms."""

from urllib.parse import urlencode

from django import template
from django.template.context import RequestContext

from clusters.access import sees
from clusters.models import AclEntry, Topic
from clusters.topics.queries import Readership, readership

register = template.Library()
TOPIC_TABS = (
    ("topic", "topics.view", "Partitions"),
    ("topic-messages", "messages.view", "Messages"),
    ("topic-configs", "topics.view", "Configuration"),
    ("topic-groups", "groups.view", "Consumer groups"),
    ("topic-acls", "acls.view", "Access"),
)


@register.filter
def acl_query(acl: AclEntry) -> str:
    """Return the query string that identifies an ACL by its seven fields."""
    return urlencode({name: getattr(acl, name) for name in AclEntry.KEY})


@register.simple_tag(takes_context=True)
def topic_row(context: RequestContext, topic: str) -> Topic | None:
    """Return a topic's row of the inventory, for the head of its pages; None where it was not seen yet."""
    return Topic.objects.filter(cluster=context["request"].cluster, name=topic).first()


@register.simple_tag(takes_context=True)
def topic_readers(context: RequestContext, topic: str) -> Readership | None:
    """Return the number of a topic's consumer groups and their worst status; None where there is none."""
    request = context["request"]
    return readership(request, request.cluster, [topic]).get(topic)


@register.simple_tag(takes_context=True)
def topic_tabs(context: RequestContext, topic: str) -> list[tuple[str, str]]:
    """Return view and label of the tabs of a topic that the person may open."""
    request = context["request"]
    return [(view, label) for view, action, label in TOPIC_TABS if sees(request, request.cluster, action, topic)]
