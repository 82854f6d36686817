"""Counts that outlive a process and add up over several: in memory, and every few seconds in the database."""

import threading
import time
from collections import Counter

from django.db import DatabaseError
from django.db.models import F

from lag.models import Tally

EVERY = 5.0  # seconds
_lock = threading.Lock()
_waiting: Counter[tuple[str, str]] = Counter()
_state = {"saved": time.monotonic()}


def count(what: str, label: str) -> None:
    with _lock:
        _waiting[what, label] += 1
        due = time.monotonic() - _state["saved"] >= EVERY
    if due:
        save()


def save() -> None:
    """Add the counts to those stored; they wait in memory while the database is unavailable."""
    with _lock:
        counted = dict(_waiting)
        _waiting.clear()
        _state["saved"] = time.monotonic()
    try:
        for (what, label), number in counted.items():
            if not add(what, label, number):
                Tally.objects.get_or_create(what=what, label=label)
                add(what, label, number)
    except DatabaseError:
        with _lock:
            _waiting.update(counted)


def add(what: str, label: str, number: int) -> bool:
    """Add to a stored count; tell whether there is one."""
    return bool(Tally.objects.filter(what=what, label=label).update(number=F("number") + number))
