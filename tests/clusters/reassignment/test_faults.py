"""A throttled reassignment that is cancelled, whose worker is killed, and whose broker stops, each half way."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from clusters.gateway import topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.reassigning.partitions import list_reassignments
from tests.clusters.reassignment.moving import filled_topic, throttles_of
from tests.installation import Installation
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of
from tests.kafka.waiting import eventually

Unique = Callable[[str], str]
PARTITIONS = 500
WORKING = "tests.clusters.jobs.working"


def replicas_by(connection: Connection, topic: str) -> Counter[tuple[int, ...]]:
    return Counter(partition.replicas for partition in topics.describe(connection, topic).partitions)


def value(installation: Installation, column: str) -> Any:
    return installation.execute(f"select {column} from clusters_job order by id desc limit 1")[0][0]


@pytest.mark.timeout(400)
def test_killed_workers_a_stopped_broker_and_a_stop_half_way_end_right(
    mortal: KafkaCluster, unique: Unique, tmp_path: Path
) -> None:
    connection = connection_of(mortal)
    topic = filled_topic(mortal, connection, unique("many"), [[1, 2]] * PARTITIONS, size=100_000)
    installation = Installation(tmp_path, mortal)

    @contextmanager
    def working() -> Iterator[None]:
        worker = installation.start(WORKING, "work")
        try:
            yield
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()

    def moved_on(least: int) -> bool:
        return bool(value(installation, "done") >= least) and bool(throttles_of(connection, topic))

    installation.python(WORKING, "reassign", topic, "1,3", "6000000")
    with working():
        eventually(partial(moved_on, 110), timeout=120)
    assert value(installation, "state") == "running"
    mortal.stop_broker(3, kill=True)
    with working():
        installation.execute("update clusters_job set state = 'stopping', due_at = null")
        eventually(lambda: value(installation, "state") == "stopped" and not list_reassignments(connection), timeout=60)
        assert value(installation, '"left"')  # broker 3 is down, with its throttle
        mortal.start_broker(3)
        eventually(lambda: not value(installation, '"left"'), timeout=60)
    done, count = value(installation, "done"), value(installation, "json_extract(cursor, '$.moved')")
    assert 100 <= count <= done < PARTITIONS
    assert throttles_of(connection, topic) == {}
    assert replicas_by(connection, topic) == {(1, 2): PARTITIONS - count, (1, 3): count}

    installation.python(WORKING, "reassign", topic, "1,3", "20000000")
    with working():
        eventually(partial(moved_on, 50), timeout=120)
        mortal.stop_broker(3, kill=True)
        mortal.start_broker(3)
        ended = {"done", "stopped", "failed"}
        eventually(lambda: value(installation, "state") in ended and not value(installation, '"left"'), timeout=120)
    assert (value(installation, "state"), value(installation, "failure")) == ("done", "")
    assert value(installation, "json_extract(cursor, '$.failures')") == "{}"
    eventually(lambda: replicas_by(connection, topic) == {(1, 3): PARTITIONS})
    assert throttles_of(connection, topic) == {}
