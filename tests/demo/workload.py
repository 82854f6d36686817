"""The living workload: producers and consumers of the company, until a signal ends them.

``python -m tests.demo.workload --bootstrap 127.0.0.1:19092``
"""

import argparse
import itertools
import json
import random
import threading
import time
from dataclasses import replace
from typing import Any

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from tests.demo.company import GROUPS, TOPICS, USERS, TopicPlan
from tests.demo.ending import on_signal
from tests.demo.members import Member, ShareMember
from tests.demo.setup import MEMBERLESS, make_acls, make_topics, memberless
from tests.kafka.properties import password

HISTORY = 400  # messages that each topic gets at once, so that there is something to be behind of
KEYS = 480  # can be divided by every topic's partitions, so that each key stays in one


def client_config(bootstrap: str, user: str = "admin") -> dict[str, Any]:
    """Return librdkafka's configuration for a user."""
    return {
        "bootstrap.servers": bootstrap,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": user,
        "sasl.password": password(user),
        "log_level": 0,
    }


def message(plan: TopicPlan, number: int) -> tuple[str, str]:
    """Return a key and a value."""
    key = f"{plan.name.split('.')[0]}-{number % KEYS}"
    if plan.form == "text":
        return key, f"{time.strftime('%H:%M:%S')} INFO {plan.name} request {number} took {number % 90} ms"
    value = {"id": number, "at": int(time.time() * 1000), "amount": number % 97, "customer": {"id": number % KEYS}}
    return key, json.dumps(value)


class Writer:
    """Writes to every topic at its rate."""

    def __init__(self, bootstrap: str) -> None:
        self.producer = Producer({**client_config(bootstrap), "linger.ms": 50, "client.id": "shop"})
        self.numbers = {plan.name: itertools.count() for plan in TOPICS}

    def write(self, plan: TopicPlan, messages: int) -> None:
        """Write some messages to a topic, to its partitions in turn: so every partition's lag grows evenly."""
        for _ in range(messages):
            number = next(self.numbers[plan.name])
            key, value = message(plan, number)
            headers: Any = {"source": b"demo", "schema": b"1"}
            partition = number % plan.partitions
            self.producer.produce(plan.name, value.encode(), key.encode(), partition, headers=headers)
        self.producer.poll(0)

    def history(self) -> None:
        """Give every topic something to begin with."""
        for plan in TOPICS:
            self.write(plan, HISTORY)
        self.producer.flush(60)

    def tick(self) -> None:
        """Write what one second brings."""
        for plan in TOPICS:
            whole = int(plan.rate)
            self.write(plan, whole + (random.random() < plan.rate - whole))


def run(bootstrap: str, stop: threading.Event, *, speed: float = 1.0, modern: bool = True) -> None:
    """Run the workload until ``stop`` is set. ``speed`` shortens the time between commits.

    Brokers that are not ``modern`` get classic groups in place of KIP-848 ones, and no share group.
    """
    admin = AdminClient(client_config(bootstrap))
    brokers = len(admin.list_topics(timeout=20).brokers)
    make_topics(admin, brokers)
    make_acls(admin)
    writer = Writer(bootstrap)
    writer.history()
    for plan in MEMBERLESS:
        memberless(client_config(bootstrap), plan)
    threads: list[threading.Thread] = []
    for group in GROUPS:
        plan = group if modern else replace(group, protocol="classic")
        config = client_config(bootstrap, USERS.get(plan.name, "admin"))
        if plan.behaviour == "share":
            threads += [ShareMember(plan, config, stop)] if modern else []
        elif group not in MEMBERLESS:
            threads.append(Member(plan, config, stop, speed))
    for thread in threads:
        thread.start()
    while not stop.wait(1.0):
        writer.tick()
    writer.producer.flush(5)
    for thread in threads:
        thread.join(10)


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--kafka", default="4", help="the brokers' version: older ones have no groups of the new kinds")
    options = parser.parse_args()
    run(options.bootstrap, on_signal(), modern=not options.kafka.startswith(("2.", "3.")))


if __name__ == "__main__":
    main()
