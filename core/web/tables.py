"""The columns of a list, and which of them somebody has hidden: a cookie, which a form sets without any script."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from core.web.formats import UNKNOWN, count
from core.web.markup import markup
from core.web.paths import back_to, reverse
from core.web.preferences import keep

LONGEST = 1_000  # characters of a cookie
SEPARATOR = "."
SELECTING = '<td class="select"><input type="checkbox" name="selected" value="{}" aria-label="Select {}"></td>'


@dataclass(frozen=True)
class Column:
    """A column of a list. Its first cell names the row, and is no column that can be hidden.

    ``name`` is what it sorts by, if it does. ``kind`` is ``num`` for numbers and ``first`` for words of which the worst
    come first. On a phone, cells stand one after another, with ``phone`` before the value; None leaves the cell out.
    ``shows`` makes a row's text; without it, it is the field called as the column.
    """

    name: str
    label: str
    kind: str = ""
    phone: str | None = None
    sorts: bool = True
    shows: Callable[[Any], str] | None = None

    def text(self, row: Any) -> str:
        """Return what a row shows in it: text, which is not escaped unless it is marked as safe."""
        return self.shows(row) if self.shows else plain(getattr(row, self.name))

    @cached_property
    def opening(self) -> SafeString:
        """The start of each of its cells."""
        label = markup(' data-label="{}"', self.phone) if self.phone else ""
        return markup('<td class="{}"{}>', self.css, label)

    @property
    def css(self) -> str:
        return " ".join(filter(None, ("num" if self.kind == "num" else "", "aside" if self.phone is None else "")))


def plain(value: str | int | None) -> str:
    """Write a field's value; a dash where it is unknown or there is none."""
    return count(value) if isinstance(value, int) else value or UNKNOWN


@dataclass(frozen=True)
class Table:
    """A list's columns, and the names of those that are hidden.

    ``first`` writes the cells that a row begins with, where the page does not.
    """

    name: str
    columns: tuple[Column, ...]
    hidden: frozenset[str] = frozenset()
    first: Callable[[Any], str] | None = None

    @cached_property
    def shown(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns if column.name not in self.hidden}


def table_of(
    request: HttpRequest, name: str, columns: Sequence[Column], first: Callable[[Any], str] | None = None
) -> Table:
    """Return a list's columns, without those that the person has hidden."""
    hidden = request.COOKIES.get(cookie_of(name), "").split(SEPARATOR)
    return Table(name, tuple(columns), frozenset(column.name for column in columns) & frozenset(hidden), first)


def selecting(value: str, label: str) -> SafeString:
    """Return the cell with the box that selects a row."""
    return markup(SELECTING, value, label)


def naming(link: SafeString) -> SafeString:
    """Return the cell that names a row."""
    return markup('<th scope="row" class="cut">{}</th>', link)


def cookie_of(name: str) -> str:
    return f"{settings.COLUMNS_COOKIE_NAME}_{name}"


@require_POST
def choose(request: HttpRequest, table: str) -> HttpResponse:
    """Hide the columns that were offered and not chosen, and go back to the list."""
    response = back_to(request, reverse("home"))
    names = dict.fromkeys(name for name in request.POST.getlist("offered") if slugify(name) == name)
    hidden = SEPARATOR.join(name for name in names if name not in request.POST.getlist("column"))
    keep(response, cookie_of(table), hidden[:LONGEST])
    return response
