"""Real answers of exporters under five sets of rules, of Kafka 3.4 with ZooKeeper and 4.0 with KRaft."""

import gzip
import re
from pathlib import Path

FOLDER = Path(__file__).with_name("fixtures")
FLAVOURS = {
    "bitnami": "bitnami",
    "strimzi": "strimzi",
    "example": "jmx_example",
    "examplekraft": "jmx_example",
    "confluent": "confluent",
    "raw": "raw",
    "rawlower": "raw_lower",
}
METRIC = re.compile(r"(?m)^(# (?:HELP|TYPE) )?(\w+)")


def text(name: str) -> str:
    """Return a fixture's text, by a name such as ``bitnami_34``.

    ``rawlower`` is what an exporter without rules gives with ``lowercaseOutputName``, which does this and no more.
    """
    if name.startswith("rawlower_"):
        return METRIC.sub(lambda match: (match[1] or "") + match[2].lower(), text(name.replace("rawlower", "raw")))
    return gzip.decompress((FOLDER / f"kafka_{name}.prom.gz").read_bytes()).decode()


KEPT = [path.name.removeprefix("kafka_").removesuffix(".prom.gz") for path in FOLDER.glob("kafka_*.gz")]
NAMES = sorted([*KEPT, "rawlower_34", "rawlower_40"])


def flavour(name: str) -> str:
    """Return the flavour of a fixture."""
    return FLAVOURS[name.partition("_")[0]]
