"""The rows of tables of ACLs, of which a page has hundreds of cells."""

from urllib.parse import urlencode

from django import template
from django.template.context import RequestContext
from django.utils.safestring import SafeString

from clusters.access import objection
from clusters.models import AclEntry
from core.web.markup import markup
from core.web.paths import reverse
from core.web.tags import name_link

register = template.Library()
DENY = SafeString('<span class="status critical">DENY</span>')
CELLS = (
    '<th scope="row" class="cut">{}</th><td>{}</td><td>{}</td><td class="aside">{}</td><td class="mono cut">{}</td>'
    '<td class="aside">{}</td><td class="aside">{}</td><td>{}</td>'
)
DELETE = '<a class="quiet" href="{}?{}">Delete…</a>'


@register.filter
def acl_query(acl: AclEntry) -> str:
    """Return the query string that identifies an ACL by its seven fields."""
    return urlencode({name: getattr(acl, name) for name in AclEntry.KEY})


@register.simple_tag(takes_context=True)
def acl_cells(context: RequestContext, acl: AclEntry, query: str) -> SafeString:
    """Return an ACL's cells; the last one leads to its deletion, where the person may delete it."""
    request = context["request"]
    slug, name = request.cluster.slug, acl.resource_name
    names_a_topic = acl.resource_type == "TOPIC" and acl.pattern_type == "LITERAL" and name != "*"
    may_delete = not objection(request, "acls.delete", request.cluster, name, change=True)
    return markup(
        CELLS,
        name_link(reverse("principal", slug, acl.principal), acl.principal),
        DENY if acl.permission == "DENY" else "ALLOW",
        acl.operation,
        acl.resource_type,
        name_link(reverse("topic", slug, name), name) if names_a_topic else name,
        acl.pattern_type,
        "any" if acl.host == "*" else acl.host,
        markup(DELETE, reverse("acl-delete", slug), query) if may_delete else "",
    )
