"""Which records of a topic somebody wants to see."""

from datetime import datetime
from typing import Any, Literal

from django import forms
from django.core.exceptions import ValidationError

from clusters.form_fields import moment, read_partitions
from clusters.gateway.offsets import LARGEST
from clusters.messages.cursors import LONGEST, read_places

NEWEST: Literal["newest"] = "newest"
SEEK = {
    NEWEST: "the newest",
    "oldest": "the oldest",
    "offset": "from an offset on",
    "time": "from a time on",
}
LIMITS = (20, 50, 100, 500)
PAGE = 50
SOUGHT = 200  # characters of a text to look for; the address has to hold it beside the cursor


class MessagesForm(forms.Form):
    """Where to begin, in which partitions, what to look for; ``cursor`` says where the page before ended."""

    seek = forms.ChoiceField(label="Show", choices=list(SEEK.items()))
    offset = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)
    time = moment()
    partitions = forms.CharField(required=False, help_text="All, or such as 0, 3-5.", max_length=1000)
    contains = forms.CharField(
        required=False,
        strip=False,
        max_length=SOUGHT,
        help_text="In key, value or a header, in any case.",
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
    cursor = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, present: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present

    def clean_partitions(self) -> set[int]:
        """Read the numbers; none are all."""
        return read_partitions(self.cleaned_data["partitions"], self.present, owner="The topic") or self.present

    def clean_limit(self) -> int:
        """Return how many; a page's worth, if nothing is said."""
        return self.cleaned_data["limit"] or PAGE

    def clean_cursor(self) -> dict[int, int]:
        """Read the places.

        Raises:
            ValidationError: it holds none.
        """
        text = self.cleaned_data["cursor"]
        try:
            return read_places(text) if text else {}
        except ValueError as error:
            raise ValidationError("This does not say where a page ended; begin anew.") from error

    def clean(self) -> dict[str, Any]:
        """Require what the beginning needs."""
        values = super().clean() or {}
        needed = values.get("seek")
        if needed in {"offset", "time"} and values.get(needed) is None and needed not in self.errors:
            self.add_error(needed, "Give it.")
        return values

    @property
    def newest(self) -> bool:
        """Whether the valid form begins at the end."""
        return bool(self.cleaned_data["seek"] == NEWEST)

    @property
    def since(self) -> datetime | None:
        """The time from which the valid form begins, if it does."""
        moment: datetime | None = self.cleaned_data["time"]
        return moment if self.cleaned_data["seek"] == "time" else None
