"""Web, workers and beat as processes of their own, of which some are killed."""

from collections.abc import Callable, Iterator

import pytest

from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic, produce
from tests.kafka.waiting import eventually
from tests.services import Postgres, Redis
from tests.stack import Committer, Stack


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with Postgres() as started:
        yield started


@pytest.fixture
def stack(kafka: KafkaCluster, postgres: Postgres) -> Iterator[Stack]:
    with Redis() as redis:
        started = Stack(kafka, postgres, redis)
        started.start("web", "web", "--port", str(started.port))
        started.start("beat", "beat")
        started.start("worker-1", "worker", "--concurrency", "4")
        started.start("worker-2", "worker", "--concurrency", "4")
        try:
            yield started
        finally:
            started.stop()


@pytest.mark.timeout(240)
def test_workers_and_the_database_may_fail_and_lag_goes_on_without_a_gap(
    kafka: KafkaCluster, stack: Stack, postgres: Postgres, unique: Callable[[str], str]
) -> None:
    topic, group = create_topic(kafka, unique("work")), unique("steady")
    produce(kafka, topic, ["a"] * 10)
    committer = Committer(kafka, group, topic)
    committer.start()

    def caught_up(since: int) -> Callable[[], bool]:
        return lambda: stack.window(group, topic)[-1:] > [since]

    try:
        eventually(caught_up(0), timeout=60)
        stack.kill("worker-1")
        eventually(caught_up(committer.offset), timeout=30)
        stack.start("worker-3", "worker", "--concurrency", "4")
        stack.kill("worker-2")
        eventually(caught_up(committer.offset), timeout=40)
        postgres.stop()
        missed = committer.offset
        eventually(lambda: committer.offset > missed + 4, timeout=20)
        postgres.start()
        eventually(caught_up(committer.offset), timeout=60)
    finally:
        committer.done.set()
        committer.join(20)
    eventually(lambda: stack.window(group, topic)[-1:] == [committer.offset], timeout=40)
    assert stack.window(group, topic) == list(range(committer.offset - 9, committer.offset + 1))
