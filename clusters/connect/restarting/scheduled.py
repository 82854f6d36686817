"""Restarting failed tasks by schedule, where a Connect cluster has one: bounded, and in the audit log."""

import time
from dataclasses import asdict
from datetime import datetime, timedelta

from accounts.models import AuditEntry
from clusters.connect import plan, planning
from clusters.connect.rules.schedule import may_restart, recent
from clusters.connect.rules.states import TASKS_FAILED
from clusters.connect.topic_rows import RESERVE
from clusters.gateway.connect.client import Connect
from clusters.gateway.errors import KafkaFailure
from clusters.models import ConnectCluster, Connector
from core.leasing import interval_elapsed
from core.plan import Plan

WHO = "kafkaadmin (schedule)"  # no user can be called so
MOST = 20  # connectors of one round


def restart_scheduled(row: ConnectCluster, connect: Connect, now: datetime) -> None:
    """Restart what failed, if it is time for it; a connector that was restarted often enough is left as it is."""
    every = timedelta(minutes=row.restart_minutes)
    if not row.restart_minutes or row.cluster.read_only or not interval_elapsed(row.restarted_at, every, now):
        return
    row.restarted_at = now
    failed = Connector.objects.filter(connect=row, trouble__gte=TASKS_FAILED).order_by("name")
    due = [connector for connector in failed if may_restart(connector.restarts, row.restart_most, now)]
    for connector in due[:MOST]:
        if connect.failure or connect.seconds_left < RESERVE:
            return
        restart(row, connect, connector, now)


def restart(row: ConnectCluster, connect: Connect, connector: Connector, now: datetime) -> None:
    """Restart what of one connector failed, and record it, also where it does not succeed."""
    started = time.monotonic()
    try:
        planned = planning.plan_operation(row, connect, connector.name, plan.RESTART_FAILED)
    except KafkaFailure:
        return
    if not planned.steps:
        return
    entry = begin(row, planned)
    Connector.objects.filter(pk=connector.pk).update(restarts=[*recent(connector.restarts, now), now.isoformat()])
    try:
        planning.apply_operation(connect, connector.name, plan.RESTART_FAILED)
        entry.outcome, entry.detail = AuditEntry.DONE, planned.note
    except KafkaFailure as failure:
        entry.outcome, entry.detail = AuditEntry.FAILED, failure.sentence
    entry.duration_ms = round(1000 * (time.monotonic() - started))
    entry.save(update_fields=["outcome", "detail", "duration_ms"])


def begin(row: ConnectCluster, planned: Plan) -> AuditEntry:
    """Write the audit entry first, so that a process killed half-way does not leave a restart without a trace."""
    return AuditEntry.objects.create(
        username=WHO,
        action=planned.action,
        cluster=row.cluster.slug,
        resource=planned.resource,
        steps=[asdict(step) for step in planned.steps],
        outcome=AuditEntry.BEGUN,
    )
