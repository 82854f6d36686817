"""Forms of schemas: a new version, levels and modes, deleting."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clusters.form_fields import KafkaErrorForm
from clusters.formats.schemas import AVRO, JSON, PROTOBUF
from clusters.gateway.registry.changes import NewSchema
from clusters.gateway.registry.client import Reference
from clusters.gateway.registry.subjects import LEVELS, MODES
from clusters.schemas.mirror import LONGEST
from clusters.schemas.transfer.file_lines import LineError, SchemaFile, file_of
from clusters.schemas.transfer.importing import MOST
from core.json_text import NotJson, read_json
from core.web.formats import size

TYPES = [(AVRO, "Avro"), (JSON, "JSON Schema"), (PROTOBUF, "Protobuf")]
MOST_CHARACTERS = 1_000_000
MOST_VERSION = 2**31 - 1
LARGEST_FILE, MOST_LINES = 20 * 2**20, 100_000


class SubjectForm(KafkaErrorForm):
    """A schema as it was typed, for a subject that the address names."""

    type = forms.ChoiceField(choices=TYPES)
    schema = forms.CharField(
        max_length=MOST_CHARACTERS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "false", "class": "mono"}),
    )
    references = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "placeholder": "shop.Money shop.Money-value 1"}),
        help_text="Name, subject and version, one reference per line.",
    )

    def clean_references(self) -> tuple[Reference, ...]:
        """Read the lines."""
        references = []
        for line in filter(None, map(str.strip, self.cleaned_data["references"].splitlines())):
            parts = line.split()
            if len(parts) != 3 or not parts[2].isdecimal() or not 0 < int(parts[2][:11]) <= MOST_VERSION:
                raise ValidationError(f"“{line[:100]}” is not a reference: write name, subject and version.")
            references.append(Reference(parts[0], parts[1], int(parts[2])))
        return tuple(references)

    def clean(self) -> dict[str, Any]:
        """Point to the line where a schema is no JSON."""
        values = super().clean() or {}
        if values.get("type") in {AVRO, JSON} and "schema" in values:
            try:
                read_json(values["schema"])
            except NotJson as error:
                self.add_error("schema", str(error))
        return values

    def new_schema(self) -> NewSchema:
        values = self.cleaned_data
        return NewSchema(values["type"], values["schema"].replace("\r\n", "\n"), values["references"])


class NewSubjectForm(SubjectForm):
    subject = forms.CharField(
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"spellcheck": "false", "placeholder": "orders-value"}),
        help_text="<topic>-value or <topic>-key, if producers use the default strategy.",
    )
    field_order = ("subject", "type", "schema", "references")


class SettingsForm(KafkaErrorForm):
    """The level and the mode of a subject, or of all without their own."""

    compatibility = forms.ChoiceField(required=False)
    mode = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, whose: str, has_modes: bool, **kwargs: Any) -> None:
        """``whose`` names the choice of having none of its own; without modes there is no field for one."""
        super().__init__(*args, **kwargs)
        for name, choices in (("compatibility", LEVELS), ("mode", MODES)):
            self.fields[name].choices = [("", whose), *((choice, choice) for choice in choices)]  # type: ignore[attr-defined]
        if not has_modes:
            del self.fields["mode"]


class ImportForm(KafkaErrorForm):
    """Lines of an export, as a file or pasted, or taken from another registry of the cluster.

    What is too large for a request is imported by a job, which names its ``origin``.
    """

    origin = digest = ""
    is_large = False

    source = forms.ChoiceField(required=False, label="Another schema registry of this cluster")
    file = forms.FileField(required=False, help_text=f"JSON Lines, as exported; at most {size(LARGEST_FILE)}.")
    lines = forms.CharField(
        required=False,
        max_length=MOST_CHARACTERS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"}),
    )
    schemas_only = forms.BooleanField(required=False, label="Only the schemas, without levels and modes")

    def __init__(self, *args: Any, sources: Sequence[str] = (), **kwargs: Any) -> None:
        """``sources`` are the names of the other registries; without any there is no field to choose one."""
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(name, name) for name in sources]  # type: ignore[attr-defined]
        if not sources:
            del self.fields["source"]

    def clean(self) -> dict[str, Any]:
        """Read the lines; those of a small file are shown in the form from then on, so that they are sent again."""
        values = super().clean() or {}
        file = values.get("file")
        if file and (file.size or 0) > LARGEST_FILE:
            raise ValidationError(
                f"The file is too large: at most {size(LARGEST_FILE)}. Use `kafkaadmin schemas import`."
            )
        text = file.read().decode("utf-8", "replace") if file else str(values.get("lines") or "")
        if not text.strip() and self.data.get("action") == "take":
            return values
        if not text.strip():
            raise ValidationError("Select a file, or paste its contents.")
        self.origin = (file.name or "a file").replace("\0", "")[:100] if file else "pasted lines"
        self.digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        try:
            values["lines"] = file_of(text, MOST_LINES)
        except LineError as error:
            raise ValidationError(str(error)) from error
        self.is_large = len(text) > MOST_CHARACTERS or values["lines"].count > MOST
        if not self.is_large:
            self.data = {**dict(self.data.items()), "lines": text}
        return values

    def schema_file(self) -> SchemaFile:
        """Return what the lines of a valid form have, as far as that is to be imported."""
        file: SchemaFile = self.cleaned_data["lines"]
        return replace(file, settings=()) if self.cleaned_data["schemas_only"] else file
