"""The rows of tables of records, of which a page has hundreds of cells."""

from collections.abc import Iterable, Iterator, Mapping

from django import template
from django.utils.safestring import SafeString

from clusters.messages.rendering.records import Rendered
from clusters.messages.rendering.rows import TableRow
from core.web.formats import UNKNOWN
from core.web.markup import inert, markup
from core.web.tags import bytesize, exact_ms

register = template.Library()
register.filter(inert)
LINE = 160  # characters
APPENDED, CREATED = "LogAppendTime (set by broker)", "CreateTime (set by producer)"
MASKED = ' <span class="status" title="Masked: {}">masked</span>'
VALUE = (
    '<td class="value"><details hx-trigger="toggle once" hx-target="find div" hx-swap="outerHTML" hx-get="{0}">'
    '<summary class="mono cut">{1}</summary><div><a href="{0}">The whole record</a></div></details></td>'
)


@register.filter
def in_line(data: Rendered) -> SafeString:
    """Write a key, value or header in one line, the beginning of a long one."""
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


@register.simple_tag
def record_rows(rows: Iterable[TableRow], shown: Mapping[str, bool], messages_url: str) -> SafeString:
    """Write the rows of a topic's records."""
    return SafeString("".join(record_row(row, shown, messages_url) for row in rows))


@register.simple_tag
def record_row(row: TableRow, shown: Mapping[str, bool], messages_url: str, topic: str = "") -> SafeString:
    """Write a record's row; its value opens to the whole record.

    Args:
        row: the record.
        shown: of each column, whether it is.
        messages_url: of its topic.
        topic: for a column of its own, in a table of several topics; otherwise empty.
    """
    return SafeString("".join(["<tr>", *cells_of(row, shown, messages_url, topic), "</tr>\n"]))


@register.simple_tag
def record_cells(row: TableRow, shown: Mapping[str, bool], messages_url: str) -> SafeString:
    """Write a record's cells but that of its value."""
    return SafeString("".join(cells_of(row, {**shown, "value": False}, messages_url, "")))


def cells_of(row: TableRow, shown: Mapping[str, bool], messages_url: str, topic: str) -> Iterator[str]:
    """Yield the cells one by one."""
    message, record = row.message, row.message.record
    if topic:
        yield markup('<td class="mono cut"><a href="{}">{}</a></td>', messages_url, topic)
    if shown["time"]:
        yield markup('<td title="{}">{}</td>', APPENDED if record.appended else CREATED, exact_ms(message.time))
    if shown["partition"]:
        yield markup('<td class="num" data-label="partition">{}</td>', record.partition)
    yield markup(
        '<th scope="row" class="num" data-label="offset"><a href="{}{}">{}</a>{}</th>',
        messages_url,
        row.address,
        record.offset,
        marks_of(row),
    )
    if shown["key"]:
        yield markup('<td class="mono cut">{}</td>', in_line(message.key))
    if shown["headers"]:
        headers = [markup("{}={}", inert(name), in_line(value)) for name, value in message.headers]
        yield markup('<td class="mono cut">{}</td>', SafeString(" ".join(headers)))
    if shown["size"]:
        yield markup('<td class="num" data-label="size">{}</td>', bytesize(record.value_size))
    for text in row.fields:
        yield markup('<td class="mono cut">{}</td>', UNKNOWN if text is None else inert(text))
    if shown["value"]:
        yield markup(VALUE, f"{messages_url}{row.address}", in_line(message.value))


def marks_of(row: TableRow) -> SafeString:
    """Write what is to be known of a record: its transaction, where that is not committed, and what is masked."""
    record = row.message.record
    transaction = markup(' <span class="status warning">{}</span>', record.transaction) if record.transaction else ""
    masked = markup(MASKED, ", ".join(record.masked)) if record.masked else ""
    return SafeString(transaction + masked)
