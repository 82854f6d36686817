"""Template tags for lists: the heads and cells of the columns that are shown. Built into every template."""

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context, RequestContext
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from core.web.markup import escaped, markup
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
    return markup('<th scope="col" class="{}">{}</th>', column.kind, column.label)


@register.simple_tag
def select(value: str, label: str) -> SafeString:
    """Return the cell with the box that selects a row."""
    box = '<input type="checkbox" name="selected" value="{}" aria-label="Select {}">'
    return markup(f'<td class="select">{box}</td>', value, label)


class CellNode(template.Node):
    """What a row shows in one column, where that is more than the column itself tells."""

    def __init__(self, column: str, content: NodeList) -> None:
        self.column, self.content = column, content

    def render(self, context: Context) -> SafeString:
        return self.content.render(context)


class CellsNode(template.Node):
    """The cells of a row in the table's order, without those of hidden columns."""

    def __init__(self, row: FilterExpression, content: NodeList) -> None:
        self.row = row
        self.cells = {cell.column: cell for cell in content if isinstance(cell, CellNode)}

    def render(self, context: Context) -> SafeString:
        row = self.row.resolve(context)
        shown = context["table"].shown.values()
        return SafeString("".join(f"{column.opening}{self.cell(column, row, context)}</td>" for column in shown))

    def cell(self, column: Column, row: Any, context: Context) -> str:
        cell = self.cells.get(column.name)
        return cell.render(context) if cell else escaped(column.text(row))


@register.tag
def cell(parser: Parser, token: Token) -> CellNode:
    """Say what a row shows in a column: ``{% cell size %}…{% endcell %}``, within ``cells``."""
    _, column = token.split_contents()
    content = parser.parse(("endcell",))
    parser.delete_first_token()
    return CellNode(column, content)


@register.tag
def cells(parser: Parser, token: Token) -> CellsNode:
    """Make the cells of a row; the ``cell`` within it are for columns that need a template."""
    _, row = token.split_contents()
    content = parser.parse(("endcells",))
    parser.delete_first_token()
    return CellsNode(parser.compile_filter(row), content)
