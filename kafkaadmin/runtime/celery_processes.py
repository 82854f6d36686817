"""Celery's worker and beat without Celery's command line, whose interactive shell takes 14 MB of each process.

``python -m kafkaadmin.runtime.celery_processes worker 8 default,lag`` and ``… beat`` are what our commands of these
names become.
"""

import sys
from socket import gethostname
from uuid import uuid4


def worker(concurrency: int, queues: str) -> int:
    """Work on queues, with ``concurrency`` tasks at once, until a signal. Returns the exit status."""
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


if __name__ == "__main__":
    sys.exit(worker(int(sys.argv[2]), sys.argv[3]) if sys.argv[1] == "worker" else beat())
