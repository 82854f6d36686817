"""The form of a new record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clusters.form_fields import KafkaErrorForm, moment, typed_name
from clusters.formats.catalogue import registry_in
from clusters.formats.primitives import LAYOUTS
from clusters.formats.rules import PARTS
from clusters.gateway.errors import InvalidRequest, KafkaFailure
from clusters.gateway.writing.produce import NewRecord
from clusters.messages.own_types import FORMAT_FIELDS, OwnTypes, is_own_type, note_of
from clusters.messages.produce.schema import ChosenSchema, Headers, encoded_by, sample_of
from clusters.messages.produce.typed_data import FORMATS, bytes_of, headers_of
from clusters.messages.registries import TopicRegistries

LONGEST = 1_000_000  # letters of a key or a value; longer ones are no work for a form
SCHEMA = "schema"
SAMPLES = {"sample-key": "key", "sample-value": "value"}  # actions of the form, and what they fill
NUMBERS = [*((name, label) for name, (label, _) in LAYOUTS.items()), ("uuid", "UUID")]
KEY_FORMATS = [
    ("text", "Text"), (SCHEMA, "By schema (JSON)"), *NUMBERS, ("hex", "Hexadecimal"), ("base64", "Base64"),
    ("null", "Null (no key)"),
]  # fmt: skip
VALUE_FORMATS = [
    ("text", "Text"), ("json", "JSON (checked)"), (SCHEMA, "By schema (JSON)"), *NUMBERS, ("hex", "Hexadecimal"),
    ("base64", "Base64"), ("null", "Null (tombstone)"),
]  # fmt: skip
NO_SUBJECT = InvalidRequest("Choose the subject of a schema.")


def typed_data(label: str, rows: int) -> forms.CharField:
    """Return the field of a key or a value, which is kept as it was typed."""
    widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false"})
    return forms.CharField(label=label, required=False, strip=False, max_length=LONGEST, widget=widget)


def subject_field(part: str) -> forms.CharField:
    """Return the field of a subject for the ``key`` or the ``value``, which a list of its page suggests."""
    widget = forms.TextInput(attrs={"list": f"{part}-subjects", "autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label="Subject", required=False, max_length=1000, widget=widget)


def version_field() -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"placeholder": "latest"})
    return forms.IntegerField(label="Version", required=False, min_value=1, max_value=2**31 - 1, widget=widget)


def message_field() -> forms.CharField:
    widget = forms.TextInput(attrs={"spellcheck": "false", "placeholder": "e.g. shop.Order"})
    return forms.CharField(label="Message (Protobuf)", required=False, max_length=500, widget=widget)


def schema_of(name: str, values: Mapping[str, Any]) -> ChosenSchema:
    """Return the schema that was chosen for the ``key`` or the ``value``.

    Raises:
        InvalidRequest: none was.
    """
    subject, version = str(values.get(f"{name}_subject") or "").strip(), str(values.get(f"{name}_version") or "")
    if not subject:
        raise NO_SUBJECT
    return ChosenSchema(subject, int(version) if version.isdecimal() else None, values.get(f"{name}_message") or "")


def is_by_schema(kind: str) -> bool:
    """Tell whether a format is that of a schema registry."""
    return kind == SCHEMA or bool(registry_in(kind))


def chosen_formats(form: forms.Form) -> dict[str, str]:
    """Return the formats that a form shows, as typed or as it begins."""
    return {part: str(form[f"{part}_format"].value() or "") for part in PARTS}


def add_own_types(form: forms.Form, types: OwnTypes) -> None:
    """Let the formats be those of a form, and the cluster's own types."""
    for name in FORMAT_FIELDS:
        field: Any = form.fields[name]
        field.choices = [*field.choices, *types.choices()]


class ProduceForm(KafkaErrorForm):
    """A record: each of key and value with its format; without a partition, the key chooses it as in Java's clients."""

    key = typed_data("Key", 1)
    key_format = forms.ChoiceField(choices=KEY_FORMATS, initial="text", required=False)
    key_subject, key_version, key_message = subject_field("key"), version_field(), message_field()
    value = typed_data("Value", 8)
    value_format = forms.ChoiceField(choices=VALUE_FORMATS, initial="text", required=False)
    value_subject, value_version, value_message = subject_field("value"), version_field(), message_field()
    headers = forms.CharField(
        required=False,
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "placeholder": "trace-id=8f2c"}),
        help_text="One name=value per line; a name alone is a null header, name=base64:AAEC one that is no text.",
    )
    partition = forms.IntegerField(required=False, min_value=0, help_text="By the key if empty.")
    time = moment()
    confirm = typed_name("topic")

    def __init__(
        self, *args: Any, partitions: int, types: OwnTypes, registries: TopicRegistries, headers: Headers = (),
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.partitions, self.registries, self.types, self.more_headers = partitions, registries, types, headers
        self.schema_notes: dict[str, str] = {}
        add_own_types(self, types)

    @property
    def all_headers(self) -> Headers:
        """The headers that were typed, and those that came otherwise."""
        return (*self.cleaned_data.get("headers", ()), *self.more_headers)

    def clean_headers(self) -> tuple[tuple[str, bytes | None], ...]:
        try:
            return headers_of(self.cleaned_data["headers"].replace("\r\n", "\n"))
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def clean_partition(self) -> int | None:
        partition: int | None = self.cleaned_data["partition"]
        if partition is not None and partition >= self.partitions:
            raise ValidationError(f"The topic has no partition {partition}: the last one is {self.partitions - 1}.")
        return partition

    def clean_time(self) -> datetime | None:
        time: datetime | None = self.cleaned_data["time"]
        if time and time.timestamp() < 0:
            raise ValidationError("Kafka has no times before 1970.")
        return time

    def clean(self) -> dict[str, Any]:
        """Read key and value by their formats. An empty key is no key, unless it is typed as bytes."""
        values = super().clean() or {}
        for name in ("key", "value"):
            text = values.get(name, "").replace("\r\n", "\n")
            kind = values.get(f"{name}_format") or FORMATS[0]
            try:
                is_no_key = name == "key" and not text and kind not in {"hex", "base64"}
                values[f"{name}_bytes"] = self.bytes_by(name, "null" if is_no_key else kind, text)
            except ValueError as error:
                self.add_error(name, str(error))
            except KafkaFailure as failure:
                self.add_error(f"{name}_subject", f"{failure.sentence} {failure.advice}".strip())
        return values

    def bytes_by(self, name: str, kind: str, text: str) -> bytes | None:
        """Return what was typed as the bytes of its format.

        Raises:
            ValueError: it is not of the format, or does not fit the schema.
            KafkaFailure: the schema is not to be had.
        """
        if is_own_type(kind):
            self.schema_notes[name] = note_of(kind)
            return self.types.encoded(text, kind)
        if not is_by_schema(kind):
            return bytes_of(text, kind)
        if not (self.errors.keys() & {f"{name}_subject", f"{name}_version"}):
            registry, chosen = self.registries.connection(name, kind), schema_of(name, self.cleaned_data)
            encoded, note = encoded_by(registry, chosen, text, name, self.all_headers)
            self.schema_notes[name] = note + self.registries.note(name, kind)
            return encoded
        return None

    def with_sample(self, action: str) -> "ProduceForm":
        """Return the form as it was typed, with a sample by the chosen schema or type; a failure is shown there."""
        name = SAMPLES[action]
        typed, kind = dict(self.data.items()), self.data.get(f"{name}_format", "")
        own_type = is_own_type(kind)
        try:
            typed[name] = self.types.sample(kind) if own_type else self.sample(name, kind)
        except KafkaFailure as failure:
            self.errors.clear()
            field = f"{name}_format" if own_type else f"{name}_subject"
            self.add_error(field, f"{failure.sentence} {failure.advice}".strip())
            return self
        return ProduceForm(initial=typed, partitions=self.partitions, registries=self.registries, types=self.types)

    def sample(self, name: str, kind: str) -> str:
        return sample_of(self.registries.connection(name, kind), schema_of(name, self.data))

    def record(self) -> NewRecord:
        values: dict[str, Any] = self.cleaned_data
        time = values["time"]
        return NewRecord(
            values["key_bytes"],
            values["value_bytes"],
            self.all_headers,
            values["partition"],
            int(time.timestamp() * 1000) if time else None,
        )
