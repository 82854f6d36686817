"""The form of a new record."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clusters.form_fields import KafkaErrorForm, moment, typed_name
from clusters.gateway.produce import NewRecord
from clusters.messages.typed_data import FORMATS, bytes_of, headers_of

LONGEST = 1_000_000  # letters of a key or a value; longer ones are no work for a form
KEY_FORMATS = [("text", "Text"), ("hex", "Hexadecimal"), ("base64", "Base64"), ("null", "Null (no key)")]
VALUE_FORMATS = [
    ("text", "Text"), ("json", "JSON (checked)"), ("hex", "Hexadecimal"), ("base64", "Base64"),
    ("null", "Null (tombstone)"),
]  # fmt: skip


def typed_data(label: str, rows: int) -> forms.CharField:
    """Return the field of a key or a value, which is kept as it was typed."""
    widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false"})
    return forms.CharField(label=label, required=False, strip=False, max_length=LONGEST, widget=widget)


class ProduceForm(KafkaErrorForm):
    """A record: each of key and value with its format; without a partition, the key chooses it as in Java's clients."""

    key = typed_data("Key", 1)
    key_format = forms.ChoiceField(choices=KEY_FORMATS, initial="text", required=False)
    value = typed_data("Value", 8)
    value_format = forms.ChoiceField(choices=VALUE_FORMATS, initial="text", required=False)
    headers = forms.CharField(
        required=False,
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "placeholder": "trace-id=8f2c"}),
        help_text="One name=value per line; a name alone is a null header.",
    )
    partition = forms.IntegerField(required=False, min_value=0, help_text="By the key if empty.")
    time = moment()
    confirm = typed_name("topic")

    def __init__(self, *args: Any, partitions: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partitions = partitions

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

    def clean(self) -> dict[str, Any]:
        """Read key and value by their formats. An empty key that is text is no key, as nobody means an empty one."""
        values = super().clean() or {}
        for name in ("key", "value"):
            text = values.get(name, "").replace("\r\n", "\n")
            kind = values.get(f"{name}_format") or FORMATS[0]
            try:
                values[f"{name}_bytes"] = bytes_of(text, "null" if name == "key" and not text else kind)
            except ValueError as error:
                self.add_error(name, str(error))
        return values

    def record(self) -> NewRecord:
        values: dict[str, Any] = self.cleaned_data
        time = values["time"]
        return NewRecord(
            values["key_bytes"],
            values["value_bytes"],
            values["headers"],
            values["partition"],
            int(time.timestamp() * 1000) if time else None,
        )
