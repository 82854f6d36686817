"""The state of a list page, all of it in the URL: ``?q=…&sort=…&page=…`` and the page's own filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, Model, QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class ListState:
    """Search, sorting, page and filters of a list."""

    q: str
    sort: str
    page: str
    filters: dict[str, str]

    def query(self, **changes: Any) -> str:
        """Return the URL's query with some parameters changed; ``None`` removes one."""
        values = {"q": self.q, **self.filters, "sort": self.sort, "page": self.page, **changes}
        return urlencode({name: value for name, value in values.items() if value})

    def next_sort(self, column: str, *, descending_first: bool = False) -> str:
        """Return the sort that a click on the column's header asks for."""
        first, second = (f"-{column}", column) if descending_first else (column, f"-{column}")
        return second if self.sort == first else first


def list_state(request: HttpRequest, *, columns: Sequence[str], default: str, filters: Sequence[str] = ()) -> ListState:
    """Read a list's state from the request; an unknown column sorts by the default."""
    sort = request.GET.get("sort", default)
    return ListState(
        q=parameter(request, "q").strip(),
        sort=sort if sort.removeprefix("-") in columns else default,
        page=request.GET.get("page", ""),
        filters={name: parameter(request, name) for name in filters},
    )


def parameter(request: HttpRequest, name: str) -> str:
    """Return a query parameter without NULs: no name has one, and PostgreSQL refuses them."""
    return request.GET.get(name, "").replace("\0", "")


def ordered(rows: QuerySet[M], sort: str) -> QuerySet[M]:
    """Sort rows by a column, unknown last; the primary key breaks ties, so that pages never overlap."""
    column = F(sort.removeprefix("-"))
    if sort.startswith("-"):
        return rows.order_by(column.desc(nulls_last=True), "-pk")  # one direction, so that an index serves
    return rows.order_by(column.asc(nulls_last=True), "pk")


def page_of(rows: QuerySet[M], state: ListState, size: int = PAGE_SIZE, *, count: int | None = None) -> Page[M]:
    """Return the page asked for, or the nearest one there is. ``count`` saves counting rows whose number is known."""
    paginator = Paginator(ordered(rows, state.sort), size)
    if count is not None:
        paginator.__dict__["count"] = count  # where the cached property would store it
    return paginator.get_page(state.page or 1)
