"""Template tags for lists: the heads and cells of the columns that are shown. Built into every template."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from core.web.markup import escaped, markup
from core.web.tables import Column, Table, selecting
from core.web.tags import sort_header

register = template.Library()
register.simple_tag(selecting, name="select")
CHOICE = (
    '<label class="entry"><input type="hidden" name="offered" value="{0}">'
    '<input type="checkbox" name="column" value="{0}"{1}> {2}</label>'
)
CHECKED = SafeString(" checked")


@register.simple_tag(takes_context=True)
def heads(context: RequestContext) -> SafeString:
    """Return the head of each shown column of ``table``."""
    return format_html_join("", "{}", ((head(context, column),) for column in context["table"].shown.values()))


def head(context: RequestContext, column: Column) -> SafeString:
    if column.sorts:
        return sort_header(context, column.name, column.label, column.kind)
    return markup('<th scope="col" class="{}">{}</th>', column.kind, column.label)


@register.simple_tag(takes_context=True)
def column_choices(context: RequestContext) -> SafeString:
    """Return a box for each column of ``table``, with which it is shown or hidden."""
    table = context["table"]
    boxes = (
        markup(CHOICE, column.name, CHECKED if column.name in table.shown else "", column.label)
        for column in table.columns
    )
    return SafeString("".join(boxes))


@register.simple_tag(takes_context=True)
def cells(context: RequestContext, row: Any) -> SafeString:
    """Return a row's cells: what it begins with, and those of the columns of ``table`` that are shown."""
    return cells_of(context["table"], row)


@register.simple_tag(takes_context=True)
def rows(context: RequestContext, kind: str) -> SafeString:
    """Return the rows of ``page``, whose ids begin with what kind they are: ``topic-17``."""
    table = context["table"]
    texts = [f'<tr id="{kind}-{row.pk}">{cells_of(table, row)}</tr>' for row in context["page"].object_list]
    return SafeString("\n".join(texts))


def cells_of(table: Table, row: Any) -> SafeString:
    first = [table.first(row)] if table.first else []
    shown = [f"{column.opening}{escaped(column.text(row))}</td>" for column in table.shown.values()]
    return SafeString("".join(first + shown))
