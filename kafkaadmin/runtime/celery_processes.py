"""Celery's worker and beat, without Celery's command line: the shell for people in it is 14 MB of each process."""

from socket import gethostname
from uuid import uuid4


def worker(concurrency: int, queues: str) -> int:
    """Work on some queues, so many tasks at once, until a signal. Returns the exit status."""
    from kafkaadmin.runtime.celery import app

    celery_worker = app.Worker(
        hostname=f"{uuid4().hex[:12]}@{gethostname()}",
        pool_cls="threads",
        concurrency=concurrency,
        queues=queues,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        loglevel="WARNING",
        quiet=True,
    )
    celery_worker.start()
    return celery_worker.exitcode or 0


def beat() -> int:
    """Send tasks at their times until a signal. Returns the exit status."""
    from kafkaadmin.runtime.beat import app

    app.Beat(loglevel="WARNING", quiet=True).run()
    return 0
