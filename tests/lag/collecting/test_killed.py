"""Workers that die in the middle of a tick, again and again: nothing is lost and nothing counts twice."""

import os
import random
import signal
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from lag.windows.checkpoint import load_group
from tests.installation import Installation
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic
from tests.kafka.waiting import eventually

KILLS = 12
ROUNDS = 40


class Workers(Installation):
    """Ticking processes on a database of their own."""

    def __init__(self, folder: Path, kafka: KafkaCluster) -> None:
        super().__init__(folder, kafka)
        self.number = 0
        self.execute(
            """insert into lag_shard (cluster_id, number, count, owner, fence, mode, error, advice, seconds, ticks,
            records, unread, counts, due_at)
            select id, 0, 1, '', 0, 'reading', '', '', 0, 0, 0, 0, '{}', '2020-01-01' from clusters_cluster"""
        )

    def next_one(self) -> "subprocess.Popen[bytes]":
        """Start a worker with a name of its own."""
        self.number += 1
        return self.start("tests.lag.collecting.ticking", f"worker-{self.number}")

    def progress(self) -> list[tuple[Any, ...]]:
        return self.execute("select ticks, fence from lag_shard")

    def moved_on(self, before: list[tuple[Any, ...]]) -> bool:
        return self.progress() != before

    def has_read(self, offset: int, group: str, topic: str) -> bool:
        return self.window(group, topic)[-1:] == [offset]

    def window(self, group: str, topic: str) -> list[int]:
        rows = self.execute("select windows from lag_watchedgroup where name = ?", group)
        if not rows:
            return []
        _, stored = load_group(bytes(rows[0][0]))
        return list(stored.topics[topic][0].rows or ())[0::5]


@pytest.mark.timeout(280)
def test_killed_workers_lose_nothing_and_count_nothing_twice(
    kafka: KafkaCluster, unique: Callable[[str], str], tmp_path: Path
) -> None:
    rng = random.Random(11)
    topic, groups = create_topic(kafka, unique("work")), [unique("steady") for _ in range(5)]
    workers = Workers(tmp_path, kafka)
    alive = [workers.next_one(), workers.next_one()]
    consumers = [
        Consumer({**kafka.client_config(), "group.id": group, "enable.auto.commit": False}) for group in groups
    ]
    try:
        for number in range(1, ROUNDS + 1):
            for consumer in consumers:
                consumer.commit(offsets=[TopicPartition(topic, 0, number)], asynchronous=False)
            if number % (ROUNDS // KILLS) == 0:
                before = workers.progress()
                eventually(partial(workers.moved_on, before), timeout=60)
                victim = alive.pop(rng.randrange(2))
                os.kill(victim.pid, signal.SIGKILL)
                victim.wait()
                alive.append(workers.next_one())
        last_ten = list(range(ROUNDS - 9, ROUNDS + 1))
        for group in groups:
            eventually(partial(workers.has_read, ROUNDS, group, topic), timeout=60)
            assert workers.window(group, topic) == last_ten
        assert workers.execute('select sum(max("end" - position, 0)) from lag_source') == [(0,)]  # as LagSource.unread
        assert int(str(workers.execute("select fence from lag_shard")[0][0])) > 3
    finally:
        for worker in alive:
            worker.kill()
            worker.wait()
        for consumer in consumers:
            consumer.close()
