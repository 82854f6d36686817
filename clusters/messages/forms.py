"""The form that selects records of a topic."""

from datetime import datetime
from typing import Any, Literal

from django import forms
from django.core.exceptions import ValidationError

from clusters.form_fields import moment, read_partitions
from clusters.formats.catalogue import choices as format_choices
from clusters.gateway.offsets import LARGEST
from clusters.messages.cursors import LONGEST, read_places

NEWEST: Literal["newest"] = "newest"
SEEK = {
    NEWEST: "Latest",
    "oldest": "Earliest",
    "offset": "Offset",
    "time": "Timestamp",
}
LIMITS = (20, 50, 100, 500)
PAGE = 50
SOUGHT = 200  # characters of a search text; it must fit into the URL beside the cursor


class MessagesForm(forms.Form):
    """Where to start, in which partitions, what to search for; ``cursor`` says where the previous page ended."""

    seek = forms.ChoiceField(label="Start from", choices=list(SEEK.items()))
    offset = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)
    time = moment()
    partitions = forms.CharField(required=False, help_text="All, or e.g. 0,3-5.", max_length=1000)
    contains = forms.CharField(
        label="Search",
        required=False,
        strip=False,
        max_length=SOUGHT,
        help_text="Key, value or header (case-insensitive).",
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    limit = forms.IntegerField(
        required=False,
        label="Records",
        initial=PAGE,
        min_value=1,
        max_value=LIMITS[-1],
        widget=forms.Select(choices=[(limit_choice, limit_choice) for limit_choice in LIMITS]),
    )
    isolation = forms.ChoiceField(
        label="Transactions",
        required=False,
        choices=[("all", "All records"), ("committed", "Committed only")],
    )
    key_format = forms.ChoiceField(label="Key format", required=False, choices=format_choices)
    value_format = forms.ChoiceField(label="Value format", required=False, choices=format_choices)
    cursor = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, present: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present

    def clean_partitions(self) -> set[int]:
        """Read the numbers; none means all."""
        return read_partitions(self.cleaned_data["partitions"], self.present, owner="The topic") or self.present

    def clean_limit(self) -> int:
        """Return the limit; a page's worth by default."""
        return self.cleaned_data["limit"] or PAGE

    def clean_cursor(self) -> dict[int, int]:
        """Read the places.

        Raises:
            ValidationError: it is not a cursor.
        """
        text = self.cleaned_data["cursor"]
        try:
            return read_places(text) if text else {}
        except ValueError as error:
            raise ValidationError("This cursor is not valid; start again.") from error

    def clean(self) -> dict[str, Any]:
        """Require the value that the starting point needs."""
        values = super().clean() or {}
        needed = values.get("seek")
        if needed in {"offset", "time"} and values.get(needed) is None and needed not in self.errors:
            self.add_error(needed, "This field is required.")
        return values

    @property
    def newest(self) -> bool:
        """Whether reading starts at the end."""
        return bool(self.cleaned_data["seek"] == NEWEST)

    @property
    def formats(self) -> dict[str, str]:
        """The chosen formats; empty ones are found automatically."""
        return {name: self.cleaned_data[name] for name in ("key_format", "value_format")}

    @property
    def since(self) -> datetime | None:
        """The time at which reading starts, if any."""
        moment: datetime | None = self.cleaned_data["time"]
        return moment if self.cleaned_data["seek"] == "time" else None
