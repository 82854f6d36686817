"""A throttled reassignment that is cancelled, whose worker is killed, and whose broker stops, each half way."""

import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from clusters.gateway import topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.reassigning.partitions import list_reassignments
from tests.clusters.reassignment.moving import filled_topic, throttles_of
from tests.conftest import connection_of
from tests.installation import Installation
from tests.kafka.cluster import KafkaCluster
from tests.kafka.waiting import eventually

Unique = Callable[[str], str]
PARTITIONS = 500
WORKING = "tests.clusters.jobs.working"


def replicas_by(connection: Connection, topic: str) -> set[tuple[int, ...]]:
    return {partition.replicas for partition in topics.describe(connection, topic).partitions}


def value(installation: Installation, column: str) -> Any:
    return installation.execute(f"select {column} from clusters_job order by id desc limit 1")[0][0]


@pytest.mark.timeout(400)
def test_killed_workers_a_stopped_broker_and_a_stop_half_way_end_right(
    mortal: KafkaCluster, unique: Unique, tmp_path: Path
) -> None:
    connection = connection_of(mortal)
    topic = filled_topic(mortal, connection, unique("many"), [[1, 2]] * PARTITIONS, size=100_000)
    installation = Installation(tmp_path, mortal)

    def kill_worker(done: Callable[[], bool]) -> None:
        worker = installation.start(WORKING, "work")
        try:
            eventually(done, timeout=120)
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()

    def moved_on(least: int) -> bool:
        return bool(value(installation, "done") >= least)

    installation.python(WORKING, "reassign", topic, "1,3", "6000000")
    kill_worker(lambda: moved_on(60) and bool(throttles_of(connection, topic)))
    assert throttles_of(connection, topic)
    mortal.stop_broker(3, kill=True)
    assert value(installation, "state") == "running"
    worker = installation.start(WORKING, "work")
    try:
        eventually(lambda: list_reassignments(connection), timeout=60)
        mortal.start_broker(3)
        eventually(partial(moved_on, 200), timeout=120)
        installation.execute("update clusters_job set state = 'stopping', due_at = null")
        eventually(lambda: (value(installation, "state"), value(installation, '"left"')) == ("stopped", 0), timeout=60)
    finally:
        worker.kill()
        worker.wait()
    done, moves = value(installation, "done"), value(installation, "json_extract(cursor, '$.moved')")
    assert 200 <= moves <= done < PARTITIONS
    assert list_reassignments(connection) == []
    assert throttles_of(connection, topic) == {}
    moved = [item for item in topics.describe(connection, topic).partitions if item.replicas == (1, 3)]
    assert len(moved) == moves
    assert replicas_by(connection, topic) == {(1, 2), (1, 3)}

    installation.python(WORKING, "reassign", topic, "1,3", "30000000")
    kill_worker(lambda: value(installation, "state") == "done" and not value(installation, '"left"'))
    assert value(installation, "failure") == ""
    assert value(installation, "json_extract(cursor, '$.failures')") == "{}"
    eventually(lambda: replicas_by(connection, topic) == {(1, 3)})
    assert throttles_of(connection, topic) == {}
