"""Filters and tags for Kafka's terms."""

from urllib.parse import urlencode

from django import template
from django.template.context import RequestContext
from django.utils.safestring import SafeString

from clusters.access import sees
from clusters.messages.rendering.records import Rendered
from clusters.models import AclEntry, Topic
from clusters.topics.health import health
from clusters.topics.queries import Readership, readership
from core.web.markup import inert, markup

register = template.Library()
register.filter(health)
register.filter(inert)
LINE = 160  # characters
TOPIC_TABS = (
    ("topic", "topics.view", "Partitions"),
    ("topic-messages", "messages.view", "Messages"),
    ("topic-insight", "messages.view", "Insight"),
    ("topic-configs", "topics.view", "Configuration"),
    ("topic-groups", "groups.view", "Consumer groups"),
    ("topic-acls", "acls.view", "Access"),
)


@register.filter
def in_line(data: Rendered) -> SafeString:
    """Write a key, value or header in one line, the beginning of a long one. A filter: a page has hundreds of them."""
    if data.text is None:
        return markup('<span class="quiet">{}</span>', "null")
    if not data.text:
        return markup('<span class="quiet">{}</span>', "empty")
    text = inert(data.text if len(data.text) <= LINE else f"{data.text[: LINE - 1]}…")
    if data.problem:
        reason = f"{data.problem} {data.advice}".strip()
        return markup('<span class="status warning" title="{}">not decoded</span> {}', reason, text)
    if data.binary:
        return markup('<span class="quiet">{}</span> {}', data.note, text)
    if not data.is_plain:
        why = f"{data.format} ({data.note}). {data.why}" if data.note else data.why
        return markup('<span class="quiet" title="{}">{}</span> {}', why, data.format, text)
    return text


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
