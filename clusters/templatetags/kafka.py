"""Filters and tags for Kafka's terms."""

from django import template
from django.template.context import RequestContext

from clusters.access import sees
from clusters.models import Topic
from clusters.topics.health import health
from clusters.topics.queries import Readership, readership, row_of

register = template.Library()
register.filter(health)
TOPIC_TABS = (
    ("topic", "topics.view", "Partitions"),
    ("topic-messages", "messages.view", "Messages"),
    ("topic-insight", "messages.view", "Insight"),
    ("topic-configs", "topics.view", "Configuration"),
    ("topic-groups", "groups.view", "Consumer groups"),
    ("topic-acls", "acls.view", "Access"),
)


@register.simple_tag(takes_context=True)
def topic_row(context: RequestContext, topic: str) -> Topic | None:
    """Return a topic's row of the inventory, for the head of its pages; None where it was not seen yet."""
    return row_of(context["request"].cluster, topic)


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
