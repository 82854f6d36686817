"""The form that changes configs: in their rows, as ``key=value`` lines, or back to their defaults."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from clusters.configs.units import in_kafkas_unit
from clusters.form_fields import KafkaErrorForm
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.errors import KafkaFailure

ROW = "value."  # begins the name of the field in a config's row
TWICE = "{} is changed twice: leave one of them out."


def read_configs(text: str) -> dict[str, str]:
    """Read ``key=value`` lines.

    Raises:
        ValidationError: a line is not key=value, or a key occurs twice.
    """
    configs: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key, equals, value = line.partition("=")
        if not equals:
            raise ValidationError(f"“{line}” is not of the form key=value.")
        if key.strip() in configs:
            raise ValidationError(f"Duplicate key: {key.strip()}.")
        configs[key.strip()] = value.strip()
    return configs


class InitialInput(forms.HiddenInput):
    """What a row's field began with. Without an id, which nothing refers to: a page has hundreds of them."""

    def __init__(self) -> None:
        super().__init__({"id": False})


class ValueField(forms.CharField):
    hidden_widget = InitialInput


def value_field(entry: ConfigEntry) -> ValueField:
    """Return the field in a config's row. What it began with comes back with it, so that only edits are changes."""
    attrs = {"class": "form-control", "aria-label": entry.name, "id": False}
    widget = forms.PasswordInput(attrs) if entry.sensitive else forms.TextInput(attrs)
    return ValueField(required=False, label=entry.name, initial=present(entry), widget=widget, show_hidden_initial=True)


def present(entry: ConfigEntry) -> str:
    """Return the text that a row's field begins with; a sensitive value is never there."""
    return "" if entry.sensitive else entry.value or ""


def filled(data: Mapping[str, Any], entries: Iterable[ConfigEntry]) -> QueryDict:
    """Return posted data with the rows that it leaves out, as they are: programs send only what they change."""
    values = QueryDict(mutable=True)
    for name, value in data.items():
        values.setlist(name, data.getlist(name) if isinstance(data, QueryDict) else as_list(value))
    for entry in entries:
        before = data.get(f"initial-{ROW}{entry.name}", present(entry))
        values[f"initial-{ROW}{entry.name}"] = before
        values.setdefault(f"{ROW}{entry.name}", before)
    return values


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


class ConfigsForm(KafkaErrorForm):
    """New values, in rows or as lines, and keys to reset to their default.

    Once cleaned, ``configs`` has the new values of both, in Kafka's units.
    """

    configs = forms.CharField(
        required=False,
        label="Set configs",
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "placeholder": "retention.ms=86400000"}),
        help_text="One key=value per line.",
    )
    reset = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, entries: Iterable[ConfigEntry], own: str, **kwargs: Any
    ) -> None:
        """Take the present configs; those whose source is ``own`` may be reset."""
        self.own = own
        editable = [entry for entry in entries if not entry.read_only]
        super().__init__(filled(data, editable) if data else None, **kwargs)
        resettable = [(entry.name, entry.name) for entry in editable if entry.source == own]
        self.fields["reset"].choices = resettable  # type: ignore[attr-defined]
        self.fields.update({f"{ROW}{entry.name}": value_field(entry) for entry in editable})

    def clean_configs(self) -> dict[str, str]:
        return read_configs(self.cleaned_data["configs"])

    def clean(self) -> dict[str, Any]:
        """Join rows and lines; refuse a config that is in both, or that is set and reset."""
        values = super().clean() or {}
        lines, rows = values.get("configs", {}), self.edited_rows()
        for key in sorted(rows.keys() & {*lines, *values.get("reset", ())}):
            self.add_error(f"{ROW}{key}", TWICE.format(key))
        for key in sorted(lines.keys() & set(values.get("reset", ()))):
            self.add_error("configs", TWICE.format(key))
        values["configs"] = {key: in_kafkas_unit(key, value) for key, value in {**lines, **rows}.items()}
        return values

    def edited_rows(self) -> dict[str, str]:
        """Return the values that were typed over others."""
        return {
            name.removeprefix(ROW): self.cleaned_data[name]
            for name in self.changed_data
            if name.startswith(ROW) and name in self.cleaned_data
        }

    def show_refusal(self, failure: KafkaFailure) -> None:
        """Add the failure's sentence to the row of the config that it names, if it was typed there."""
        kind, _, key = (failure.field or "").partition(":")
        if kind == "config" and f"{ROW}{key}" in self.changed_data:
            self.add_error(f"{ROW}{key}", f"{failure.sentence} {failure.advice}".strip())
        else:
            super().show_refusal(failure)
