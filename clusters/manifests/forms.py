"""The form of a manifest: a file, or its text, and whether what it does not list is removed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clusters.form_fields import KafkaErrorForm
from clusters.manifests.reading import read
from clusters.manifests.resources import NotAManifest
from clusters.reassignment.forms import throttle

MOST_CHARACTERS = 1_000_000


class ManifestForm(KafkaErrorForm):
    file = forms.FileField(required=False, help_text="YAML, or ACLs as CSV.")
    text = forms.CharField(
        required=False,
        max_length=MOST_CHARACTERS,
        strip=False,
        label="Contents",
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "mono"}),
    )
    remove = forms.BooleanField(
        required=False,
        label="Remove what the file does not list",
        help_text="Otherwise it only adds and changes. Kinds of resources that the file does not have stay.",
    )
    rate = throttle(
        "Of the job that changes replication factors: per broker, e.g. 10 MiB, above what producers write; "
        "removed at the end. Blank: unlimited."
    )

    def clean(self) -> dict[str, Any]:
        """Read the manifest; a file's text is shown in the form from then on, so that it is sent again."""
        values = super().clean() or {}
        file = values.get("file")
        text = file.read(4 * MOST_CHARACTERS).decode("utf-8", "replace") if file else str(values.get("text") or "")
        if not text.strip():
            raise ValidationError("Select a file, or paste its contents.")
        if len(text) > MOST_CHARACTERS:
            raise ValidationError(f"The file has more than {MOST_CHARACTERS:,} characters: split it.")
        self.data = {**dict(self.data.items()), "text": text}
        try:
            values["manifest"] = read(text)
        except NotAManifest as error:
            raise ValidationError(str(error)) from error
        return values
