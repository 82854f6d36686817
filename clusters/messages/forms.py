"""The form that selects records of a topic."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from clusters.form_fields import moment, read_partitions
from clusters.formats.catalogue import choices as format_choices
from clusters.gateway.offsets import LARGEST
from clusters.gateway.reading.partitioner import partition_of
from clusters.gateway.reading.records import MayMatch
from clusters.messages.filters import expressions, json_paths
from clusters.messages.filters.documents import Documents
from clusters.messages.filters.record_filter import RecordFilter
from clusters.messages.filters.texts import (
    ANYWHERE,
    WHERE,
    Test,
    containing,
    equalling,
    matching,
    may_contain,
    may_equal,
)
from clusters.messages.moments import SHORTCUTS, period
from clusters.messages.own_types import FORMAT_FIELDS, OwnTypes
from clusters.messages.produce.typed_data import FORMATS, bytes_of
from clusters.messages.reading.cursors import LONGEST, START, Cursor, read_cursor
from clusters.messages.reading.topic import TopicLog
from clusters.messages.rendering.columns import COLUMNS, DEFAULT_COLUMNS, Field, read_fields, shown_columns
from core.patterns import PatternError, compiled

NEWEST: Literal["newest"] = "newest"
OLDEST: Literal["oldest"] = "oldest"
AROUND = "around"
SEEK = {
    NEWEST: "Latest",
    OLDEST: "Earliest",
    "offset": "Offset",
    AROUND: "Around an offset",
    "time": "Timestamp",
    **SHORTCUTS,
}
LIMITS = (20, 50, 100, 500)
PAGE = 50
SOUGHT = 200  # characters of a search text; it must fit into the URL beside the cursor
SEARCH_SECONDS, SECONDS = 1.0, 4.0  # that one request reads: of a search, whose next one follows by itself; of a page
FOLDED = (
    "where", "equals", "regex", "json_path", "cel", "all_partitions", "to_offset", "to_time", "order", "isolation",
    "fields_shown", *FORMAT_FIELDS,
)  # fmt: skip
NOT_OURS = "This cursor is not valid here: it is another topic's, or was cut off. Fetch the records anew."
UNSEEN = {"spellcheck": "false", "autocomplete": "off"}


def text_field(label: str, help_text: str = "", *, longest: int = SOUGHT) -> forms.CharField:
    """Return a field for a text that is taken as it is."""
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        max_length=longest,
        help_text=help_text,
        widget=forms.TextInput(attrs=UNSEEN),
    )


def choice(label: str, choices: Iterable[tuple[str, str]]) -> forms.ChoiceField:
    """Return a field for a choice that need not be made."""
    return forms.ChoiceField(label=label, required=False, choices=list(choices))


class MessagesForm(forms.Form):
    """Where to start, in which partitions, what to search for; ``cursor`` says where the previous page ended."""

    seek = forms.ChoiceField(label="Start from", choices=list(SEEK.items()))
    offset = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)
    time = moment()
    to_offset = forms.IntegerField(required=False, label="To offset", min_value=0, max_value=LARGEST)
    to_time = moment("To time")
    order = choice("Order", [("", "As it starts"), (NEWEST, "Newest first"), (OLDEST, "Oldest first")])
    partitions = forms.CharField(required=False, help_text="All, or e.g. 0,3-5.", max_length=1000)
    contains = text_field("Search", "Key, value or header (case-insensitive).")
    equals = text_field("Equals", "The whole text, case-sensitive.")
    regex = text_field("Regular expression", "RE2 syntax; (?i) ignores case.", longest=500)
    where = choice("Search in", WHERE.items())
    key = text_field("Key", "The whole key; reads its partition.")
    all_partitions = forms.BooleanField(required=False, label="Key in all partitions (other partitioners)")
    json_path = text_field("JSON path", "In the value, e.g. $.user.id = 7.", longest=500)
    cel = text_field("CEL expression", "E.g. value.amount > 100 && headers.source == 'shop'.", longest=1_000)
    limit = forms.IntegerField(
        required=False,
        label="Records",
        initial=PAGE,
        min_value=1,
        max_value=LIMITS[-1],
        widget=forms.Select(choices=[(limit_choice, limit_choice) for limit_choice in LIMITS]),
    )
    isolation = choice("Transactions", [("all", "All records"), ("committed", "Committed only")])
    key_format = forms.ChoiceField(label="Key format", required=False, choices=format_choices)
    value_format = forms.ChoiceField(label="Value format", required=False, choices=format_choices)
    columns = forms.MultipleChoiceField(
        required=False, choices=list(COLUMNS.items()), widget=forms.CheckboxSelectMultiple
    )
    fields_shown = text_field("Fields as columns", "JSON paths, e.g. $.user.id, $.amount.", longest=500)
    seconds = forms.FloatField(required=False, min_value=0.1, max_value=SECONDS, widget=forms.HiddenInput)
    cursor = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, log: TopicLog, now: datetime | None = None, types: OwnTypes | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.log, self.present, self.now = log, set(log.leaders), timezone.localtime(now)
        if types:
            for name in FORMAT_FIELDS:
                self.fields[name].choices = lambda: [*format_choices(), *types.choices()]  # type: ignore[attr-defined]

    def clean_partitions(self) -> set[int]:
        """Read the numbers; none means all."""
        return read_partitions(self.cleaned_data["partitions"], self.present, owner="The topic")

    def clean_limit(self) -> int:
        """Return the limit; a page's worth by default."""
        return self.cleaned_data["limit"] or PAGE

    def clean_where(self) -> str:
        return self.cleaned_data["where"] or ANYWHERE

    def clean_regex(self) -> Any:
        """Compile the expression."""
        return refusing(compiled, self.cleaned_data["regex"], PatternError)

    def clean_json_path(self) -> json_paths.Comparison | None:
        """Read the comparison."""
        comparison: json_paths.Comparison | None = refusing(
            json_paths.comparison, self.cleaned_data["json_path"], json_paths.PathError
        )
        return comparison

    def clean_cel(self) -> expressions.Expression | None:
        """Compile the expression."""
        expression: expressions.Expression | None = refusing(
            expressions.expression, self.cleaned_data["cel"], expressions.ExpressionError
        )
        return expression

    def clean_columns(self) -> list[str]:
        """Return the columns in their order, the usual ones by default; always with the offset, a record's name."""
        chosen = set(self.cleaned_data["columns"]) or DEFAULT_COLUMNS
        return [column for column in COLUMNS if column in chosen or column == "offset"]

    def clean_fields_shown(self) -> list[Field]:
        """Read the paths."""
        return refusing(read_fields, self.cleaned_data["fields_shown"], json_paths.PathError) or []

    def clean_cursor(self) -> Cursor:
        """Read the places.

        Raises:
            ValidationError: it is not a cursor of this topic.
        """
        text = self.cleaned_data["cursor"]
        try:
            return read_cursor(text, self.log) if text else START
        except ValueError as error:
            raise ValidationError(NOT_OURS) from error

    def clean(self) -> dict[str, Any]:
        """Require the value that the starting point needs."""
        values = super().clean() or {}
        seek = values.get("seek")
        needed = "offset" if seek == AROUND else seek
        if needed in {"offset", "time"} and values.get(needed) is None and needed not in self.errors:
            self.add_error(needed, "This field is required.")
        if seek in SHORTCUTS:
            values["period"] = period(seek, self.now)
        return values

    @property
    def newest(self) -> bool:
        """Whether the newest records come first."""
        order = self.cleaned_data["order"] or (NEWEST if self.cleaned_data["seek"] in {NEWEST, *SHORTCUTS} else OLDEST)
        return bool(order == NEWEST)

    @property
    def formats(self) -> dict[str, str]:
        """The chosen formats; empty ones are found automatically."""
        return {name: self.cleaned_data[name] for name in FORMAT_FIELDS}

    @property
    def formats_chosen(self) -> str:
        """The chosen formats as the query of a record's own address; empty without any."""
        chosen = {name: value for name, value in self.formats.items() if value}
        return f"?{urlencode(chosen)}" if chosen else ""

    @property
    def since(self) -> datetime | None:
        """The time before which nothing is read, if any."""
        if "period" in self.cleaned_data:
            start: datetime = self.cleaned_data["period"].since
            return start
        moment: datetime | None = self.cleaned_data["time"]
        return moment if self.cleaned_data["seek"] == "time" else None

    @property
    def until(self) -> datetime | None:
        """The time from which on nothing is read, if any."""
        moment: datetime | None = self.cleaned_data["to_time"]
        if "period" in self.cleaned_data and self.cleaned_data["period"].until:
            end: datetime = self.cleaned_data["period"].until
            return min(end, moment) if moment else end
        return moment

    @property
    def key_partition(self) -> int | None:
        """The only partition that is read, since the key belongs to it; None where others are, too.

        A key that is written by a schema has bytes that its text does not tell.
        """
        values = self.cleaned_data
        key_format = values["key_format"] or "text"
        if not values["key"] or values["partitions"] or values["all_partitions"] or not self.present:
            return None
        try:
            data = bytes_of(values["key"], key_format) if key_format in FORMATS else None
        except ValueError:  # then no key is such a number
            return None
        return None if data is None else partition_of(data, len(self.present))

    @property
    def chosen(self) -> set[int]:
        """The partitions to read."""
        partition = self.key_partition
        if partition is not None:
            return {partition} & self.present
        chosen: set[int] = self.cleaned_data["partitions"] or self.present
        return chosen

    @property
    def seconds_to_read(self) -> float:
        """How long one request may take."""
        given: float | None = self.cleaned_data["seconds"]
        return given or (SEARCH_SECONDS if self.searching else SECONDS)

    @property
    def searching(self) -> bool:
        """Whether only some records are asked for."""
        return any(self.cleaned_data[name] for name in ("contains", "equals", "regex", "key", "json_path", "cel"))

    @property
    def bounded(self) -> bool:
        """Whether only a part of the topic is asked for."""
        values = self.cleaned_data
        return bool(self.since or self.until or values["to_offset"] is not None or values["seek"] == "offset")

    @property
    def shown(self) -> dict[str, bool]:
        """Which columns are shown, by name."""
        return shown_columns(self.cleaned_data["columns"])

    @property
    def end(self) -> str:
        """What is reached where nothing more follows."""
        return f"{'Beginning' if self.newest else 'End'} of {'range' if self.bounded else 'topic'}"

    @property
    def more_used(self) -> bool:
        """Whether any of the fields that are folded away has a value, or is wrong."""
        columns = self.data.get("columns") or DEFAULT_COLUMNS
        if self.data.get("more"):
            return True
        return set(columns) != set(DEFAULT_COLUMNS) or any(
            self.data.get(name) or name in self.errors for name in FOLDED
        )

    def record_filter(self, documents: Documents) -> RecordFilter:
        """Return what the records must be like; paths and expressions look into documents."""
        values, where = self.cleaned_data, self.cleaned_data["where"]
        tests: list[Test] = []
        quick: list[MayMatch] = []
        if values["key"]:
            tests.append(equalling(values["key"], "key", documents))
            quick.append(may_equal(values["key"]))
        if values["equals"]:
            tests.append(equalling(values["equals"], where, documents))
            quick.append(may_equal(values["equals"]))
        if values["contains"]:
            tests.append(containing(values["contains"], where, documents))
            quick += filter(None, [may_contain(values["contains"])])
        if values["regex"]:
            tests.append(matching(values["regex"], where, documents))
        quick = quick if documents.is_as_written else []
        cel = values["cel"] and replace(values["cel"], documents=documents, unfit=Counter())
        json_path = values["json_path"] and replace(values["json_path"], documents=documents)
        return RecordFilter(tuple(tests), tuple(quick), cel, json_path)


def refusing(read: Any, text: str, kind: type[ValueError]) -> Any:
    """Return what a text means, None for none.

    Raises:
        ValidationError: it means nothing.
    """
    try:
        return read(text) if text else None
    except kind as error:
        raise ValidationError(str(error)) from error
