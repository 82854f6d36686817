"""Whatever is in a topic, reading it takes little memory, and pages are filled by records, not by offsets."""

import html
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer
from django.test import Client

from clusters.gateway import topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.log.records import Keep
from clusters.gateway.reading.records import Reader, Reading, Span
from clusters.messages.reading import slots as slots_module
from clusters.models import Cluster
from tests.conftest import known_topic
from tests.kafka.cluster import KafkaCluster
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
LIMIT_BYTES = 4_000_000
LARGE = {"max.message.bytes": "20000000"}


def producer(kafka: KafkaCluster, **config: Any) -> Producer:
    return Producer({**kafka.client_config(), "message.max.bytes": 20_000_000, **config})


def pages(client: Client, topic: str, **params: Any) -> str:
    response = client.get(f"/clusters/local/topics/{topic}/messages/", params)
    assert response.status_code == 200
    assert len(response.content) < LIMIT_BYTES
    return html.unescape(response.content.decode())


def offsets(page: str) -> list[int]:
    return [int(offset) for offset in re.findall(r'/messages/\d+/(\d+)/">\d', page)]


def memory() -> int:
    """Return the bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def peak_while(action: Callable[[], object]) -> int:
    """Return by how many bytes the process grew at most while something was done."""
    before, highest, done = memory(), [memory()], threading.Event()

    def watch() -> None:
        while not done.wait(0.002):
            highest[0] = max(highest[0], memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    action()
    done.set()
    watcher.join()
    return highest[0] - before


@pytest.mark.parametrize("codec", ["zstd", "gzip", "lz4"])
def test_bombs_are_read_by_eight_at_once_within_a_hundred_megabytes(
    kafka: KafkaCluster, connection: Connection, unique: Unique, codec: str
) -> None:
    topic = known_topic(kafka, unique(codec), config=LARGE)
    writing = producer(kafka, **{"compression.codec": codec, "linger.ms": 0})
    for _ in range(30):
        writing.produce(topic, b"\0" * 8_000_000)
        writing.flush(20)
    leaders = {partition.id: partition.leader for partition in topics.describe(connection, topic).partitions}
    readings: list[Reading] = []

    def read() -> None:
        keep = Keep(100, 1000, 100)
        reader = Reader(connection, topic, {0: Span(0, 30)}, leaders=leaders, keep=keep)
        readings.append(reader.read(lambda _: True, 500, newest=False, seconds=20))

    def eight() -> None:
        threads = [threading.Thread(target=read) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert peak_while(eight) < 100_000_000
    assert all(len(each.records[0]) >= 20 for each in readings)
    assert {record.value_size for each in readings for record in each.records[0]} == {8_000_000}


def test_names_of_headers_and_keys_are_cut_as_values_are(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    topic = known_topic(kafka, unique("names"), config=LARGE)
    writing = producer(kafka, **{"compression.codec": "zstd"})
    for number in range(60):
        headers: list[tuple[str, str | bytes | None]] = [(f"{number}" + "n" * 900_000, b"v" * 500_000)]
        headers += [(f"h{index}", b"x") for index in range(200)]
        writing.produce(topic, value=b"<" * 900_000, key=b"<" * 900_000, headers=headers)
    writing.flush(30)
    assert len(offsets(pages(admin, topic, limit=50))) == 50
    alone = pages(admin, topic, seek="offset", offset=3, limit=1)
    assert offsets(alone) == [3]
    assert "more header" in alone


def test_who_comes_while_all_readers_are_taken_is_told(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = known_topic(kafka, unique("busy"))
    monkeypatch.setattr(slots_module, "PATIENCE", 0.01)
    slots = [slots_module.reader_slot() for _ in range(slots_module.AT_ONCE)]
    for slot in slots:
        slot.__enter__()
    response = admin.get(f"/clusters/local/topics/{topic}/messages/")
    assert response.status_code == 503
    assert "Others are reading records just now" in response.content.decode()
    for slot in slots:
        slot.__exit__(None, None, None)
    assert admin.get(f"/clusters/local/topics/{topic}/messages/").status_code == 200


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_every_codec_is_read_and_a_large_value_is_downloaded_whole(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique, codec: str
) -> None:
    topic = known_topic(kafka, unique(codec), config=LARGE)
    large = os.urandom(1_500_000).hex().encode()
    writing = producer(kafka, **{"compression.codec": codec, "linger.ms": 50})
    for number in range(3):
        writing.produce(topic, value=f"value {number}", key="k", headers=[("h", b"1")])
    writing.produce(topic, value=large, key="large")
    writing.flush(20)
    page = pages(admin, topic)
    assert offsets(page) == [3, 2, 1, 0]
    assert "value 1" in page
    response: Any = admin.get(f"/clusters/local/topics/{topic}/messages/0/3/value/")
    assert response["Content-Disposition"] == f'attachment; filename="{topic}-0-3.value"'
    assert b"".join(response.streaming_content) == large
    key: Any = admin.get(f"/clusters/local/topics/{topic}/messages/0/0/key/")
    assert b"".join(key.streaming_content) == b"k"
    assert offsets(pages(admin, topic, contains=large[-20:].decode())) == [3]


@pytest.mark.parametrize("place", ["0/99/value", "7/0/value", "0/0/other", "0/99999999999999999999/value"])
def test_what_is_not_there_is_not_downloaded(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique, place: str
) -> None:
    topic = known_topic(kafka, unique("none"))
    assert admin.get(f"/clusters/local/topics/{topic}/messages/{place}/").status_code == 404


def test_a_compacted_topic_shows_what_is_left_of_it(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    config = {"cleanup.policy": "compact", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.001",
              "max.compaction.lag.ms": "1", "delete.retention.ms": "0"}  # fmt: skip
    topic = known_topic(kafka, unique("compacted"), config=config)
    writing = producer(kafka, **{"linger.ms": 1})
    for number in range(2000):
        writing.produce(topic, key=f"k{number % 5}", value=f"{number}")
        if number % 200 == 199:
            writing.flush(20)
    writing.flush(20)

    def roll() -> bool:
        writing.produce(topic, key="end", value="end")
        writing.flush(20)
        return len(offsets(pages(admin, topic, seek="oldest", limit=500))) < 30

    eventually(roll, timeout=90)
    newest = offsets(pages(admin, topic, limit=20))
    assert set(range(1995, 2000)) <= {*newest, *offsets(pages(admin, topic, limit=50))}
    assert offsets(pages(admin, topic, seek="oldest", limit=20))[:5] == list(range(1995, 2000))


def test_transactions_are_marked_and_may_be_left_out(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    topic = known_topic(kafka, unique("tx"))
    done = producer(kafka, **{"transactional.id": unique("a")})
    done.init_transactions(30)
    for value, commit in (("committed", True), ("aborted", False)):
        done.begin_transaction()
        done.produce(topic, f"it is {value}")
        done.flush(20)
        (done.commit_transaction if commit else done.abort_transaction)(30)
    plain = producer(kafka)
    plain.produce(topic, "plain before")
    plain.flush(20)
    going_on = producer(kafka, **{"transactional.id": unique("b")})
    going_on.init_transactions(30)
    going_on.begin_transaction()
    going_on.produce(topic, "it is open")
    going_on.flush(20)
    plain.produce(topic, "plain after")
    plain.flush(20)
    page = pages(admin, topic)
    rows = page.split("<tr")
    marks = {
        value: mark
        for row in rows
        for value in ("it is committed", "it is aborted", "plain before", "it is open", "plain after")
        for mark in [re.findall(r'<span class="status warning">(\w+)</span>', row)]
        if value in row
    }
    assert marks == {
        "it is committed": [], "it is aborted": ["aborted"], "plain before": [], "it is open": ["open"],
        "plain after": [],
    }  # fmt: skip
    committed = pages(admin, topic, isolation="committed")
    assert "it is committed" in committed
    assert "plain before" in committed
    assert "it is aborted" not in committed
    assert "it is open" not in committed
    assert len(offsets(pages(admin, topic, limit=1))) == 1
    going_on.abort_transaction(30)
