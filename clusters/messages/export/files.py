"""Exported records as a file, JSON Lines or CSV, and its entry in the audit log."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import chain
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, StreamingHttpResponse

from accounts.access import record as record_entry
from accounts.models import AuditEntry
from clusters.changes import UNFINISHED
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.log.records import Record
from clusters.messages.decoding import Decoding, decoding_of
from clusters.messages.export.records import MOST, USUAL, Export, Exported, cut_parts
from clusters.messages.forms import MessagesForm
from clusters.messages.queries import described
from clusters.messages.rendering.plain import data_out, message_out
from clusters.messages.rendering.records import time_of
from core.plan import Step
from core.web.export import csv_lines, harmless
from core.web.formats import plural

ACTION = "messages.export"
JSON_LINES, CSV = "jsonl", "csv"
TYPES = {JSON_LINES: "application/jsonl", CSV: "text/csv; charset=utf-8"}
COLUMNS = ("time", "partition", "offset", "key", "value", "headers", "transaction", "masked", "truncated")


class ExportForm(forms.Form):
    """The kind of file, and how many records it may have."""

    format = forms.ChoiceField(choices=[(JSON_LINES, "JSON Lines"), (CSV, "CSV")])
    records = forms.IntegerField(required=False, min_value=1, max_value=MOST)

    def clean_records(self) -> int:
        return self.cleaned_data["records"] or USUAL


def export_file(request: HttpRequest, export: Export, form: MessagesForm, kind: str) -> StreamingHttpResponse:
    """Return the file of an export, of which the first stretch is read.

    Raises:
        KafkaFailure: nothing can be read.
    """
    records = audited(request, export, kind)
    first = next(records, None)  # so that what fails at once is told instead of a file
    records = chain([first] if first else [], records)
    decoding = decoding_of(export.cluster, export.log.topic, **form.formats)
    fields = [field.path for field in form.cleaned_data["fields_shown"]]
    lines = json_lines(records, export, decoding) if kind == JSON_LINES else csv_file(records, export, decoding, fields)
    name = f"{export.log.topic}-max-{export.most}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    encoded = (line.encode("utf-8", "replace") for line in lines)
    return StreamingHttpResponse(encoded, content_type=TYPES[kind], headers=headers)


def audited(request: HttpRequest, export: Export, kind: str) -> Iterator[Exported]:
    """Yield an export's records, and write who exported what, and how many records."""
    step = Step(f"records of {export.log.topic}", None, f"{kind}: {described(export.query)}")
    entry = record_entry(
        request, ACTION, cluster=export.cluster.slug, resource=export.log.topic, steps=[asdict(step)],
        outcome=AuditEntry.BEGUN, detail=UNFINISHED,
    )  # fmt: skip
    entry.outcome, ending = AuditEntry.FAILED, "The download was broken off."
    try:
        yield from export.records()
        entry.outcome, ending = AuditEntry.DONE, export.incomplete
    except KafkaFailure as failure:
        ending = failure.sentence
        raise
    finally:
        entry.detail = f"{plural(export.given, 'record')}. {ending}".strip()
        entry.save(update_fields=["outcome", "detail"])


def json_lines(records: Iterable[Exported], export: Export, decoding: Decoding) -> Iterator[str]:
    """Yield a record a line, as the API has it; the last line of a file that has not all of them says why."""
    for record, _ in records:
        yield f"{json.dumps(message_out(record, decoding), cls=DjangoJSONEncoder)}\n"
    if export.incomplete:
        yield f"{json.dumps({'incomplete': export.incomplete})}\n"


def csv_file(records: Iterable[Exported], export: Export, decoding: Decoding, fields: list[str]) -> Iterator[str]:
    """Yield a record a row; the last row of a file that has not all of them says why."""
    columns = [*COLUMNS, *map(harmless, fields)]

    def rows() -> Iterator[list[Any]]:
        for record, texts in records:
            yield [*row_of(record, decoding), *(texts or [None] * len(fields))]
        if export.incomplete:
            yield [f"incomplete: {export.incomplete}", *[None] * (len(columns) - 1)]

    return csv_lines(rows(), columns)


def row_of(record: Record, decoding: Decoding) -> list[Any]:
    """Return a record as the cells of a row."""
    moment = time_of(record.time_ms)
    headers = [[name, plain_text(value, size)] for name, value, size in record.headers]
    return [
        moment.isoformat(timespec="milliseconds") if moment else None,
        record.partition,
        record.offset,
        decoded_text(record, "key", decoding),
        decoded_text(record, "value", decoding),
        json.dumps(headers) if headers else None,
        record.transaction or None,
        " ".join(record.masked) or None,
        " ".join(cut_parts(record)) or None,
    ]


def decoded_text(record: Record, part: str, decoding: Decoding) -> str | None:
    """Return a key or value as the page shows it; bytes as base64, empty for null."""
    decoded = decoding.decoded(record, part)
    if decoded is None:
        return None
    if decoded.format:
        return decoded.content.text
    raw, size = record.part(part)
    return plain_text(raw, size)


def plain_text(data: bytes | None, size: int) -> str | None:
    """Return bytes as text where they are text, else as base64."""
    plain = data_out(data, size)
    text: str | None = plain["text"]
    return text if plain["base64"] is None else f"base64:{plain['base64']}"
