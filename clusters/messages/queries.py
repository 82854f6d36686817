"""The addresses that a page of records leads to: further on, back, and with its times written out. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from clusters.messages.forms import NEWEST, OLDEST, MessagesForm
from clusters.messages.moments import SHORTCUTS

DESCRIBED = 1_000  # characters of a query in the audit log
FORM = "%Y-%m-%dT%H:%M:%S"  # as a browser's field for times has it
PASSING = ("cursor", "seconds", "stop", "follow", "more")


def lasting(query: QueryDict, form: MessagesForm) -> QueryDict:
    """Return a query that means the same tomorrow, from its beginning on: “today” is a time in it."""
    lasting = query.copy()
    for name in PASSING:
        lasting.pop(name, None)
    if form.cleaned_data["seek"] in SHORTCUTS:
        lasting["seek"], lasting["order"] = "time", NEWEST if form.newest else OLDEST
        for name, moment in (("time", form.since), ("to_time", form.until)):
            if moment:
                lasting[name] = timezone.localtime(moment).strftime(FORM)
    return lasting


def fixed(query: Mapping[str, Any], form: MessagesForm) -> dict[str, Any]:
    """Return a query from its beginning on, with its times as moments, which mean the same in any time zone."""
    values = {name: value for name, value in query.items() if name not in PASSING}
    if form.cleaned_data["seek"] in SHORTCUTS:
        values |= {"seek": "time", "order": NEWEST if form.newest else OLDEST}
    moments = {"time": form.since, "to_time": form.until}
    return values | {name: moment.isoformat() if moment else "" for name, moment in moments.items()}


def exported(query: QueryDict, form: MessagesForm) -> str:
    """Return the query that has the records of all pages as a file, without its format."""
    whole = lasting(query, form)
    for name in ("limit", "columns"):
        whole.pop(name, None)
    return whole.urlencode()


def onward(query: QueryDict, form: MessagesForm, cursor: str, *, follow: bool = False) -> str:
    """Return the query that goes on at a cursor, or follows from there; empty without one."""
    following = lasting(query, form)
    following["cursor"] = cursor
    if follow:
        following["follow"] = "1"
    return following.urlencode() if cursor else ""


def opposite(query: QueryDict, form: MessagesForm, cursor: str) -> str:
    """Return the query for what is on the other side of a page, beyond all bounds; empty without a cursor."""
    back = lasting(query, form)
    for name in ("offset", "time", "to_offset", "to_time", "order"):
        back.pop(name, None)
    back["seek"], back["cursor"] = OLDEST if form.newest else NEWEST, cursor
    return back.urlencode() if cursor else ""


def in_all_partitions(query: QueryDict, form: MessagesForm) -> str:
    """Return the query that searches for a key in all partitions, from the beginning on."""
    everywhere = lasting(query, form)
    everywhere["all_partitions"] = "on"
    return everywhere.urlencode()


def described(query: Mapping[str, Any]) -> str:
    """Return a query as the audit log has it."""
    present = {name: value for name, value in query.items() if value or (value == 0 and value is not False)}
    return urlencode(present, doseq=True)[:DESCRIBED]
