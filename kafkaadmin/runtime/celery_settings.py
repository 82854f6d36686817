"""Celery's settings, for the workers' app and for beat's: the transport and the schedule."""

from pathlib import Path
from typing import Any

from django.conf import settings

from kafkaadmin.runtime import file_queue as queue_of_files


def transport(redis_url: str, data_dir: Path) -> dict[str, Any]:
    """Return Celery's broker settings for Redis, or for a folder."""
    if redis_url:
        return {"broker_url": redis_url}
    queue, control = data_dir / "queue", data_dir / "control"
    for folder in (queue, control):
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": f"{queue_of_files.NAME}://",
        "broker_transport_options": {
            "data_folder_in": str(queue),
            "data_folder_out": str(queue),
            "control_folder": str(control),
            "polling_interval": 0.2,
        },
    }


def celery_settings() -> dict[str, Any]:
    """Return the settings as Celery takes them."""
    return dict(
        **transport(settings.REDIS_URL, settings.DATA_DIR),
        task_ignore_result=True,
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        broker_connection_retry_on_startup=True,
        task_default_queue="default",
        # A lag shard's state is in the memory of one worker; its ticks reach it through the worker's own queue.
        worker_direct=bool(settings.REDIS_URL),
        task_always_eager=getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False),
        timezone="UTC",
        beat_schedule={
            "look-for-work": {
                "task": "runtime.tasks.look_for_work",
                "schedule": 2.0,
                "options": {"expires": 5},
            },
            "apply-changed-configuration": {
                "task": "clusters.tasks.apply_changed_configuration",
                "schedule": 10.0,
                "options": {"expires": 10},
            },
            "apply-declared-teams": {
                "task": "accounts.tasks.apply_declared_teams",
                "schedule": 20.0,
                "options": {"expires": 20},
            },
            "send-audit-log": {
                "task": "accounts.tasks.send_audit_log",
                "schedule": 5.0,
                "options": {"expires": 10},
            },
            "forget-old-audit-entries": {
                "task": "accounts.tasks.forget_old_entries",
                "schedule": 3600.0,
            },
            "expire-approval-requests": {
                "task": "clusters.approvals.tasks.expire_requests",
                "schedule": 60.0,
                "options": {"expires": 60},
            },
            "forget-old-jobs": {
                "task": "clusters.jobs.tasks.forget_old",
                "schedule": 3600.0,
            },
            "send-notices": {
                "task": "metrics.tasks.send_notices",
                "schedule": 5.0,
                "options": {"expires": 10},
            },
            "tick-lag": {
                "task": "lag.tasks.tick_due",
                "schedule": 1.0,
                # Clusters that do not answer block the default queue; lag must not wait behind them.
                "options": {"expires": 5, "queue": "lag"},
            },
        },
        beat_scheduler="kafkaadmin.runtime.beat:Scheduler",
    )
