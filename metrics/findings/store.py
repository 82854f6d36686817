"""Findings in the database: what is open now, and what a look changes."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from clusters.findings import Finding, Key, SourceResult
from clusters.models import Cluster
from metrics.findings.lifecycle import Change, OpenFinding, diff
from metrics.models import FindingRow

COLUMNS = ("severity", "value", "threshold", "names", "page", "target")


def look_for_findings(cluster: Cluster, now: datetime) -> Change:
    """Ask every source of findings, and store what changed."""
    former = frozenset(present(cluster).values_list("rule", "subject"))
    results: list[SourceResult] = [import_string(path)(cluster, former) for path in settings.FINDING_SOURCES]
    with transaction.atomic():
        rows = {(row.rule, row.subject): row for row in present(cluster).select_for_update()}
        change = diff({key: open_finding_of(row) for key, row in rows.items()}, results, now)
        write(cluster, rows, change, now)
    return change


def present(cluster: Cluster) -> QuerySet[FindingRow]:
    """Return the findings that are not resolved, opened or not."""
    return FindingRow.objects.filter(cluster=cluster, resolved_at=None)


def open_finding_of(row: FindingRow) -> OpenFinding:
    finding = Finding(
        row.rule, row.subject, row.severity, row.value, row.threshold, tuple(row.names),
        page=row.page, target=row.target,
    )  # fmt: skip
    return OpenFinding(finding, row.since, row.seen_at, row.opened_at)


def write(cluster: Cluster, rows: dict[Key, FindingRow], change: Change, now: datetime) -> None:
    FindingRow.objects.bulk_create(
        [
            FindingRow(
                cluster=cluster,
                rule=open_finding.finding.rule,
                subject=open_finding.finding.subject,
                **columns(open_finding),
            )
            for open_finding in change.begun
        ],
        ignore_conflicts=True,
    )
    lasting = [
        updated(rows[open_finding.finding.rule, open_finding.finding.subject], open_finding)
        for open_finding in change.lasting
    ]
    FindingRow.objects.bulk_update(lasting, [*COLUMNS, "seen_at", "opened_at"], batch_size=200)
    resolved = [rows[key].pk for key in change.resolved]
    FindingRow.objects.filter(pk__in=resolved).update(resolved_at=now)
    FindingRow.objects.filter(pk__in=[rows[key].pk for key in change.forgotten]).delete()


def columns(open_finding: OpenFinding) -> dict[str, Any]:
    values = asdict(open_finding.finding)
    return {
        **{name: values[name] for name in COLUMNS},
        "names": list(open_finding.finding.names),
        "since": open_finding.since,
        "seen_at": open_finding.seen_at,
        "opened_at": open_finding.opened_at,
    }


def updated(row: FindingRow, open_finding: OpenFinding) -> FindingRow:
    for name, value in columns(open_finding).items():
        setattr(row, name, value)
    return row
