"""The records of a file: JSON Lines, as an export has them or shorter, or CSV. Pure.

A line of JSON is ``{"key": …, "value": …, "headers": {…}, "partition": 0, "time": "2026-01-31T08:00:00Z"}``. A text is
taken as it is, or read by the format that was chosen; anything else is written as JSON. Every part may be missing.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from clusters.gateway.writing.produce import NewRecord
from clusters.messages.produce.typed_data import bytes_of, from_base64, headers_of
from core.json_text import read_json

JSON_LINES, CSV = "jsonl", "csv"
EXPORTED = {"time_of", "header_count"}  # what only the lines of an export have
HEADER_FORMATS = ("text", "hex", "base64")
PARTS = {"key", "value", "headers", "partition", "time", "timestamp"}
LONGEST = 10_000_000  # characters of a field of CSV
LARGEST_TIME = 253_402_300_799_999  # the end of the year 9999
Headers = tuple[tuple[str, bytes | None], ...]
Encode = Callable[[str, str, Headers], bytes | None]  # part and text, with the record's headers


@dataclass(frozen=True)
class Line:
    """A line that stands for a record, or why it stands for none."""

    number: int
    record: NewRecord | None = None
    error: str = ""


@dataclass(frozen=True)
class Reading:
    """How lines are read. ``encode`` makes the bytes of a key or value that is a text, by its format."""

    encode: Encode
    partitions: int
    own_partition: bool = True
    own_time: bool = True

    def line(self, number: int, fields: Callable[[], Mapping[str, Any]]) -> Line:
        """Return what a line stands for."""
        try:
            return Line(number, self.record(fields()))
        except RecursionError:
            return Line(number, error="This JSON is nested too deeply.")
        except UnicodeEncodeError:
            return Line(number, error="A text has half of a surrogate pair, which is no character.")
        except ValueError as error:
            return Line(number, error=str(error))

    def record(self, fields: Mapping[str, Any]) -> NewRecord:
        """Return the record that a line's fields mean.

        Raises:
            ValueError: they mean none; the message says why.
        """
        if fields.keys() >= EXPORTED:
            key, value, headers = exported(fields)
        else:
            if unknown := sorted(fields.keys() - PARTS):
                raise ValueError(f"Unknown field “{unknown[0][:40]}”; fields are {', '.join(sorted(PARTS))}.")
            headers = headers_from(fields.get("headers"))
            key, value = (self.data(part, fields.get(part), headers) for part in ("key", "value"))
        partition = partition_from(fields.get("partition"), self.partitions) if self.own_partition else None
        moment = fields.get("time", fields.get("timestamp"))
        return NewRecord(key, value, headers, partition, time_from(moment) if self.own_time else None)

    def data(self, part: str, value: Any, headers: Headers) -> bytes | None:
        if value is None:
            return None
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self.encode(part, text, headers)


def typed(formats: Mapping[str, str]) -> Encode:
    """Return what reads keys and values by formats that need no schema."""
    return lambda part, text, _: bytes_of(text, formats.get(part) or "text")


def lines_of(texts: Iterable[str], kind: str, reading: Reading) -> Iterator[Line]:
    """Yield a file's lines; empty ones are passed over."""
    return csv_lines(texts, reading) if kind == CSV else json_lines(texts, reading)


def json_lines(texts: Iterable[str], reading: Reading) -> Iterator[Line]:
    for number, text in enumerate(texts, 1):
        if text.strip():
            yield reading.line(number, lambda text=text: object_of(text))  # type: ignore[misc]


def object_of(text: str) -> Mapping[str, Any]:
    """Return the object that a line of JSON is.

    Raises:
        ValueError: it is none.
    """
    try:
        fields = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"This is not JSON: {error.msg} (column {error.colno}).") from error
    except RecursionError as error:
        raise ValueError("This JSON is nested too deeply.") from error
    if not isinstance(fields, dict):
        raise ValueError("This is not a JSON object with key and value.")  # noqa: TRY004 - of the file, not of ours
    if "incomplete" in fields:
        raise ValueError(f"The export is not complete: {str(fields['incomplete'])[:200]}")
    return fields


def csv_lines(texts: Iterable[str], reading: Reading) -> Iterator[Line]:
    """Yield the rows below the head, which names the fields; an empty field is missing, but for the value."""
    csv.field_size_limit(LONGEST)
    rows = csv.reader(texts)
    try:
        head = [name.strip().lower() for name in next(rows, [])]
        if "value" not in head or set(head) - PARTS or len(set(head)) < len(head):
            yield Line(1, error=f"The first line must name the columns: {', '.join(sorted(PARTS))}; value is needed.")
            return
        for row in rows:
            if row:
                yield reading.line(rows.line_num, lambda row=row: fields_of_row(head, row))  # type: ignore[misc]
    except csv.Error as error:
        yield Line(rows.line_num, error=f"This is not CSV: {error}.")


def fields_of_row(head: list[str], row: list[str]) -> Mapping[str, Any]:
    """Raises ValueError: there are more or fewer fields than columns."""
    if len(row) != len(head):
        raise ValueError(f"There are {len(row)} fields, but {len(head)} columns.")
    return {name: text for name, text in zip(head, row, strict=True) if text or name == "value"}


def headers_from(value: Any) -> Headers:
    """Read headers: an object, a list of objects with name, value and perhaps a format, or ``name=value`` per line.

    Raises:
        ValueError: they are none of these.
    """
    if value is None:
        return ()
    if isinstance(value, str):
        if not value.lstrip().startswith("{"):
            return headers_of(value)
        value = read_json(value)
    pairs = list(value.items()) if isinstance(value, dict) else value
    if not isinstance(pairs, list):
        raise ValueError("Headers are an object, or a list of objects with name and value.")  # noqa: TRY004 - as above
    return tuple(header_from(pair) for pair in pairs)


def header_from(pair: Any) -> tuple[str, bytes | None]:
    """Raises ValueError: a header is a name, and a text or null; a format says what bytes the text stands for."""
    kind = pair.get("format", "text") if isinstance(pair, dict) else "text"
    pair = (pair.get("name"), pair.get("value")) if isinstance(pair, dict) else pair
    name, value = pair if isinstance(pair, tuple | list) and len(pair) == 2 else (None, None)
    if not isinstance(name, str) or not name or not (value is None or isinstance(value, str)):
        raise ValueError("A header has a name, and a text or null as its value.")
    if kind not in HEADER_FORMATS:
        raise ValueError(f"A header's format is {', '.join(HEADER_FORMATS)}.")
    return name, None if value is None else bytes_of(value, kind)


def partition_from(value: Any, partitions: int) -> int | None:
    """Raises ValueError: the topic has no such partition."""
    if value is None or value == "":
        return None
    number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 12 else value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < partitions:
        raise ValueError(f"The topic has no partition {str(value)[:20]}: the last one is {partitions - 1}.")
    return number


def time_from(value: Any) -> int | None:
    """Return milliseconds; without a zone, a time is UTC.

    Raises:
        ValueError: it is no time.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.isdecimal() and len(value) < 16:
        value = int(value)
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            value = round(moment.timestamp() * 1000)
        except (ValueError, OverflowError) as error:
            raise ValueError(f"“{value[:40]}” is not a time, e.g. 2026-01-31T08:00:00Z.") from error
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_TIME:
        raise ValueError("A time is in ISO 8601, or in milliseconds since 1970.")
    return value


def exported(fields: Mapping[str, Any]) -> tuple[bytes | None, bytes | None, Headers]:
    """Return key, value and headers of a line of an export.

    Raises:
        ValueError: not all of the record is in it.
    """
    if fields.get("masked"):
        raise ValueError("This record was exported masked.")
    try:
        headers = list(fields["headers"])
        if len(headers) != fields["header_count"]:
            raise ValueError("Not all headers of this record were exported.")
        pairs = tuple((str(header["name"]), exported_data(header["value"])) for header in headers)
        return exported_data(fields["key"]), exported_data(fields["value"]), pairs
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("This is not a line of an export.") from error


def exported_data(data: Mapping[str, Any]) -> bytes | None:
    """Raises ValueError: only the beginning was exported."""
    if data["cut"]:
        raise ValueError("Only the beginning of this record was exported.")
    if data["base64"] is not None:
        return from_base64(data["base64"])
    return None if data["text"] is None else str(data["text"]).encode()
