"""Real members of the company's groups, each a thread with a consumer that behaves as its plan says."""

import threading
import time
from typing import Any

from confluent_kafka import Consumer, KafkaException, TopicPartition

from tests.demo.company import GroupPlan

STEP = 3  # records of a partition that a member which falls behind manages between two commits
# Seconds. Who falls behind commits far more seldom than end offsets are asked for (10 s): what is written between two
# commits then outweighs what is written between two looks, and the lag rises at every commit, whoever looks when.
COMMIT_EVERY = {"keep-up": 5.0, "fall-behind": 20.0, "stall": 5.0, "rewind": 5.0}


class Member(threading.Thread):
    """One consumer."""

    def __init__(self, plan: GroupPlan, config: dict[str, Any], stop: threading.Event, speed: float = 1.0) -> None:
        super().__init__(name=plan.name, daemon=True)
        self.plan, self.stop, self.every = plan, stop, COMMIT_EVERY[plan.behaviour] / speed
        self.consumer = Consumer(
            {
                **config,
                "group.id": plan.name,
                "client.id": f"{plan.name}-1",
                "group.protocol": plan.protocol,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
            }
        )

    def run(self) -> None:
        """Consume and commit until told to stop."""
        self.consumer.subscribe([self.plan.topic])
        committed_at = time.monotonic()
        while not self.stop.is_set():
            self.consumer.consume(500, 0.2)
            if time.monotonic() - committed_at >= self.every:
                committed_at = time.monotonic()
                self.commit()
        self.consumer.close()

    def commit(self) -> None:
        """Commit as the plan says; a rebalance in between is tried again at the next turn."""
        try:
            offsets = self.offsets(self.consumer.position(self.consumer.assignment()))
            if offsets:
                self.consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException:
            return

    def offsets(self, positions: list[TopicPartition]) -> list[TopicPartition]:
        """Return what to commit: where it is, a little further, where it was, or a step back."""
        if self.plan.behaviour == "keep-up":
            return [position for position in positions if position.offset >= 0]
        before = self.consumer.committed(positions, timeout=5)
        if self.plan.behaviour == "fall-behind":
            return [
                TopicPartition(position.topic, position.partition, max(position.offset, 0) + STEP)
                for position in before
            ]
        if self.plan.behaviour == "stall":
            return [TopicPartition(position.topic, position.partition, max(1, position.offset)) for position in before]
        highest = {position.partition: position.offset for position in positions}
        return [
            TopicPartition(
                position.topic,
                position.partition,
                position.offset - 1 if position.offset > 1 else highest[position.partition],
            )
            for position in before
            if highest[position.partition] > 1
        ]


class ShareMember(threading.Thread):
    """A member of a share group."""

    def __init__(self, plan: GroupPlan, config: dict[str, Any], stop: threading.Event) -> None:
        from confluent_kafka import ShareConsumer

        super().__init__(name=plan.name, daemon=True)
        self.plan, self.stop = plan, stop
        self.consumer = ShareConsumer({**config, "group.id": plan.name, "client.id": f"{plan.name}-1"})

    def run(self) -> None:
        """Consume until told to stop."""
        self.consumer.subscribe([self.plan.topic])
        while not self.stop.is_set():
            self.consumer.poll(0.5)
        self.consumer.close()
