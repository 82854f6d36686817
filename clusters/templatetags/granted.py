"""What the person who looks may do, for templates: a control that would be refused is not shown."""

from django import template
from django.template.context import RequestContext

from accounts.access import granted
from accounts.permissions import may
from clusters.access import objection

register = template.Library()


@register.simple_tag(takes_context=True)
def may_do(context: RequestContext, action: str, resource: str = "") -> bool:
    """Tell whether the person may view something in the present cluster: ``{% may_do 'acls.view' as sees_acls %}``."""
    request = context["request"]
    return not objection(request, action, request.cluster, str(resource), change=False)


@register.simple_tag(takes_context=True)
def may_change(context: RequestContext, action: str, resource: str = "") -> bool:
    """Tell whether the person may change something in the present cluster, and whether it may be changed at all."""
    request = context["request"]
    return not objection(request, action, request.cluster, str(resource), change=True)


@register.simple_tag(takes_context=True)
def may_everywhere(context: RequestContext, action: str) -> bool:
    """Tell whether the person may do something in all clusters, as adding one requires."""
    return may(granted(context["request"]), action, "*", "*")
