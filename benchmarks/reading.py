"""What reading records costs: ``python -m benchmarks.reading [MILLIONS]``. Ratios count: the machine is the same.

The newest 50 records of five partitions, page and API; then a topic of many records of 1 KB, searched for a text that
is not in it, beside a plain consumer that looks at the same values, and kcat if it is there; then by JSON path and CEL.
"""

import html
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

PARTITIONS, RUNS, LOOKS, SHOWN = 5, 15, 5, 100
RECORD = 1_000  # bytes
NEEDLE = "needle-not-there"


def main() -> None:
    """Print what each took, with its rate per second of time and of processor."""
    os.environ["KAFKAADMIN_DATA_DIR"] = tempfile.mkdtemp(prefix="kafkaadmin-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "kafkaadmin.settings"
    os.environ["KAFKAADMIN_LOG_LEVEL"] = "ERROR"
    os.environ["KAFKAADMIN_ALLOWED_HOSTS"] = "*"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.kafka.cluster import KafkaCluster
    from tests.kafka.data import create_topic

    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 1
    with KafkaCluster(3) as kafka:
        small = create_topic(kafka, "small", partitions=PARTITIONS)
        fill(kafka, small, 5_000)
        pages(kafka, small)
        large = create_topic(kafka, "large", partitions=PARTITIONS, config={"retention.ms": "-1"})
        number = int(millions * 1_000_000)
        fill(kafka, large, number)
        print(f"{number:,} records of {RECORD:,} bytes, lz4")
        beside(kafka, large)
        for name, query in (
            ("contains", {"contains": NEEDLE}),
            ("equals on a header", {"equals": NEEDLE, "where": "headers"}),
            ("JSON path", {"json_path": "$.user.id = -1"}),
            ("CEL", {"cel": "value.user.id == -1 && value.status == 'PAID'"}),
            ("regular expression", {"regex": "needle-[a-z]+-there"}),
        ):
            searched(kafka, large, name, query)


def fill(kafka: Any, topic: str, number: int) -> None:
    """Write JSON records."""
    from confluent_kafka import Producer

    config = {"linger.ms": 50, "batch.size": 500_000, "compression.codec": "lz4"}
    producer = Producer({**kafka.client_config(), **config})
    for index in range(number):
        value = {"id": index, "user": {"id": index % 97, "name": f"user {index % 97}"}, "status": "PAID",
                 "amount": index * 7919 % 100_003 / 100}  # fmt: skip
        text = json.dumps(value)
        noise = f"{index * 2_654_435_761 % 2**32:08x}" * 120
        text = f'{text[:-1]}, "note": "{noise[: RECORD - len(text) - 12]}"}}'
        producer.produce(topic, text, f"order-{index}")
        if index % 20_000 == 0:
            producer.flush(60)
    producer.flush(60)


def pages(kafka: Any, topic: str) -> None:
    """Print what the newest 50 records cost."""
    from django.contrib.auth.models import User
    from django.test import Client

    from tests.conftest import known_cluster

    known_cluster(kafka)
    user = User.objects.create_superuser("bench")
    client = Client()
    client.force_login(user)
    address = f"/clusters/local/topics/{topic}/messages/"
    timed("page of 50", lambda: client.get(address))
    timed("rows of 50", lambda: client.get(address, HTTP_HX_REQUEST="true"))
    timed("read 50", reading_of(topic))
    following(kafka, client, address, topic)


def following(kafka: Any, client: Any, address: str, topic: str) -> None:
    """Print what a look costs while somebody follows a topic to which 50,000 records are written between two looks."""
    page = client.get(address, {"follow": "1"}).content.decode()
    spent = 0.0
    for _ in range(LOOKS):
        (query,) = re.findall(r'class="next"[^>]*hx-get="[^"?]*[?]([^"]*)"', page)
        fill(kafka, topic, 50_000)
        begun = time.process_time()
        page = client.get(f"{address}?{html.unescape(query)}", HTTP_HX_REQUEST="true").content.decode()
        spent += time.process_time() - begun
        assert page.count("<tr>") == SHOWN
    print(f"following, a look each second: {spent / LOOKS * 100:.1f} % of a core", flush=True)


def reading_of(topic: str) -> Callable[[], object]:
    """Return what reads the newest 50 records, as the API does."""
    from clusters.messages.decoding import decoding_of
    from clusters.messages.forms import MessagesForm
    from clusters.messages.reading.pages import read_page
    from clusters.messages.reading.topic import topic_log
    from clusters.messages.rendering.plain import message_out
    from clusters.models import Cluster

    cluster = Cluster.objects.get()

    def read() -> object:
        log = topic_log(cluster, topic)
        form = MessagesForm({"seek": "newest"}, log=log)
        assert form.is_valid()
        decoding = decoding_of(cluster, topic)
        return [message_out(record, decoding) for record in read_page(cluster, topic, log.leaders, form).records]

    return read


def timed(name: str, act: Callable[[], object]) -> None:
    """Print the median of some runs, warm, and the processor time of each."""
    act()
    act()
    times, spent = [], time.process_time()
    for _ in range(RUNS):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    spent = (time.process_time() - spent) / RUNS * 1000
    print(f"{name}: {statistics.median(times):.1f} ms, {spent:.1f} ms of processor time", flush=True)


def beside(kafka: Any, topic: str) -> None:
    """Print how fast others look at all values: a plain consumer, and kcat with grep."""
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({**kafka.client_config(), "group.id": "bench", "enable.partition.eof": True})
    begun, spent = time.perf_counter(), time.process_time()
    consumer.assign([TopicPartition(topic, partition, 0) for partition in range(PARTITIONS)])
    looked_at = ends = 0
    needle = NEEDLE.encode()
    while ends < PARTITIONS:
        for message in consumer.consume(10_000, 1.0):
            if message.error():
                ends += 1
            else:
                looked_at += 1
                assert needle not in (message.value() or b"")
    told("plain consumer", looked_at, begun, spent)
    consumer.close()
    if shutil.which("kcat"):
        security = ["-X", "security.protocol=SASL_PLAINTEXT", "-X", "sasl.mechanism=SCRAM-SHA-512"]
        config = kafka.client_config()
        security += ["-X", f"sasl.username={config['sasl.username']}", "-X", f"sasl.password={config['sasl.password']}"]
        command = ["kcat", "-C", "-q", "-e", "-b", kafka.bootstrap_servers, "-t", topic, *security]
        begun = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE) as kcat:
            subprocess.run(["grep", "-c", NEEDLE], stdin=kcat.stdout, stdout=subprocess.DEVNULL, check=False)
        print(f"kcat | grep -c: {looked_at / (time.perf_counter() - begun):,.0f} records/s", flush=True)


def searched(kafka: Any, topic: str, name: str, query: dict[str, str]) -> None:
    """Print how fast a search goes through the whole topic, stretch by stretch."""
    from clusters.messages.forms import MessagesForm
    from clusters.messages.reading.pages import read_page
    from clusters.messages.reading.topic import topic_log
    from clusters.models import Cluster

    cluster = Cluster.objects.get()
    log = topic_log(cluster, topic)
    begun, spent, cursor, requests = time.perf_counter(), time.process_time(), "", 0
    while True:
        form = MessagesForm({"seek": "oldest", **query, "cursor": cursor}, log=log)
        assert form.is_valid(), form.errors
        page = read_page(cluster, topic, log.leaders, form)
        requests += 1
        if not page.cursor:
            break
        cursor = page.cursor
    assert page.progress.tally.matches == 0
    told(f"{name}, {requests} requests", page.progress.tally.looked_at, begun, spent)


def told(name: str, looked_at: int, begun: float, spent: float) -> None:
    seconds, processor = time.perf_counter() - begun, time.process_time() - spent
    print(
        f"{name}: {looked_at / seconds:,.0f} records/s; {looked_at / processor:,.0f} per second of processor time",
        flush=True,
    )


if __name__ == "__main__":
    main()
