"""Real answers of exporters under five sets of rules, of Kafka 3.4 with ZooKeeper and 4.0 with KRaft."""

import gzip
from pathlib import Path

FOLDER = Path(__file__).with_name("fixtures")
FLAVOURS = {
    "bitnami": "bitnami",
    "strimzi": "strimzi",
    "example": "jmx_example",
    "examplekraft": "jmx_example",
    "confluent": "confluent",
    "raw": "raw",
}


def text(name: str) -> str:
    """Return a fixture's text, by a name such as ``bitnami_34``."""
    return gzip.decompress((FOLDER / f"kafka_{name}.prom.gz").read_bytes()).decode()


NAMES = sorted(path.name.removeprefix("kafka_").removesuffix(".prom.gz") for path in FOLDER.glob("kafka_*.gz"))


def flavour(name: str) -> str:
    """Return the flavour of a fixture."""
    return FLAVOURS[name.partition("_")[0]]
