"""Lines of files: what stands for a record, and why the rest does not."""

import json
from typing import Any

import pytest

from clusters.gateway.writing.produce import NewRecord
from clusters.messages.produce.file_job import PIECE_RECORDS, pieces_of, records_of
from clusters.messages.produce.file_lines import CSV, JSON_LINES, Line, Reading, lines_of, typed

READING = Reading(typed({}), 3)
FIRST = 1_769_846_400_000  # 2026-01-31T08:00:00Z


def read(text: str, kind: str = JSON_LINES, reading: Reading = READING) -> list[Line]:
    return list(lines_of(text.splitlines(keepends=True), kind, reading))


def exported(**fields: Any) -> str:
    data = {"text": "v", "base64": None, "size": 1, "cut": False}
    line = {"partition": 2, "offset": 7, "time": "2026-01-31T08:00:00Z", "time_of": "producer", "key": data,
            "value": {**data, "format": "Text"}, "headers": [{"name": "h", "value": data}], "header_count": 1,
            "transaction": "", "masked": []}  # fmt: skip
    return json.dumps({**line, **fields})


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ('{"key": "k", "value": "v"}', NewRecord(b"k", b"v")),
        ('{"value": {"id": 1, "état": "payé"}}', NewRecord(None, '{"id":1,"état":"payé"}'.encode())),
        ('{"key": 7, "value": null}', NewRecord(b"7", None)),
        ('{"value": ""}', NewRecord(None, b"")),
        ('{"value": "<script>\\u0000"}', NewRecord(None, b"<script>\0")),
        ('{"value": "v", "headers": {"a": "1", "b": null}}', NewRecord(None, b"v", (("a", b"1"), ("b", None)))),
        ('{"value": "v", "headers": [{"name": "a", "value": "1"}]}', NewRecord(None, b"v", (("a", b"1"),))),
        ('{"value": "v", "headers": [{"name": "a", "value": "Af8=", "format": "base64"}]}',
         NewRecord(None, b"v", (("a", b"\1\xff"),))),
        ('{"value": "v", "headers": "a=1\\nb"}', NewRecord(None, b"v", (("a", b"1"), ("b", None)))),
        ('{"partition": 2, "time": "2026-01-31T09:00:00+01:00"}', NewRecord(None, None, (), 2, FIRST)),
        ('{"timestamp": 1769846400000}', NewRecord(None, None, (), None, FIRST)),
        ('{"time": "1970-01-01T00:00:00Z"}', NewRecord(None, None, (), None, 0)),
        (exported(), NewRecord(b"v", b"v", (("h", b"v"),), 2, FIRST)),
        (exported(value={"text": None, "base64": "AAE=", "size": 2, "cut": False}),
         NewRecord(b"v", b"\0\1", (("h", b"v"),), 2, FIRST)),
    ],
)  # fmt: skip
def test_lines_of_json(text: str, record: NewRecord) -> None:
    assert read(text) == [Line(1, record)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "This is not JSON"),
        ("[1]", "not a JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"value": ' + "9" * 5000 + "}", "limit"),
        ('{"value": "\\ud800"}', "surrogate"),
        ('{"vaule": "x"}', "Unknown field “vaule”"),
        ('{"partition": 3}', "no partition 3"),
        ('{"partition": true}', "no partition True"),
        ('{"partition": 1e400}', "no partition"),
        ('{"time": "yesterday"}', "not a time"),
        ('{"time": -1}', "A time is in ISO 8601"),
        ('{"headers": 5}', "Headers are an object"),
        ('{"headers": [5]}', "A header has a name"),
        ('{"headers": {"a": 1}}', "A header has a name"),
        ('{"headers": [{"name": "a", "value": "", "format": "avro"}]}', "A header's format is text, hex, base64"),
        ('{"headers": [{"name": "a", "value": "?", "format": "base64"}]}', "This is not base64"),
        ('{"incomplete": "Limit reached."}', "The export is not complete: Limit reached."),
        (exported(masked=["value"]), "exported masked"),
        (exported(header_count=2), "Not all headers"),
        (exported(headers=5), "not a line of an export"),
        (exported(key={"text": "v", "base64": None, "size": 9, "cut": True}), "Only the beginning"),
        (exported(key=5), "not a line of an export"),
    ],
)
def test_what_stands_for_no_record_says_why(text: str, words: str) -> None:
    (first, second) = read(f'{text}\n\n{{"value": "next"}}')
    assert words in first.error
    assert (second.number, second.record) == (3, NewRecord(None, b"next"))


def test_csv() -> None:
    text = 'Key,value,headers,partition,timestamp\nk,"a ""b"",\nc",a=1,1,1769846400000\n,,,,\nshort\n'
    first, second, third = read(text, CSV)
    assert first.record == NewRecord(b"k", b'a "b",\nc', (("a", b"1"),), 1, FIRST)
    assert second.record == NewRecord(None, b"")
    assert (third.number, third.error) == (5, "There are 1 fields, but 5 columns.")
    assert "must name the columns" in read("a,b\n1,2\n", CSV)[0].error


def test_formats_partitions_and_times_are_chosen() -> None:
    reading = Reading(typed({"value": "hex"}), 3, own_partition=False, own_time=False)
    lines = read('{"value": "00ff", "partition": 99, "time": "no"}\n{"value": "x"}', reading=reading)
    assert lines[0].record == NewRecord(None, b"\0\xff")
    assert "hexadecimal" in lines[1].error


def test_records_come_in_pieces_and_back() -> None:
    records = [NewRecord(b"k", None, (("a", None), ("b", b"1")), 2, number) for number in range(PIECE_RECORDS + 5)]
    pieces = list(pieces_of(records))
    assert [count for count, _ in pieces] == [PIECE_RECORDS, 5]
    assert [record for _, data in pieces for record in records_of(data)] == records
    assert [count for count, _ in pieces_of([NewRecord(None, b"x" * 400_000)] * 3)] == [1, 1, 1]
