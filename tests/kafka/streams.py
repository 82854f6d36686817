"""A Kafka Streams application with the group protocol of KIP-1071: it counts the values of a topic."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.processes import java, launch
from tests.kafka.tools import client_properties

STRING = "org.apache.kafka.common.serialization.Serdes$StringSerde"


@contextmanager
def streams_application(kafka: KafkaCluster, group: str, source: str, sink: str) -> Iterator[None]:
    """Start the application, and end it as its users do, so that it leaves its group."""
    settings = {
        "bootstrap.servers": kafka.bootstrap_servers,
        "application.id": group,
        "group.protocol": "streams",
        "default.key.serde": STRING,
        "default.value.serde": STRING,
        "replication.factor": 1,
        "state.dir": kafka.folder / f"state-{group}",
        "commit.interval.ms": 200,
    }
    file = kafka.folder / f"{group}.properties"
    file.write_text(client_properties("admin") + "".join(f"{name}={value}\n" for name, value in settings.items()))
    program = str(Path(__file__).with_name("Streams.java"))
    command = java(jars.class_path(jars.streams()), program, [str(file), source, sink], heap="128m")
    process = launch(command, kafka.folder / f"{group}.log")
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)
