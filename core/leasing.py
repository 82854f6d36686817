"""Which rows are due, and which nobody has leased: conditions on ``due_at`` and ``lease_until``.

A clock that ran ahead and was set back leaves times that lie hours in the future; they are ignored, or work would
stand still until the clock reaches them.
"""

from datetime import datetime, timedelta

from django.db.models import Q

SKEW = timedelta(minutes=1)  # the clocks of our own machines may differ by this much


def rows_due(now: datetime, done: str) -> Q:
    """Return the condition for rows whose work is due; ``done`` names the field with the time it was last done."""
    return Q(due_at=None) | Q(due_at__lte=now) | Q(**{f"{done}__gt": now + SKEW})


def row_is_due(due_at: datetime | None, done_at: datetime | None, now: datetime) -> bool:
    """Tell whether a loaded row is due: the same condition as ``rows_due``."""
    return due_at is None or due_at <= now or (done_at is not None and done_at > now + SKEW)


def unleased(now: datetime, lease: timedelta) -> Q:
    """Return the condition for rows that nobody has leased; ``lease`` is the longest time a lease is given for."""
    return Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + lease + SKEW)


def is_leased(lease_until: datetime | None, lease: timedelta, now: datetime) -> bool:
    """Tell whether a loaded row is leased: the opposite of ``unleased``."""
    return lease_until is not None and now <= lease_until <= now + lease + SKEW


def interval_elapsed(before: datetime | None, every: timedelta, now: datetime) -> bool:
    """Tell whether something last done at ``before`` is to be done again."""
    return before is None or now - before >= every or before > now + SKEW
