"""Lists as files: CSV or JSON, streamed so that a long list takes no memory."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest, StreamingHttpResponse

CHUNK = 1000  # rows fetched at once
FORMATS = frozenset({"csv", "json"})
# What a spreadsheet takes for the start of a formula; the wide ones where East Asian letters are typed.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Echo:
    """A file that returns what is written to it, so that csv makes one line at a time."""

    def write(self, line: str) -> str:
        return line


def export_format(request: HttpRequest) -> str:
    """Return the file format that a list is requested in; an empty text for a page."""
    requested = request.GET.get("format", "")
    return requested if requested in FORMATS else ""


def export(request: HttpRequest, rows: QuerySet[Model], columns: Sequence[str], name: str) -> StreamingHttpResponse:
    """Return all rows of a list, not only one page of it, in the requested format."""
    return as_file(export_format(request), rows, columns, name)


def as_file(kind: str, rows: QuerySet[Model], columns: Sequence[str], name: str) -> StreamingHttpResponse:
    """Return rows as a file of a format."""
    return values_as_file(kind, rows.values_list(*columns).iterator(chunk_size=CHUNK), columns, name)


def values_as_file(
    kind: str, values: Iterable[Sequence[Any]], columns: Sequence[str], name: str
) -> StreamingHttpResponse:
    """Return the values of rows as a file of a format."""
    lines = csv_lines(values, columns) if kind == "csv" else json_lines(values, columns)
    content_type = "text/csv; charset=utf-8" if kind == "csv" else "application/json"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return StreamingHttpResponse(lines, content_type=content_type, headers=headers)


def csv_lines(rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a CSV file; unknown values are empty."""
    writer = csv.writer(Echo())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow(harmless(value) for value in row)


def harmless(value: Any) -> Any:
    """Return a value that no spreadsheet evaluates: a text that looks like a formula gets an apostrophe in front."""
    if isinstance(value, list | dict):
        value = json.dumps(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value


def json_lines(rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> Iterator[str]:
    """Yield the pieces of a JSON list of objects."""
    separator = "["
    for row in rows:
        yield separator + json.dumps(dict(zip(columns, row, strict=True)), default=str)
        separator = ",\n"
    yield "[]" if separator == "[" else "]"
