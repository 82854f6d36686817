"""The form for the records of a file, and what is found when the file is read."""

import hashlib
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from clusters.form_fields import KafkaErrorForm, typed_name
from clusters.formats.avro_values import UnfitError
from clusters.gateway.errors import InvalidRequest, KafkaFailure
from clusters.gateway.writing.produce import NewRecord
from clusters.messages.own_types import OwnTypes, is_own_type, note_of
from clusters.messages.produce.file_job import pieces_of
from clusters.messages.produce.file_lines import CSV, JSON_LINES, Encode, Headers, Line, Reading, lines_of
from clusters.messages.produce.form import (
    SCHEMA,
    add_own_types,
    is_by_schema,
    message_field,
    schema_of,
    subject_field,
    version_field,
)
from clusters.messages.produce.schema import SchemaWriter, subject_schema
from clusters.messages.produce.typed_data import bytes_of
from clusters.messages.registries import TopicRegistries
from core.web.formats import size

LARGEST_FILE = 20 * 2**20  # bytes
SECONDS = 20.0  # that reading a file may take
MOST_ERRORS, SHOWN = 20, 5  # lines of a preview
FORMATS = [("text", "Text"), ("json", "JSON (checked)"), (SCHEMA, "By schema"), ("hex", "Hexadecimal"),
           ("base64", "Base64")]  # fmt: skip
KINDS = [(JSON_LINES, "JSON Lines"), (CSV, "CSV")]
SLOW = InvalidRequest("Reading the file takes too long.", "Split it into smaller files.")


@dataclass
class FileContents:
    """What a file has: its records in pieces, the first ones, and the lines that stand for no record."""

    pieces: list[bytes] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    first: list[Line] = field(default_factory=list)
    errors: list[Line] = field(default_factory=list)
    wrong: int = 0
    keyless: int = 0
    tombstones: int = 0
    timed_zero: int = 0

    def records(self, lines: Iterator[Line]) -> Iterator[NewRecord]:
        """Yield the records of lines, and note the rest.

        Raises:
            InvalidRequest: it takes too long.
        """
        deadline = time.monotonic() + SECONDS
        for line in lines:
            if time.monotonic() > deadline:
                raise SLOW
            if line.record is None:
                self.wrong += 1
                self.errors += [line] if len(self.errors) < MOST_ERRORS else []
                continue
            self.first += [line] if len(self.first) < SHOWN else []
            self.keyless += line.record.key is None
            self.tombstones += line.record.value is None
            self.timed_zero += line.record.time_ms == 0
            yield line.record


class ProduceFileForm(KafkaErrorForm):
    """A file, and how its lines are read."""

    file = forms.FileField(
        label="File", max_length=200, help_text=f"At most {size(LARGEST_FILE)}; it is stored until the job has ended."
    )
    kind = forms.ChoiceField(label="Format", choices=KINDS, initial=JSON_LINES, required=False)
    key_format = forms.ChoiceField(choices=FORMATS, initial="text", required=False)
    key_subject, key_version, key_message = subject_field("key"), version_field(), message_field()
    value_format = forms.ChoiceField(choices=FORMATS, initial="text", required=False)
    value_subject, value_version, value_message = subject_field("value"), version_field(), message_field()
    partition = forms.ChoiceField(
        choices=[("file", "As in the file, else by the key"), ("key", "By the key")], required=False
    )
    time = forms.ChoiceField(
        label="Timestamp", choices=[("file", "As in the file, else now"), ("now", "Now")], required=False
    )
    confirm = typed_name("topic")

    def __init__(
        self, *args: Any, partitions: int, types: OwnTypes, registries: TopicRegistries, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.partitions, self.registries, self.types = partitions, registries, types
        self.schema_notes: dict[str, str] = {}
        add_own_types(self, types)

    def clean_file(self) -> "UploadedFile[Any]":
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > LARGEST_FILE:
            raise ValidationError(f"The file is too large: at most {size(LARGEST_FILE)}. Split it.")
        return upload

    def contents(self) -> FileContents:
        """Read the file.

        Raises:
            KafkaFailure: a schema is not to be had, or reading takes too long.
        """
        values, contents = self.cleaned_data, FileContents()
        encode = self.encode()
        own_partition, own_time = values["partition"] != "key", values["time"] != "now"
        reading = Reading(encode, self.partitions, own_partition=own_partition, own_time=own_time)
        values["file"].seek(0)
        texts = io.TextIOWrapper(values["file"].file, "utf-8-sig", newline="")
        try:
            for count, piece in pieces_of(contents.records(lines_of(texts, values["kind"] or JSON_LINES, reading))):
                contents.counts.append(count)
                contents.pieces.append(piece)
        except UnicodeDecodeError as error:
            contents.wrong += 1
            contents.errors.append(Line(0, error=f"The file is not UTF-8: {error.reason}."))
        finally:
            texts.detach()
        return contents

    def encode(self) -> Encode:
        """Return what makes the bytes of keys and values, by the chosen formats.

        Raises:
            KafkaFailure: a schema is not to be had.
        """
        by_part = {part: self.encode_part(part) for part in ("key", "value")}
        return lambda part, text, headers: by_part[part](part, text, headers)

    def encode_part(self, part: str) -> Encode:
        kind = self.cleaned_data[f"{part}_format"] or "text"
        if is_own_type(kind):
            self.schema_notes[part] = note_of(kind)
            return naming(part, lambda text, _: self.types.encoded(text, kind))
        if not is_by_schema(kind):
            return lambda _part, text, _headers: bytes_of(text, kind)
        chosen, registry = schema_of(part, self.cleaned_data), self.registries.connection(part, kind)
        writer = SchemaWriter(registry, subject_schema(registry, chosen), chosen.message)
        self.schema_notes[part] = writer.subject.note + self.registries.note(part, kind)
        return naming(part, lambda text, headers: writer.encoded(text, part, headers))

    def parameters(self, topic: str, contents: FileContents, *, compacted: bool) -> dict[str, Any]:
        """Return the parameters of the job that writes the records."""
        values, upload = self.cleaned_data, self.cleaned_data["file"]
        notes = {f"{part}s": values[f"{part}_format"] for part in ("key", "value")
                 if values[f"{part}_format"] not in {"", "text", SCHEMA}}  # fmt: skip
        notes |= {f"{part}s": note for part, note in self.schema_notes.items()}
        notes |= {"partitions": "by the key"} if values["partition"] == "key" else {}
        notes |= {"timestamps": "now"} if values["time"] == "now" else {}
        name = (upload.name or "a file").replace("\0", "")[:100]
        digest = hashlib.sha256()
        for piece in contents.pieces:
            digest.update(piece)
        return {
            "topic": topic, "file": name, "bytes": upload.size, "counts": contents.counts,
            "digest": digest.hexdigest()[:12], "notes": notes, "writer": f"kafkaadmin-job-{token_hex(8)}",
            "compacted": compacted, "keyless": contents.keyless, "tombstones": contents.tombstones,
            "timed_zero": contents.timed_zero,
        }  # fmt: skip


def naming(part: str, encode: Callable[[str, Headers], bytes]) -> Encode:
    """Return an encoder whose errors say of which part they are."""

    def encode_text(_: str, text: str, headers: Headers) -> bytes:
        try:
            return encode(text, headers)
        except UnfitError as error:
            raise ValueError(f"{part}: {error}") from error
        except InvalidRequest as failure:
            raise ValueError(f"{part}: {failure.sentence} {failure.advice}") from failure

    return encode_text


def read_file(form: ProduceFileForm) -> FileContents | None:
    """Return what the file of a valid form has; None, with the form's errors, where it cannot be read."""
    try:
        contents = form.contents()
    except KafkaFailure as failure:
        form.show_refusal(failure)
        return None
    if not contents.counts and not contents.wrong:
        form.add_error("file", "The file has no records.")
    return contents
