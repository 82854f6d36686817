"""Findings in the database: what is open now, what a look changes."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from clusters.findings import Judged, Looked
from clusters.models import Cluster
from metrics.findings.lifecycle import Change, Kept, Key, change
from metrics.models import Finding

COLUMNS = ("severity", "value", "threshold", "names", "page", "target")


def look_for_findings(cluster: Cluster, now: datetime) -> Change:
    """Ask everybody who judges, and keep what they found."""
    looked: list[Looked] = [import_string(path)(cluster) for path in settings.FINDING_SOURCES]
    with transaction.atomic():
        rows = {(row.rule, row.subject): row for row in present(cluster).select_for_update()}
        found = change({key: kept(row) for key, row in rows.items()}, looked, now)
        write(cluster, rows, found, now)
    return found


def present(cluster: Cluster) -> QuerySet[Finding]:
    """Return the findings that are not resolved, told or not."""
    return Finding.objects.filter(cluster=cluster, resolved_at=None)


def kept(row: Finding) -> Kept:
    """Return a row as the pure rules want it."""
    judged = Judged(
        row.rule, row.subject, row.severity, row.value, row.threshold, tuple(row.names),
        page=row.page, target=row.target,
    )  # fmt: skip
    return Kept(judged, row.since, row.seen_at, row.opened_at)


def write(cluster: Cluster, rows: dict[Key, Finding], found: Change, now: datetime) -> None:
    """Write what changed."""
    Finding.objects.bulk_create(
        [
            Finding(cluster=cluster, rule=one.judged.rule, subject=one.judged.subject, **columns(one))
            for one in found.begun
        ],
        ignore_conflicts=True,
    )
    lasting = [updated(rows[one.judged.rule, one.judged.subject], one) for one in found.lasting]
    Finding.objects.bulk_update(lasting, [*COLUMNS, "seen_at", "opened_at"], batch_size=200)
    resolved = [rows[key].pk for key in found.resolved]
    Finding.objects.filter(pk__in=resolved).update(resolved_at=now)
    Finding.objects.filter(pk__in=[rows[key].pk for key in found.forgotten]).delete()


def columns(one: Kept) -> dict[str, Any]:
    """Return a finding's columns."""
    values = asdict(one.judged)
    return {
        **{name: values[name] for name in COLUMNS},
        "names": list(one.judged.names),
        "since": one.since,
        "seen_at": one.seen_at,
        "opened_at": one.opened_at,
    }


def updated(row: Finding, one: Kept) -> Finding:
    """Return a row with a finding's present columns."""
    for name, value in columns(one).items():
        setattr(row, name, value)
    return row
