"""Work that one worker at a time does for a row: when it is due, who holds the row, and for how long.

The fence counts holders. A worker that lost its lease without noticing finds another fence, and saves nothing. A clock
that ran ahead and was set back leaves times that lie hours in the future; they are ignored, or work would stand still
until the clock reaches them.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

SKEW = timedelta(minutes=1)  # the clocks of our own machines may differ by this much


class LeaseLost(Exception):
    """Another worker holds the row now."""


class Leased(models.Model):
    """A row for which work is due now and then, done by whoever holds its lease."""

    LEASE: ClassVar[timedelta]  # for how long it is given
    DONE: ClassVar[str]  # the field with the time when the work was last done

    due_at = models.DateTimeField(null=True, db_index=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)

    class Meta:
        abstract = True

    @classmethod
    def due(cls, now: datetime) -> Q:
        """Return the condition for rows whose work is due."""
        return Q(due_at=None) | Q(due_at__lte=now) | Q(**{f"{cls.DONE}__gt": now + SKEW})

    @classmethod
    def unleased(cls, now: datetime) -> Q:
        """Return the condition for rows that nobody holds."""
        return Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + cls.LEASE + SKEW)

    @classmethod
    def queue_due(cls, now: datetime, seconds: float, *conditions: Q) -> list[Any]:
        """Return the rows whose work is due and that nobody holds; they are not due again for some seconds.

        In that time a message about each may wait for a worker.
        """
        rows = cls._default_manager.filter(*conditions, cls.unleased(now), cls.due(now))
        pks = list(rows.values_list("pk", flat=True))
        if pks:
            cls._default_manager.filter(pk__in=pks).update(due_at=now + timedelta(seconds=seconds))
        return pks

    @classmethod
    def take(cls, pk: int, now: datetime, **values: Any) -> Self | None:
        """Take a row that nobody holds, and set some of its values; None if somebody holds it."""
        rows = cls._default_manager.filter(cls.unleased(now), pk=pk)
        if not rows.update(lease_until=now + cls.LEASE, fence=F("fence") + 1, **values):
            return None
        return cls._default_manager.select_related("cluster").get(pk=pk)

    def is_leased(self, now: datetime) -> bool:
        """Tell whether somebody held the row when it was loaded."""
        return self.lease_until is not None and now <= self.lease_until <= now + self.LEASE + SKEW

    def save_if_held(self, **values: Any) -> None:
        """Save values, if the lease was not lost meanwhile.

        Raises:
            LeaseLost: another worker holds the row.
        """
        if not type(self)._default_manager.filter(pk=self.pk, fence=self.fence).update(**values):
            raise LeaseLost

    def renew(self, now: datetime) -> None:
        """Hold the row for a while longer.

        Raises:
            LeaseLost: another worker holds it.
        """
        self.save_if_held(lease_until=now + self.LEASE)

    def release(self, **values: Any) -> bool:
        """Let others take the row at once, and save values; tell whether it was still held."""
        rows = type(self)._default_manager.filter(pk=self.pk, fence=self.fence)
        return bool(rows.update(lease_until=None, **values))


def row_is_due(due_at: datetime | None, done_at: datetime | None, now: datetime) -> bool:
    """Tell whether a loaded row is due, by the same rule as ``Leased.due``."""
    return due_at is None or due_at <= now or (done_at is not None and done_at > now + SKEW)


def interval_elapsed(before: datetime | None, every: timedelta, now: datetime) -> bool:
    """Tell whether something last done at ``before`` is to be done again."""
    return before is None or now - before >= every or before > now + SKEW
