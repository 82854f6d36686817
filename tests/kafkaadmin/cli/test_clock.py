"""Clocks that run ahead and are set back, in processes as they run for real."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, create_topic, produce
from tests.kafka.waiting import eventually
from tests.services import Postgres, Redis
from tests.stack import Stack


class Clock:
    """The wall clock of the processes that are started with ``environment``."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.set(0)
        self.environment = {"PYTHONPATH": str(Path("tests/shifted").resolve()), "CLOCK_FILE": str(file)}

    def set(self, seconds: int) -> None:
        """Show the true time and so much more."""
        self.file.write_text(str(seconds))


@pytest.mark.timeout(240)
def test_lag_goes_on_when_the_clock_jumps_ahead_and_is_set_back(
    kafka: KafkaCluster, unique: Callable[[str], str], tmp_path: Path
) -> None:
    topic, group, clock = create_topic(kafka, unique("work")), unique("clock"), Clock(tmp_path / "clock")
    produce(kafka, topic, ["a"] * 10)
    with Postgres() as postgres, Redis() as redis:
        stack = Stack(kafka, postgres, redis)

        def seen_after_commit(offset: int) -> None:
            commit(kafka, group, {(topic, 0): offset})
            eventually(lambda: stack.window(group, topic)[-1:] == [offset], timeout=60)

        try:
            stack.start("web", "web", "--port", str(stack.port))
            stack.start("beat", "beat", **clock.environment)
            stack.start("worker", "worker", "--concurrency", "4", **clock.environment)
            seen_after_commit(1)
            clock.set(3 * 3600)
            seen_after_commit(2)
            # Its leases run until three hours from now.
            stack.kill("worker")
            clock.set(0)
            stack.start("worker", "worker", "--concurrency", "4", **clock.environment)
            seen_after_commit(3)
            assert stack.get("/v3/kafka/stack/topic/" + topic)["offsets"] == [10]
        finally:
            stack.stop()
