"""Records as rows of the page's table, with the columns that were chosen. Pure."""

from dataclasses import dataclass

from clusters.messages.forms import MessagesForm
from clusters.messages.reading import RecordsPage
from clusters.messages.rendering import MessageRow, row_of


@dataclass(frozen=True)
class TableRow:
    """A record, and the texts of the fields that are columns; None where it has no such field."""

    message: MessageRow
    fields: list[str | None]


def rows_of(records_page: RecordsPage, form: MessagesForm) -> list[TableRow]:
    empty: list[str | None] = [None] * len(form.cleaned_data["fields_shown"])
    return [
        TableRow(row_of(record), records_page.fields.get((record.partition, record.offset), empty))
        for record in records_page.records
    ]
