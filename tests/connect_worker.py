"""A real worker of Kafka Connect, with the file connectors, fetched by Maven once, on a free port."""

from pathlib import Path

from tests.java_service import FLAGS, JavaService
from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.tools import client_properties

VERSION = "4.1.1"
MAIN = "org.apache.kafka.connect.cli.ConnectDistributed"
SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"


def home() -> Path:
    """Return the folder of the worker's jars, fetching them the first time."""
    folder = jars.CACHE / f"connect-{VERSION}"
    with jars.locked(jars.CACHE / f"connect-{VERSION}.lock"):
        if not folder.exists():
            jars.fetch(folder, VERSION, pom="connect-pom.xml")
    return folder


class ConnectWorker(JavaService):
    """A worker without connectors at first. ``url`` is its REST API; connectors may use ``files``."""

    name, seconds = "connect", 120

    def __init__(self, kafka: KafkaCluster) -> None:
        super().__init__()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ready_url = f"{self.url}/connectors"
        self.files = self.folder / "files"
        self.files.mkdir()
        (self.folder / "worker.properties").write_text(self.properties(kafka))

    def properties(self, kafka: KafkaCluster) -> str:
        signed_in = client_properties("admin")
        own = {
            "bootstrap.servers": kafka.bootstrap_servers,
            "group.id": f"connect-{self.port}",
            "listeners": self.url,
            "plugin.path": home() / "lib",
            "plugin.discovery": "service_load",
            "offset.flush.interval.ms": 1000,
            **{f"{kind}.converter": "org.apache.kafka.connect.storage.StringConverter" for kind in ("key", "value")},
            **{f"{kind}.storage.topic": f"connect-{self.port}-{kind}" for kind in ("config", "offset", "status")},
            **{f"{kind}.storage.replication.factor": 1 for kind in ("config", "offset", "status")},
            "offset.storage.partitions": 1,
            "status.storage.partitions": 1,
        }
        lines = [f"{name}={value}" for name, value in own.items()]
        for prefix in ("", "producer.", "consumer.", "admin."):
            lines += [f"{prefix}{line}" for line in signed_in.splitlines()]
        return "\n".join(lines)

    def command(self) -> list[str]:
        class_path = jars.class_path(home())
        return ["java", *FLAGS, "-cp", class_path, MAIN, str(self.folder / "worker.properties")]
