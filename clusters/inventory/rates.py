"""How many records arrive per second in each topic: measured by the end offsets of two moments, in the database."""

from datetime import datetime, timedelta

from django.db.models import Case, F, FloatField, Q, When
from django.db.models.functions import Cast

from clusters.models import Mirror, Topic
from core.leasing import interval_elapsed

EVERY = timedelta(seconds=30)  # at least; a shorter time shows how producers batch
LONGEST = timedelta(minutes=10)  # the mean of a longer time says nothing about the present


def measure_rates(mirror: Mirror, now: datetime) -> None:
    """Write the rates of a cluster's topics, if the last ones are old enough; unknown where an end offset is.

    To be called in the transaction that wrote the end offsets as of ``now``.
    """
    if not interval_elapsed(mirror.rates_as_of, EVERY, now):
        return
    passed = now - mirror.rates_as_of if mirror.rates_as_of else None
    rate = rate_over(passed) if passed is not None and EVERY <= passed <= LONGEST else None
    settled = Q(rate=0) & Q(end_offsets=F("rate_from"))
    moving = Topic.objects.filter(Q(rate=None) | ~settled, cluster=mirror.cluster)
    moving.update(rate=rate, rate_from=F("end_offsets"))
    mirror.rates_as_of = now
    Mirror.objects.filter(pk=mirror.pk).update(rates_as_of=now)


def rate_over(passed: timedelta) -> Case:
    """Return the rate since the last measurement; a topic that was created again has none yet."""
    records = Cast(F("end_offsets") - F("rate_from"), FloatField())
    is_known = Q(end_offsets__gte=F("rate_from"))
    return Case(When(is_known, then=records / passed.total_seconds()), default=None, output_field=FloatField())
