"""Cursor paging of lists: rows that are added or removed meanwhile are neither repeated nor skipped."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

from api.kit.problems import Refused
from api.kit.types import Pages
from core.web.lists import ordered

M = TypeVar("M", bound=Model)
SALT, NAMES_SALT = "api.cursor", "api.cursor.names"


def paged(rows: QuerySet[M], params: Pages, sort: str) -> dict[str, Any]:
    """Return one page of rows and the cursor of the next.

    Raises:
        Refused: the cursor is none of this list's.
    """
    if params.cursor:
        rows = rows.filter(after(rows.model, sort, params.cursor))
    page_rows = list(ordered(rows, sort)[: params.limit + 1])
    more = len(page_rows) > params.limit
    return {"items": page_rows[: params.limit], "next": cursor_at(page_rows[params.limit - 1], sort) if more else None}


def paged_names(names: Sequence[str], params: Pages) -> tuple[Sequence[str], str | None]:
    """Return one page of sorted names, which are in no table, and the cursor of the next.

    Raises:
        Refused: the cursor is none of such a list's.
    """
    if params.cursor:
        names = names[bisect_right(names, name_in(params.cursor)) :]
    page = names[: params.limit]
    return page, signing.dumps(page[-1], salt=NAMES_SALT) if len(names) > len(page) else None


def name_in(cursor: str) -> str:
    try:
        return str(signing.loads(cursor, salt=NAMES_SALT))
    except signing.BadSignature as error:
        text = "The cursor does not belong to this list."
        raise Refused(422, text, "Start without a cursor.", {"cursor": [text]}) from error


def cursor_at(row: Model, sort: str) -> str:
    """Return the cursor after a row; it is signed, so that only our own cursors are accepted."""
    value = getattr(row, sort.removeprefix("-"))
    place = [sort, value.isoformat() if isinstance(value, datetime) else value, row.pk]
    return signing.dumps(place, salt=SALT)


def after(model: type[Model], sort: str, cursor: str) -> Q:
    """Return the condition for rows after a cursor; unknown values come last.

    Raises:
        Refused: the cursor is none of this list's.
    """
    text = "The cursor does not belong to this list and sort order."
    refusal = Refused(422, text, "Start without a cursor.", {"cursor": [text]})
    try:
        made_for, value, pk = signing.loads(cursor, salt=SALT)
    except signing.BadSignature as error:
        raise refusal from error
    if made_for != sort:
        raise refusal
    column, operator = sort.removeprefix("-"), "lt" if sort.startswith("-") else "gt"
    behind = Q(**{f"pk__{operator}": pk})
    if value is None:
        return Q(**{f"{column}__isnull": True}) & behind
    same = Q(**{column: value}) & behind
    return Q(**{f"{column}__{operator}": value}) | same | Q(**{f"{column}__isnull": True})
