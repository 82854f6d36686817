"""What is due, and what nobody holds, in rows with ``due_at`` and ``lease_until``.

A clock that ran ahead and was set back leaves moments that lie hours ahead; they count for nothing, or work would
stand still until the clock is there again.
"""

from datetime import datetime, timedelta

from django.db.models import Q

SKEW = timedelta(minutes=1)  # the clocks of our own machines may differ by this much


def rows_due(now: datetime, done: str) -> Q:
    """Return the condition that a row's work is due; ``done`` names the field that tells when it was done last."""
    return Q(due_at=None) | Q(due_at__lte=now) | Q(**{f"{done}__gt": now + SKEW})


def row_is_due(due_at: datetime | None, done_at: datetime | None, now: datetime) -> bool:
    """Tell whether something is due: the same condition for a row at hand."""
    return due_at is None or due_at <= now or (done_at is not None and done_at > now + SKEW)


def unleased(now: datetime, lease: timedelta) -> Q:
    """Return the condition that nobody holds a row; ``lease`` is how long one is given at most."""
    return Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + lease + SKEW)


def is_leased(lease_until: datetime | None, lease: timedelta, now: datetime) -> bool:
    """Tell whether somebody holds a row: the same condition, turned round, for a row at hand."""
    return lease_until is not None and now <= lease_until <= now + lease + SKEW


def interval_elapsed(before: datetime | None, every: timedelta, now: datetime) -> bool:
    """Tell whether something last done at a moment is to be done again."""
    return before is None or now - before >= every or before > now + SKEW
