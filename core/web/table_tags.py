"""Template tags for lists: the heads and cells of the columns that are shown. Built into every template."""

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context, RequestContext
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.web.tables import Column
from core.web.tags import sort_header

register = template.Library()


@register.simple_tag(takes_context=True)
def heads(context: RequestContext) -> SafeString:
    """Return the head of each shown column of ``table``."""
    return format_html_join("", "{}", ((head(context, column),) for column in context["table"].shown.values()))


def head(context: RequestContext, column: Column) -> SafeString:
    if column.sorts:
        return sort_header(context, column.name, column.label, column.kind)
    return format_html('<th scope="col" class="{}">{}</th>', column.kind, column.label)


class CellNode(template.Node):
    """A cell of a row; nothing if its column is hidden."""

    def __init__(self, name: FilterExpression, content: NodeList) -> None:
        self.name, self.content = name, content

    def render(self, context: Context) -> SafeString:
        column = context["table"].shown.get(self.name.resolve(context))
        if column is None:
            return SafeString("")
        return SafeString(f"{column.opening}{self.content.render(context)}</td>")  # which has escaped what it shows


@register.tag
def cell(parser: Parser, token: Token) -> CellNode:
    """Make the cell of a column, named as in the list's table: ``{% cell "size" %}…{% endcell %}``."""
    _, name = token.split_contents()
    content = parser.parse(("endcell",))
    parser.delete_first_token()
    return CellNode(parser.compile_filter(name), content)
