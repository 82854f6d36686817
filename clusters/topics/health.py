"""A topic's health in a word, by its row of the inventory."""

from django.utils.safestring import SafeString

from clusters.models import Topic
from core.web.formats import count, plural
from core.web.markup import markup

HEALTHY = SafeString('<span class="quiet">healthy</span>')
BELOW_MIN_ISR = '<span class="status critical" title="Writes with acks=all are refused.">{} below min ISR</span>'


def health(topic: Topic) -> SafeString:
    """Write the worst there is to say of a topic."""
    if topic.offline:
        return markup('<span class="status critical">{} without a leader</span>', plural(topic.offline, "partition"))
    if topic.under_min_isr:
        return markup(BELOW_MIN_ISR, count(topic.under_min_isr))
    if topic.under_replicated:
        return markup('<span class="status warning">{} under-replicated</span>', count(topic.under_replicated))
    return HEALTHY
