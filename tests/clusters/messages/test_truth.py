"""What is read page by page is what a plain consumer reads: none missing, none twice, whatever is asked for."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from clusters.gateway.reading.partitioner import partition_of
from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_topic
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import produce
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
PARTITIONS, START = 3, 1_767_225_600_000
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
Place = tuple[int, int]


def fill(kafka: KafkaCluster, topic: str, unique: Callable[[str], str], random: Random) -> None:
    """Write records by all codecs, in transactions that end well or badly, and some without any."""
    moment = START
    for round_number, codec in enumerate(CODECS * 2):
        config = {**kafka.client_config(), "compression.codec": codec, "linger.ms": 20}
        if round_number % 2:
            config["transactional.id"] = unique("tx")
        producer = Producer(config)
        if round_number % 2:
            producer.init_transactions(30)
        for _ in range(3):
            if round_number % 2:
                producer.begin_transaction()
            for _ in range(random.randrange(1, 30)):
                moment += random.randrange(0, 40)
                number = random.randrange(50)
                value = json.dumps({"id": number, "text": random.choice(["Größe", "plain", 'say "x"'])})
                producer.produce(topic, value, f"k{number}", random.randrange(PARTITIONS), timestamp=moment)
            producer.flush(30)
            if round_number % 2:
                (producer.abort_transaction if random.random() < 0.4 else producer.commit_transaction)(30)


def consumed(kafka: KafkaCluster, topic: str, isolation: str) -> dict[Place, Any]:
    """Return all records by partition and offset, as a plain consumer reads them."""
    consumer = Consumer({
        **kafka.client_config(), "group.id": "truth", "isolation.level": isolation, "enable.partition.eof": True,
        "enable.auto.commit": False,
    })  # fmt: skip
    consumer.assign([TopicPartition(topic, partition, 0) for partition in range(PARTITIONS)])
    records: dict[Place, Any] = {}
    ends = 0
    while ends < PARTITIONS:
        message = consumer.poll(20)
        assert message is not None
        if message.error():
            ends += 1
        else:
            records[message.partition() or 0, message.offset() or 0] = message
    consumer.close()
    return records


def whole(program: Program, path: str) -> Any:
    """Return a page once every broker answered for it: beside other tests one may take longer than a page waits."""
    return eventually(lambda: (page := program.get(path)) and not page["missing"] and page)


def read(program: Program, topic: str, **query: Any) -> list[Place]:
    """Return the places of all records of all pages, and check how far these say they are."""
    text = "&".join(f"{name}={value}" for name, value in query.items())
    places: list[Place] = []
    cursor, percent = "", 0
    while True:
        page = whole(program, f"{LOCAL}/topics/{topic}/messages?{text}" + (f"&cursor={cursor}" if cursor else ""))
        places += [(item["partition"], item["offset"]) for item in page["items"]]
        if not page["next"]:
            break
        if "cel" in query or "contains" in query:
            assert page["progress"]["matches"] == len(places)
            assert percent <= page["progress"]["percent"] < 100
            percent = page["progress"]["percent"]
        cursor = page["next"]
    return places


@pytest.mark.parametrize("seed", range(2))
def test_every_way_of_reading_finds_what_a_consumer_does(
    kafka: KafkaCluster, cluster: Cluster, ada: Program, unique: Callable[[str], str], seed: int
) -> None:
    equals_what_a_consumer_reads(kafka, ada, unique, seed)


def equals_what_a_consumer_reads(kafka: KafkaCluster, ada: Program, unique: Callable[[str], str], seed: int) -> None:
    """Fill a topic with what may be in one, and compare all ways of reading it with a plain consumer's."""
    random = Random(seed)
    topic = known_topic(kafka, unique("truth"), partitions=PARTITIONS, config={"retention.ms": "-1"})
    fill(kafka, topic, unique, random)
    logs = {"all": consumed(kafka, topic, "read_uncommitted"), "committed": consumed(kafka, topic, "read_committed")}
    highest = max(offset for _, offset in logs["all"])
    filters: list[tuple[dict[str, str], Callable[[Any], bool]]] = [
        ({}, lambda _: True),
        ({"contains": "GRÖSSE"}, lambda value: value["text"] == "Größe"),
        ({"contains": "SAY%20%22"}, lambda value: value["text"].startswith("say")),
        ({"cel": "value.id%20>%2020"}, lambda value: value["id"] > 20),
        ({"json_path": "$.id=7"}, lambda value: value["id"] == 7),
        ({"key": "k7", "all_partitions": "true"}, lambda value: value["id"] == 7),
        ({"regex": "pl[ai]{2}n", "where": "value"}, lambda value: value["text"] == "plain"),
    ]  # fmt: skip
    for number in range(2 * len(filters)):
        chosen, holds = filters[number % len(filters)]
        isolation = random.choice(["all", "committed"])
        low, high = sorted(random.randrange(highest + 2) for _ in range(2))
        bounds: dict[str, Any] = random.choice([
            {"seek": "oldest"}, {"seek": "newest"}, {"seek": "offset", "offset": low},
            {"seek": "newest", "to_offset": high},
            {"seek": "offset", "offset": low, "to_offset": high, "order": "newest"},
        ])  # fmt: skip
        query = {**bounds, **chosen, "isolation": isolation, "limit": random.choice([5, 20, 500])}
        if chosen:
            query["seconds"] = "0.2"
        expected = {
            place
            for place, message in logs[isolation].items()
            if bounds.get("offset", 0) <= place[1] <= bounds.get("to_offset", highest)
            and holds(json.loads(message.value()))
        }
        places = read(ada, topic, **query)
        assert len(places) == len(set(places)), query
        assert set(places) == expected, query
        backward = bounds.get("order") == "newest" or bounds["seek"] == "newest"
        for partition in range(PARTITIONS):
            offsets = [offset for number, offset in places if number == partition]
            assert offsets == sorted(offsets, reverse=backward), query


def test_times_bound_what_is_read_and_a_key_is_looked_for_where_it_belongs(
    kafka: KafkaCluster, cluster: Cluster, ada: Program, unique: Callable[[str], str]
) -> None:
    topic = known_topic(kafka, unique("times"), partitions=PARTITIONS, config={"retention.ms": "-1"})
    producer = Producer({**kafka.client_config(), "partitioner": "murmur2_random"})
    for number in range(60):
        producer.produce(topic, f"v{number}", f"key-{number % 7}", timestamp=START + number * 1000)
    producer.flush(30)
    within = {"time": "2026-01-01T00:00:10Z", "to_time": "2026-01-01T00:00:20Z", "seek": "time"}
    for order in ("newest", "oldest"):
        assert len(read(ada, topic, **within, order=order, limit=3)) == 10
    place = partition_of(b"key-3", PARTITIONS)
    page = ada.get(f"{LOCAL}/topics/{topic}/messages?key=key-3")
    assert page["key_partition"] == place
    assert [item["key"]["text"] for item in page["items"]] == ["key-3"] * 9
    assert page["looked_at"] < 60
    everywhere = ada.get(f"{LOCAL}/topics/{topic}/messages?key=key-3&all_partitions=true")
    assert (everywhere["key_partition"], everywhere["looked_at"], len(everywhere["items"])) == (None, 60, 9)


@pytest.mark.parametrize("seek", ["oldest", "newest"])
def test_retention_may_pass_by_while_one_reads(
    kafka: KafkaCluster, cluster: Cluster, ada: Program, unique: Callable[[str], str], seek: str
) -> None:
    topic = known_topic(kafka, unique("passing"))
    produce(kafka, topic, map(str, range(100)))
    query = f"{LOCAL}/topics/{topic}/messages?seek={seek}&limit=20"
    first = ada.get(query)
    admin, up_to = AdminClient(kafka.client_config()), TopicPartition(topic, 0, 60)
    admin.delete_records([up_to])[up_to].result(20)
    produce(kafka, topic, ["late"])
    offsets, page = [item["offset"] for item in first["items"]], first
    while page["next"]:
        page = ada.get(f"{query}&cursor={page['next']}")
        offsets += [item["offset"] for item in page["items"]]
    assert offsets == ([*range(20), *range(60, 101)] if seek == "oldest" else [*range(99, 59, -1)])
