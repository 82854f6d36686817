"""Records as rows of the page's table, with the columns that were chosen. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from clusters.gateway.log.records import Record
from clusters.messages.decoding import Decoding
from clusters.messages.forms import MessagesForm
from clusters.messages.rendering.records import MessageRow, row_of


@dataclass(frozen=True)
class TableRow:
    """A record, and the texts of the fields that are columns; None where it has no such field.

    ``address`` is its own below the topic's messages, with the formats that were chosen.
    """

    message: MessageRow
    fields: list[str | None]
    address: str


class Records(Protocol):
    """Records, how they are decoded, and the texts of their fields by partition and offset."""

    @property
    def records(self) -> Sequence[Record]: ...

    @property
    def decoding(self) -> Decoding: ...

    @property
    def fields(self) -> Mapping[tuple[int, int], list[str | None]]: ...


def rows_of(read: Records, form: MessagesForm) -> list[TableRow]:
    """Return records as the page shows them."""
    empty: list[str | None] = [None] * len(form.cleaned_data["fields_shown"])
    query = form.formats_chosen
    return [
        TableRow(
            row_of(record, read.decoding),
            read.fields.get((record.partition, record.offset), empty),
            f"{record.partition}/{record.offset}/{query}",
        )
        for record in read.records
    ]
