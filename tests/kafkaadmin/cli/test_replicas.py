"""Three web processes, three workers and two beats behind a proxy, of which some process is killed all the time."""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from confluent_kafka.admin import AdminClient

from tests.haproxy import HaProxy
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic, produce
from tests.kafka.ports import free_ports
from tests.kafka.waiting import eventually
from tests.services import Postgres, Redis, answers
from tests.stack import Committer, Stack

SECONDS = 20  # of killing
PAGES = (
    "/",
    "/clusters/stack/",
    "/clusters/stack/topics/",
    "/clusters/stack/groups/",
    "/clusters/stack/groups/",
    "/audit/",
)


@dataclass
class Person:
    """Somebody with a browser: signed in once, and what they saw fail."""

    base: str
    session: requests.Session = field(default_factory=requests.Session)
    failures: list[tuple[float, float, str]] = field(default_factory=list)
    seen: int = 0

    def ask(self, path: str, form: dict[str, str] | None = None) -> requests.Response | None:
        """Ask for a page, or post a form; note a failure with when it began and ended."""
        begun = time.monotonic()
        try:
            response = self.session.request("POST" if form else "GET", self.base + path, data=form, timeout=30)
            wrong = "" if response.ok and "/login/" not in response.url else f"{response.status_code} {response.url}"
        except requests.RequestException as error:
            response, wrong = None, repr(error)
        self.seen += 1
        if wrong:
            self.failures.append((begun, time.monotonic(), f"{path}: {wrong}"))
        return None if wrong else response

    def token(self, path: str) -> str:
        """Return the token of a page's form, asking until the page is there."""
        page = eventually(lambda: self.session.get(self.base + path, timeout=30))
        token_field = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        return token_field[1] if token_field else ""

    def sign_in(self) -> None:
        """Sign in as the first administrator."""
        form = {"username": "admin", "password": "sesame", "csrfmiddlewaretoken": self.token("/login/")}
        self.session.post(self.base + "/login/", form, timeout=30).raise_for_status()


class Repeating(threading.Thread):
    """Does something again and again until told to stop."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.act, self.done = act, threading.Event()

    def run(self) -> None:
        while not self.done.is_set():
            self.act()

    def stop(self) -> None:
        """Have it stop after what it is doing."""
        self.done.set()
        self.join(40)


@dataclass
class Replicas:
    """The processes, what each was started with, and from when to when a killed web process took to be gone."""

    stack: Stack
    ports: list[int]
    killed: list[tuple[float, float]] = field(default_factory=list)

    def commands(self) -> dict[str, tuple[str, ...]]:
        """Return the arguments of each process by its name."""
        web = {f"web-{port}": ("web", "--port", str(port)) for port in self.ports}
        workers = {f"worker-{number}": ("worker", "--concurrency", "4") for number in range(3)}
        return {**web, **workers, "beat-0": ("beat",), "beat-1": ("beat",)}

    def start(self, name: str) -> None:
        """Start one of them."""
        self.stack.start(name, *self.commands()[name])

    def kill(self, name: str) -> None:
        """Kill one, and start it again as Kubernetes does; of the web, only when the others serve."""
        if name.startswith("web"):
            others = [port for port in self.ports if name != f"web-{port}"]
            if not all(serves(port) for port in others):
                return
        begun = time.monotonic()
        self.stack.kill(name)
        if name.startswith("web"):
            # Its children, who listen, may outlive it by some milliseconds.
            eventually(lambda: not answers(int(name.removeprefix("web-"))), every=0.005)
            self.killed.append((begun, time.monotonic()))
        self.start(name)


def serves(port: int) -> bool:
    """Tell whether a web process answers."""
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=1).ok
    except requests.RequestException:
        return False


@pytest.fixture
def replicas(kafka: KafkaCluster) -> Iterator[Replicas]:
    with Postgres() as postgres, Redis() as redis:
        stack = Stack(kafka, postgres, redis, KAFKAADMIN_ADMIN_PASSWORD="sesame")
        *ports, stack.port = free_ports(4)
        proxy = HaProxy(Path(postgres.folder), stack.port, ports)
        started = Replicas(stack, ports)
        for name in started.commands():
            started.start(name)
        proxy.start()
        try:
            eventually(lambda: all(serves(port) for port in ports), timeout=90)
            yield started
        finally:
            stack.stop()
            proxy.stop()


@pytest.mark.timeout(400)
def test_while_processes_are_killed_only_the_request_in_flight_fails(
    kafka: KafkaCluster, replicas: Replicas, unique: Callable[[str], str]
) -> None:
    dice = random.Random()
    base = f"http://127.0.0.1:{replicas.stack.port}"
    reader, maker = Person(base), Person(base)
    topic, group, prefix = create_topic(kafka, unique("work")), unique("steady"), unique("made")
    produce(kafka, topic, ["a"] * 10)
    reader.sign_in()
    maker.sign_in()
    made: list[str] = []
    form = {"partitions": "1", "replication_factor": "1", "action": "create"}

    def make() -> None:
        name = f"{prefix}-{maker.seen}"
        token = maker.token("/clusters/stack/topics/new/")
        if maker.ask("/clusters/stack/topics/new/", {**form, "name": name, "csrfmiddlewaretoken": token}):
            made.append(name)

    committer = Committer(kafka, group, topic)
    acting = [Repeating(lambda: reader.ask(dice.choice(PAGES))), Repeating(make)]
    for thread in (committer, *acting):
        thread.start()
    try:
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            replicas.kill(dice.choice(list(replicas.commands())))
            acting[0].done.wait(1.5)
        offset = committer.offset
        eventually(lambda: replicas.stack.window(group, topic)[-1:] > [offset], timeout=90)
    finally:
        for running in acting:
            running.stop()
        committer.done.set()
        committer.join(20)

    assert reader.seen > 50
    assert len(made) > 10
    for begun, ended, what in (*reader.failures, *maker.failures):
        assert any(begun <= gone and since <= ended for since, gone in replicas.killed), what

    # No tick is lost or doubled: the window holds each of the last ten commits once.
    eventually(lambda: replicas.stack.window(group, topic)[-1:] == [committer.offset], timeout=60)
    assert replicas.stack.window(group, topic) == list(range(committer.offset - 9, committer.offset + 1))

    # No entry of the audit log is lost, nor of what was under way when its process was killed.
    response = maker.ask("/audit/?format=json&action=topics.create")
    assert response
    entries = {row["resource"]: row["outcome"] for row in response.json()}
    assert {entries.get(name) for name in made} == {"done"}
    assert {name for name in kafka_topics(kafka, prefix) if name not in entries} == set()


def kafka_topics(kafka: KafkaCluster, prefix: str) -> set[str]:
    """Return the topics that there are in Kafka, whoever was told of it."""
    topics = AdminClient(kafka.client_config()).list_topics(timeout=10).topics
    return {name for name in topics if name.startswith(prefix)}
