"""Jobs that are due are sent to workers; each process does a few at once, and takes turns where others wait."""

import time
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Event

from celery import shared_task
from celery.signals import worker_shutting_down
from django.db.models import Q, QuerySet
from django.utils import timezone

from clusters.jobs.kinds import KINDS
from clusters.jobs.running import work
from clusters.models import Job
from core.memory import borrowed

QUEUED = 30  # seconds that a message may wait for a worker; it is not sent again earlier
AT_ONCE = 2  # jobs, in a process: its other threads keep the inventory current
TURN = 20.0  # seconds that a job keeps its worker while others wait
KEPT, MOST = timedelta(days=30), 200  # of jobs that have ended, in a cluster
DRAFTS_KEPT = timedelta(hours=6)
_slots = BoundedSemaphore(AT_ONCE)
_shutting_down = Event()


@worker_shutting_down.connect
def leave(**_: object) -> None:
    """Have running jobs leave after their slice, so that another worker goes on at once."""
    _shutting_down.set()


@shared_task(name="clusters.jobs.tasks.run_due")
def run_due() -> None:
    """Send every job that is due and that nobody holds to a worker, those that have waited longest first."""
    now = timezone.now()
    due_ids = list(due_jobs(now).order_by("due_at", "pk").values_list("pk", flat=True))
    if due_ids:
        Job.objects.filter(pk__in=due_ids).update(due_at=now + timedelta(seconds=QUEUED))
    for pk in due_ids:
        run_job.apply_async((pk,), expires=QUEUED)


@shared_task(name="clusters.jobs.tasks.run_job")
@borrowed()
def run_job(pk: int) -> None:
    """Do a turn of a job, unless this process does as many as it bears: another one takes it, or this one later."""
    if not _slots.acquire(blocking=False):
        Job.objects.filter(pk=pk).update(due_at=timezone.now())
        return
    began = time.monotonic()
    try:
        work(pk, lambda: _shutting_down.is_set() or (time.monotonic() - began > TURN and others_wait()))
    finally:
        _slots.release()


def due_jobs(now: datetime) -> QuerySet[Job]:
    unfinished = Q(state__in=Job.OPEN) | Q(left=True)
    return Job.objects.filter(unfinished, Job.unleased(now), Job.due(now), kind__in=KINDS)


def others_wait() -> bool:
    return due_jobs(timezone.now()).exists()


@shared_task(name="clusters.jobs.tasks.forget_old")
def forget_old() -> int:
    """Delete drafts that nobody confirmed, and old jobs that have ended; return how many rows."""
    now = timezone.now()
    drafts, _ = Job.objects.filter(state=Job.DRAFT, created_at__lt=now - DRAFTS_KEPT).delete()
    closed = Job.objects.exclude(state__in=(*Job.OPEN, Job.DRAFT))
    old, _ = closed.filter(ended_at__lt=now - KEPT).delete()
    excess = [
        pk
        for cluster_id in closed.values_list("cluster", flat=True).distinct()
        for pk in closed.filter(cluster=cluster_id, left=False)
        .order_by("-ended_at")
        .values_list("pk", flat=True)[MOST:]
    ]
    surplus, _ = Job.objects.filter(pk__in=excess).delete()
    return drafts + old + surplus
