"""Records from the command line, against the application as it is served, on a real Kafka."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from confluent_kafka import Producer
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from pytest_django.live_server_helper import LiveServer

from clusters.models import Cluster
from tests.api.commands import Run, done
from tests.api.commands import run as run  # a fixture
from tests.api.conftest import Program
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic, produce
from tests.registries import set_registry
from tests.schema_registry import SchemaRegistry

pytestmark = pytest.mark.django_db(transaction=True)
Unique = Callable[[str], str]


def test_records_are_read(run: Run, kafka: KafkaCluster, unique: Unique) -> None:
    topic = create_topic(kafka, unique("read"))
    produce(kafka, topic, ["one", "two", "three"])
    assert "two" in done(run("topics", "messages", topic))
    lines = done(run("topics", "messages", topic, "--from", "oldest", "--limit", "2", "--json")).splitlines()
    assert [json.loads(line)["value"]["text"] for line in lines] == ["one", "two"]
    records = done(run("topics", "messages", topic, "--offset", "0", "--contains", "TWO", "--json"))
    assert json.loads(records)["offset"] == 1
    assert run("topics", "messages", topic, "--offset", "0", "--time", "2026-01-01T00:00:00Z").exit_code == 2


def test_a_record_is_written_and_read_by_a_schema(
    run: Run, kafka: KafkaCluster, cluster: Cluster, registry: SchemaRegistry, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("by-schema"))
    set_registry(cluster, registry.url)
    text = '{"type": "record", "name": "O", "fields": [{"name": "id", "type": "long"}]}'
    SchemaRegistryClient({"url": registry.url}).register_schema(f"{topic}-value", Schema(text, "AVRO"))
    sample = done(run("topics", "sample", topic, "--schema", f"{topic}-value"))
    assert json.loads(sample) == {"id": 0}
    by_schema = ("--value-format", "schema", "--value-schema", f"{topic}-value@1")
    done(run("topics", "produce", topic, "--value", '{"id": 77}', *by_schema))
    assert '{"id": 77}' in done(run("topics", "messages", topic))
    assert "base64:" in done(run("topics", "messages", topic, "--value-format", "hex"))
    refused = run("topics", "produce", topic, "--value", '{"id": "x"}', *by_schema)
    assert refused.exit_code != 0
    assert "$.id: 'x' is not a whole number" in refused.output


def test_records_of_aborted_transactions_are_marked_or_left_out(run: Run, kafka: KafkaCluster, unique: Unique) -> None:
    topic = create_topic(kafka, unique("tx"))
    producer = Producer({**kafka.client_config(), "transactional.id": unique("id")})
    producer.init_transactions(30)
    for value in ("kept", "lost"):
        producer.begin_transaction()
        producer.produce(topic, value)
        producer.flush(20)
        (producer.commit_transaction if value == "kept" else producer.abort_transaction)(30)
    everything = done(run("topics", "messages", topic))
    assert [line.split()[-2:] for line in everything.splitlines() if "lost" in line] == [["–", "lost"]]
    assert "aborted" in everything
    committed = done(run("topics", "messages", topic, "--isolation", "committed"))
    assert "kept" in committed
    assert "lost" not in committed


def test_records_come_as_json_lines_to_the_end_of_the_pipe(
    run: Run, live_server: LiveServer, ada: Program, kafka: KafkaCluster, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("lines"))
    produce(kafka, topic, (json.dumps({"id": number}) for number in range(1_200)))

    def ids(*arguments: str) -> list[int]:
        lines = done(run("records", *arguments)).splitlines()
        return [json.loads(json.loads(line)["value"]["text"])["id"] for line in lines]

    assert ids("read", topic) == list(range(1_200))
    assert ids("read", topic, "--from", "newest", "--limit", "3") == [1199, 1198, 1197]
    assert ids("read", topic, "--offset", "700", "--to-offset", "702") == [700, 701, 702]
    assert ids("search", topic, "--json-path", "$.id >= 1198") == [1198, 1199]
    assert ids("search", topic, "--cel", "value.id % 600 == 1", "--order", "newest") == [601, 1]
    assert run("records", "search", topic).exit_code == 2
    refused = run("records", "search", topic, "--cel", "value.id >")
    assert (refused.exit_code, "Syntax error" in refused.stderr) == (1, True)

    unfit = run("records", "search", topic, "--cel", "value.id > '7'")
    assert (unfit.exit_code, unfit.stdout, "record(s) do not match: No matching" in unfit.stderr) == (0, "", True)

    command = [sys.executable, "-m", "kafkaadmin", "records"]
    environment = {**os.environ, "KAFKAADMIN_URL": live_server.url, "KAFKAADMIN_TOKEN": ada.secret,
                   "KAFKAADMIN_CLUSTER": "local"}  # fmt: skip
    first = subprocess.run(
        f"{' '.join(command)} read {topic} | head -n 2", shell=True, env=environment, capture_output=True, text=True
    )
    assert (len(first.stdout.splitlines()), first.stderr) == (2, "")
    with subprocess.Popen(
        [*command, "follow", topic, create_topic(kafka, unique("quiet"))],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # which a background job ignores
    ) as following:
        assert following.stdout
        assert following.stderr
        written = threading.Event()

        def write() -> None:
            while not written.wait(0.2):
                produce(kafka, topic, ['{"id": -1}'])

        writer = threading.Thread(target=write)
        writer.start()
        line = following.stdout.readline()
        written.set()
        writer.join()
        following.send_signal(signal.SIGINT)
        row = json.loads(line)
        assert (row["topic"], row["value"]["text"], following.wait(20)) == (topic, '{"id": -1}', 130)
        assert following.stderr.read() == ""
