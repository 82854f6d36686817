"""Workers reduced to their jobs, for tests that kill them, and the jobs that they do.

``python -m tests.clusters.jobs.working produce TOPIC COUNT`` has a job, as ``copy SOURCE TOPIC COUNT`` and
``reassign TOPIC BROKERS RATE`` do; ``work`` does what is due, in small slices, and with leases of half a second
instead of thirty.
"""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any


def produce(topic: str, count: str) -> None:
    """Have a job that writes so many records."""
    from clusters.gateway.writing.produce import NewRecord
    from clusters.messages.produce import file_job

    file_job.PIECE_RECORDS = 50
    records = [NewRecord(b"k", str(number).encode(), (), number % 2) for number in range(int(count))]
    pieces = list(file_job.pieces_of(records))
    parameters = {"topic": topic, "file": "f", "bytes": 1, "counts": [count for count, _ in pieces], "digest": "d",
                  "notes": {}, "writer": f"kafkaadmin-job-{topic}", "compacted": False, "keyless": 0,
                  "tombstones": 0}  # fmt: skip
    store("produce-file", topic, parameters, [data for _, data in pieces])


def copy(source: str, topic: str, count: str) -> None:
    """Have a job that copies so many offsets of two partitions each."""
    parameters = {"source": "killed", "from_topic": source, "query": {"seek": "oldest"}, "clear": False,
                  "spans": {"0": [0, int(count)], "1": [0, int(count)]}, "target": "killed", "topic": topic,
                  "partition": "same", "time": "same", "rate": None, "writer": f"kafkaadmin-job-{topic}",
                  "notes": []}  # fmt: skip
    store("copy-records", topic, parameters, [])


def reassign(topic: str, brokers: str, rate: str) -> None:
    """Have a job that moves a topic's partitions to brokers, a hundred at once."""
    import json

    from clusters.models import Cluster
    from clusters.reassignment.planning.goals import FILE, Choice
    from clusters.reassignment.queries import Limits, planned
    from clusters.reassignment.reading import read_state

    cluster = Cluster.objects.get()
    replicas = [int(broker) for broker in brokers.split(",")]
    partitions = [{"topic": topic, "partition": item.number, "replicas": replicas}
                  for item in read_state(cluster.connection()).layout.partitions if item.topic == topic]  # fmt: skip
    choice = Choice(FILE, assignment=json.dumps({"partitions": partitions}))
    parameters, _ = planned(cluster, choice, Limits(int(rate), 100, None))
    store("reassign", topic, parameters, [])


def store(kind: str, topic: str, parameters: dict[str, Any], pieces: list[bytes]) -> None:
    """Store a waiting job of an administrator's."""
    from django.contrib.auth.models import User

    from clusters.models import Cluster, Job, JobPiece

    user = User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("ada")
    job = Job.objects.create(
        cluster=Cluster.objects.get(), kind=kind, action="messages.produce", resource=topic, title=kind, user=user,
        username="ada", needs=[["killed", "messages.produce", topic, True]], parameters=parameters, state=Job.WAITING,
    )  # fmt: skip
    JobPiece.objects.bulk_create([JobPiece(job=job, number=number, data=data) for number, data in enumerate(pieces)])


def work() -> None:
    """Do jobs for ever."""
    from django.db import OperationalError
    from django.db.models import Q
    from django.utils import timezone

    from clusters.jobs import running
    from clusters.messages.replay import job as replay
    from clusters.models import Job

    vars(replay)["SLICE"] = 50
    vars(running).update(LONGEST_WAIT=1, CLEAR_AGAIN=timedelta(seconds=1))
    Job.LEASE = timedelta(seconds=0.5)
    while True:
        try:
            now = timezone.now()
            unfinished = Q(state__in=Job.OPEN) | Q(left=True)
            for job in Job.objects.filter(unfinished, Job.unleased(now), Job.due(now)):
                running.work(job.pk, lambda: False)
            time.sleep(0.02)  # what is due later is looked for 50 times a second, not thousands
        except OperationalError:
            continue


def main(name: str, *arguments: str) -> None:
    import django

    django.setup()
    commands: dict[str, Callable[..., None]] = {
        "produce": produce, "copy": copy, "reassign": reassign, "work": work,
    }  # fmt: skip
    commands[name](*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
