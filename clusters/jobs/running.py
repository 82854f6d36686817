"""Doing a job, slice by slice: each is saved under the lease before the next one begins."""

import logging
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import AuditEntry
from clusters.gateway.errors import Busy, KafkaFailure, TimedOut, Unreachable
from clusters.jobs.access import objection
from clusters.jobs.kinds import Checkpoint, Kind, kind_of
from clusters.models import Job
from core.leasing import LeaseLost
from core.plan import Step
from core.web.formats import duration, plural

TRANSIENT = (Unreachable, TimedOut, Busy)
ATTEMPTS = 12  # without any progress between them: some eight minutes
LONGEST_WAIT = 60  # seconds between two attempts
LONGEST_PAUSE = 2.0  # seconds for the sake of a rate, in one go
CLEAR_AGAIN = timedelta(seconds=LONGEST_WAIT)
LARGEST = 2_147_483_647  # of the audit log's milliseconds
GAVE_UP = "It ended its worker again and again."
UNEXPECTED = "An unexpected error occurred; the worker's log has it."
OUTCOMES = {Job.FINISHED: AuditEntry.DONE, Job.STOPPED: AuditEntry.DONE, Job.FAILED: AuditEntry.FAILED}
log = logging.getLogger(__name__)


def work(pk: int, must_leave: Callable[[], bool]) -> None:
    """Do slices of a job until it ends, or must be left; nothing, if another worker has it."""
    job = Job.take(pk, timezone.now(), attempts=F("attempts") + 1)
    if job is None:
        return
    try:
        attempt(job, must_leave)
    except LeaseLost:
        log.warning("Job %s was taken over by another worker.", job.pk)


def attempt(job: Job, must_leave: Callable[[], bool]) -> None:
    """Go on, and end or delay the job where that fails. What fails of the database is tried again without being noted.

    Raises:
        LeaseLost: another worker has the job.
    """
    try:
        advance(job, kind_of(job.kind), must_leave)
    except KafkaFailure as failure:
        log.warning("Job %s: %s", job.pk, failure.sentence)
        retry_or_fail(job, failure)
    except (LeaseLost, DatabaseError):
        raise
    except Exception:
        log.exception("Job %s failed.", job.pk)
        finish(job, Job.FAILED, UNEXPECTED)


def advance(job: Job, kind: Kind, must_leave: Callable[[], bool]) -> None:
    """Go on from the cursor.

    Raises:
        LeaseLost: another worker has the job.
        KafkaFailure: it cannot go on now, or at all.
    """
    now = timezone.now()
    if job.state not in Job.OPEN:
        clear_up(job, kind)
        return
    if job.attempts > ATTEMPTS:
        finish(job, Job.FAILED, job.failure or GAVE_UP, job.advice)
        return
    Job.objects.filter(pk=job.pk, fence=job.fence, state=Job.WAITING).update(state=Job.RUNNING)
    if job.started_at is None:
        job.started_at = now
        job.save_if_held(started_at=now)
    if ended(job):
        return
    with closing(kind.run(job)) as checkpoints:
        for checkpoint in checkpoints:
            save(job, checkpoint)
            if ended(job):
                return
            if checkpoint.whole and must_leave():
                job.release(due_at=timezone.now())
                return
            time.sleep(min(checkpoint.wait, LONGEST_PAUSE))
    finish(job, Job.FINISHED)


def save(job: Job, checkpoint: Checkpoint) -> None:
    """Save where a job stands, and hold it for a while longer.

    Raises:
        LeaseLost: another worker has it.
    """
    now = timezone.now()
    job.cursor, job.done, job.total, job.stepped_at = checkpoint.cursor, checkpoint.done, checkpoint.total, now
    job.result = dict(checkpoint.result) or job.result
    progress: dict[str, Any] = {"attempts": 0, "failure": "", "advice": ""} if checkpoint.whole else {}
    job.save_if_held(
        cursor=job.cursor, done=job.done, total=job.total, stepped_at=now, result=job.result,
        lease_until=now + Job.LEASE, **progress,
    )  # fmt: skip


def ended(job: Job) -> bool:
    """End a job that is to stop, or whose user may no longer do this; tell whether that was so.

    Raises:
        LeaseLost: another worker has it.
    """
    if Job.objects.filter(pk=job.pk, state=Job.STOPPING).exists():
        finish(job, Job.STOPPED)
        return True
    reason = objection(job)
    if reason:
        finish(job, Job.STOPPED, reason, "Grant access, and start it again.", outcome=AuditEntry.REFUSED)
    return bool(reason)


def retry_or_fail(job: Job, failure: KafkaFailure) -> None:
    """Have a job tried again later, where what failed passes; else it has failed."""
    if not isinstance(failure, TRANSIENT) or job.attempts >= ATTEMPTS:
        finish(job, Job.FAILED, failure.sentence, failure.advice)
        return
    job.release(failure=failure.sentence, advice=failure.advice, due_at=timezone.now() + backoff(job.attempts))
    Job.objects.filter(pk=job.pk, state=Job.STOPPING).update(due_at=timezone.now())


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts in a row."""
    return timedelta(seconds=min(LONGEST_WAIT, 2 ** min(attempts, 10)))


def finish(job: Job, state: str, failure: str = "", advice: str = "", *, outcome: str = "") -> None:
    """End a job, and record how it ended; what it kept for itself, and what it needed in Kafka, goes.

    Raises:
        LeaseLost: another worker has it.
    """
    now = timezone.now()
    kind = kind_of(job.kind)
    with transaction.atomic():
        job.save_if_held(state=state, failure=failure, advice=advice, ended_at=now, left=True)
        job.state, job.failure, job.ended_at, job.left = state, failure, now, True
        record_end(job, kind, outcome or OUTCOMES[state], now)
        job.pieces.all().delete()
    clear_up(job, kind)


def clear_up(job: Job, kind: Kind) -> None:
    """Remove what an ended job needed in Kafka; what cannot be removed now is tried again, by whichever worker."""
    try:
        if job.left:
            kind.end(job)
    except KafkaFailure as error:
        log.warning("Job %s left something behind: %s", job.pk, error.sentence)
        job.release(due_at=timezone.now() + CLEAR_AGAIN)
    else:
        job.release(left=False)


def record_end(job: Job, kind: Kind, outcome: str, now: datetime) -> None:
    """Write the audit entry of a job's end, with its numbers."""
    seconds = (now - job.started_at).total_seconds() if job.started_at else 0
    numbers = f"Job {job.pk} {job.state}: {plural(job.done, kind.unit)} in {duration(seconds)}."
    AuditEntry.objects.create(
        username=job.username,
        address=job.address,
        action=job.action,
        cluster=job.cluster.slug,
        resource=job.resource,
        outcome=outcome,
        steps=[asdict(Step(label, None, value)) for label, value in kind.facts(job)],
        detail=f"{numbers} {job.failure}".strip(),
        duration_ms=min(LARGEST, round(1000 * seconds)),
    )
