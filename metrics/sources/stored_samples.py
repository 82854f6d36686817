"""Readings of exporters, stored for charts where there is no Prometheus: fine for hours, coarse for days."""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from clusters.models import Cluster
from metrics.catalogue.samples import Reading
from metrics.models import Measured

COARSE = 300  # seconds
KEEP_FINE, KEEP_COARSE = 3 * 3600, 8 * 86400  # seconds


def packed(readings: Iterable[Reading]) -> bytes:
    rows = [[reading.signal, reading.broker, reading.label, round(reading.value, 4)] for reading in readings]
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode())


def unpacked(data: bytes) -> list[Reading]:
    return [Reading(signal, broker, value, label) for signal, broker, label, value in json.loads(zlib.decompress(data))]


def mean(stretches: Iterable[Sequence[Reading]]) -> list[Reading]:
    """Return the mean of each signal, broker and label over some looks."""
    values: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for readings in stretches:
        for reading in readings:
            values[reading.signal, reading.broker, reading.label].append(reading.value)
    return [Reading(s, broker, sum(numbers) / len(numbers), label) for (s, broker, label), numbers in values.items()]


def keep(cluster: Cluster, readings: Sequence[Reading], at: int, interval: int) -> None:
    """Store a look, roll up the five minutes that it is the first to follow, and drop what is too old.

    Args:
        cluster: whose readings they are.
        readings: what came.
        at: seconds since 1970.
        interval: seconds between two looks.
    """
    rows = Measured.objects.filter(cluster=cluster)
    start = at - at % COARSE
    fine = rows.exclude(width=COARSE)
    if not fine.filter(at__gte=start).exists():
        before = [
            unpacked(bytes(row))
            for row in fine.filter(at__gte=start - COARSE, at__lt=start).values_list("readings", flat=True)
        ]
        if before:
            Measured.objects.update_or_create(
                cluster=cluster, width=COARSE, at=start - COARSE, defaults={"readings": packed(mean(before))}
            )
        fine.filter(at__lt=at - KEEP_FINE).delete()
        rows.filter(width=COARSE, at__lt=at - KEEP_COARSE).delete()
    width = interval if interval != COARSE else COARSE + 1
    Measured.objects.update_or_create(cluster=cluster, width=width, at=at, defaults={"readings": packed(readings)})


def width(seconds: int, interval: int) -> int:
    """Return the seconds between two stored looks of a range of so many seconds."""
    return interval if seconds <= KEEP_FINE else COARSE


def between(cluster: Cluster, start: int, end: int) -> list[tuple[int, list[Reading]]]:
    """Return what was stored between two times, in seconds since 1970.

    It is fine where fine looks go back that far, counted from the last look, as dropping is. Else it is what was
    rolled up, then the newest fine looks, which are not rolled up yet. What was rolled up holds for its whole stretch.
    """
    rows = Measured.objects.filter(cluster=cluster, at__gt=start - COARSE, at__lte=end).order_by("at")
    fine = rows.exclude(width=COARSE).filter(at__gte=start)
    if end - start <= KEEP_FINE and start >= newest(cluster) - KEEP_FINE - COARSE:
        return opened(fine)
    coarse = opened(rows.filter(width=COARSE))
    held = [(max(at, start), readings) for at, readings in coarse]
    held += [(min(at + COARSE - 1, end), readings) for at, readings in coarse[-1:]]
    return [*held, *opened(fine.filter(at__gte=rolled_up_to(cluster)))]


def opened(rows: QuerySet[Measured]) -> list[tuple[int, list[Reading]]]:
    return [(at, unpacked(bytes(data))) for at, data in rows.values_list("at", "readings")]


def newest(cluster: Cluster) -> int:
    """Return the time of the last look, in seconds since 1970."""
    looks = Measured.objects.filter(cluster=cluster).exclude(width=COARSE)
    return looks.order_by("at").values_list("at", flat=True).last() or 0


def rolled_up_to(cluster: Cluster) -> int:
    """Return the end of what is rolled up, in seconds since 1970; 0 where nothing is."""
    last = Measured.objects.filter(cluster=cluster, width=COARSE).order_by("at").values_list("at", flat=True).last()
    return 0 if last is None else last + COARSE
