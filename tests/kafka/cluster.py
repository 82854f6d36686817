"""A real Kafka cluster on this machine, for the demo and the tests."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from confluent_kafka.admin import AdminClient

from tests.kafka import certificates, jars
from tests.kafka.ports import free_ports
from tests.kafka.processes import die_with_parent, java, launch, tail
from tests.kafka.properties import USERS, Node, Ports, kafka_uuid, password, server_properties
from tests.kafka.waiting import eventually

JMX_RULES = Path(__file__).with_name("jmx-bitnami.yml")
DEMO_PORTS = {"sasl": 19092, "controller": 29092, "plaintext": 19192, "ssl": 19292, "sasl_ssl": 19392, "jmx": 5556}


class KafkaCluster:
    """One or three combined brokers and controllers."""

    def __init__(
        self,
        brokers: int = 1,
        *,
        folder: Path | None = None,
        demo_ports: bool = False,
        exporters: bool = False,
        version: str = jars.VERSION,
        heap: str = "512m",
        log_dirs: int = 1,
    ) -> None:
        self.home, self.heap, self.log_dirs = jars.home(version), heap, log_dirs
        self.class_path = jars.class_path(self.home)
        self.temporary = folder is None
        self.folder = (folder or Path(tempfile.mkdtemp(prefix="kafka-"))).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        secrets = self.folder / "certificates"
        if not (secrets / "ca.pem").exists():
            certificates.make(secrets)
        self.nodes = [
            Node(number, ports, self.folder / f"data-{number}", secrets / "server.pem", secrets / "ca.pem")
            for number, ports in enumerate(self.ports(brokers, demo=demo_ports, exporters=exporters), start=1)
        ]
        self.processes: dict[int, subprocess.Popen[bytes]] = {}

    @staticmethod
    def ports(brokers: int, *, demo: bool, exporters: bool) -> list[Ports]:
        """Return each broker's ports: the demo's fixed ones, or free ones, without an exporter unless it is wanted."""
        if demo:
            return [Ports(**{name: port + n for name, port in DEMO_PORTS.items()}) for n in range(brokers)]
        each = 6 if exporters else 5
        free = free_ports(each * brokers)
        return [Ports(*free[each * n : each * (n + 1)]) for n in range(brokers)]

    def __enter__(self) -> "KafkaCluster":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "processes": {}}  # those are their starter's

    @property
    def bootstrap_servers(self) -> str:
        """The SASL_PLAINTEXT listeners."""
        return self.addresses("sasl")

    def addresses(self, listener: str) -> str:
        """Return the addresses of one kind of listener: sasl, plaintext, ssl, sasl_ssl."""
        return ",".join(f"127.0.0.1:{getattr(node.ports, listener)}" for node in self.nodes)

    def certificate(self, name: str) -> str:
        """Return ca, client or client-key as PEM text."""
        return (self.folder / "certificates" / f"{name}.pem").read_text()

    def client_config(self, user: str = "admin") -> dict[str, Any]:
        """Return librdkafka's configuration for a user."""
        return {
            "bootstrap.servers": self.bootstrap_servers,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": user,
            "sasl.password": password(user),
            "reconnect.backoff.ms": 50,
            "reconnect.backoff.max.ms": 500,
            "log_level": 0,
        }

    def start(self) -> None:
        """Format what is new, start all brokers, and wait until they serve."""
        archive = self.class_archive()
        self.format()
        for node in self.nodes:
            self.launch(node, archive)
        self.wait_until_usable()

    def format(self) -> None:
        """Write the properties and format the brokers' storage, with the users' credentials, where it is new."""
        for node in self.nodes:
            more = "".join(f",{node.data}-{number}" for number in range(1, self.log_dirs))
            self.properties_file(node).write_text(server_properties(node, self.nodes) + f"log.dirs={node.data}{more}\n")
        first, *others = self.nodes
        if not (first.data / "meta.properties").exists():
            self.format_storage(self.properties_file(first))
            for node in others:
                copy_storage(first, node)

    def properties_file(self, node: Node) -> Path:
        """Return the file of a broker's server.properties."""
        return self.folder / f"server-{node.id}.properties"

    def format_storage(self, properties: Path) -> None:
        """Run Kafka's tool that formats storage."""
        tool, heap = "kafka.tools.StorageTool", "128m"
        archive = self.home / "kafka.jsa"  # not there while it is made
        flags = [f"-XX:SharedArchiveFile={archive}", "-Xlog:disable"] if archive.exists() else []
        command = java(self.class_path, tool, self.format_arguments(properties), heap=heap, flags=flags)
        ended = subprocess.run(command, capture_output=True, text=True, preexec_fn=die_with_parent, check=False)
        if ended.returncode:
            raise RuntimeError(f"storage could not be formatted:\n{ended.stdout}{ended.stderr}")

    def format_arguments(self, properties: Path) -> list[str]:
        """Return the storage tool's arguments."""
        if len(self.nodes) == 1:
            quorum = ["--standalone"]
        else:
            quorum = ["--initial-controllers", ",".join(node.voter for node in self.nodes)]
        users = [
            argument
            for user in USERS
            for mechanism in ("SCRAM-SHA-512", "SCRAM-SHA-256")
            for argument in ("--add-scram", f"{mechanism}=[name={user},password={password(user)},iterations=4096]")
        ]
        features = [] if self.home.name.startswith("kafka-3.") else ["--feature", "share.version=1"]
        return [
            *("format", "--cluster-id", kafka_uuid(str(self.folder)), "--config", str(properties)),
            *features,
            *quorum,
            *users,
        ]

    def class_archive(self) -> Path:
        """Return the archive of loaded classes (AppCDS), which halves the start; make it the first time."""
        archive = self.home / "kafka.jsa"
        with jars.locked(self.home / "archive.lock"):
            if not archive.exists():
                make_archive(self, archive)
        return archive

    def launch(self, node: Node, archive: Path | None, *flags: str) -> None:
        """Start one broker."""
        extra = [*flags, *([f"-XX:SharedArchiveFile={archive}", "-Xshare:auto"] if archive else [])]
        if node.ports.jmx:
            extra.append(f"-javaagent:{jars.jmx_agent(self.home)}=127.0.0.1:{node.ports.jmx}:{JMX_RULES}")
        arguments = [str(self.properties_file(node))]
        command = java(self.class_path, "kafka.Kafka", arguments, heap=self.heap, flags=extra)
        self.processes[node.id] = launch(command, self.log(node.id))

    def log(self, broker: int) -> Path:
        """Return a broker's log file."""
        return self.folder / f"broker-{broker}.log"

    def wait_until_usable(self) -> None:
        """Wait until an authenticated client sees every broker that was started."""
        admin = AdminClient(self.client_config())

        def all_there() -> bool:
            dead = [number for number, process in self.processes.items() if process.poll() is not None]
            if dead:
                raise SystemExit(f"broker {dead[0]} ended:\n{tail(self.log(dead[0]))}")
            return len(admin.list_topics(timeout=2).brokers) == len(self.processes)

        eventually(all_there, timeout=120)

    def stop_broker(self, broker: int, *, kill: bool = False) -> None:
        """End one broker and wait for its end."""
        process = self.processes.pop(broker)
        process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def start_broker(self, broker: int) -> None:
        """Start a broker that was stopped."""
        self.launch(self.nodes[broker - 1], self.class_archive())
        self.wait_until_usable()

    def pause_broker(self, broker: int) -> None:
        """Stop a broker in its tracks: it accepts connections and never answers."""
        os.kill(self.processes[broker].pid, signal.SIGSTOP)

    def resume_broker(self, broker: int) -> None:
        """Let a paused broker go on."""
        os.kill(self.processes[broker].pid, signal.SIGCONT)

    def stop(self) -> None:
        """Kill all brokers; a cluster in a temporary folder leaves nothing behind."""
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait()
        self.processes.clear()
        if self.temporary:
            shutil.rmtree(self.folder, ignore_errors=True)


def copy_storage(formatted: Node, node: Node) -> None:
    """Give a broker the storage that was formatted for another one: all that differs is whose it is."""
    shutil.copytree(formatted.data, node.data)
    meta = node.data / "meta.properties"
    lines = [line for line in meta.read_text().splitlines() if not line.startswith(("node.id=", "directory.id="))]
    meta.write_text("\n".join([*lines, f"node.id={node.id}", f"directory.id={node.directory}", ""]))


def make_archive(like: KafkaCluster, archive: Path) -> None:
    """Run one broker for a moment and keep the classes it loaded. The JVM refuses to do so with an agent."""
    restarted = KafkaCluster.__new__(KafkaCluster)
    restarted.home, restarted.class_path, restarted.heap, restarted.temporary = (
        like.home,
        like.class_path,
        like.heap,
        True,
    )
    restarted.log_dirs = 1
    restarted.folder = Path(tempfile.mkdtemp(prefix="kafka-archive-"))
    certificates.make(restarted.folder / "certificates")
    secrets = restarted.folder / "certificates"
    ports = KafkaCluster.ports(1, demo=False, exporters=False)[0]
    restarted.nodes = [Node(1, ports, restarted.folder / "data-1", secrets / "server.pem", secrets / "ca.pem")]
    restarted.processes = {}
    restarted.format()
    partly = archive.with_suffix(".part")
    restarted.launch(restarted.nodes[0], None, f"-XX:ArchiveClassesAtExit={partly}")
    restarted.wait_until_usable()
    restarted.stop_broker(1)
    partly.rename(archive)
    restarted.stop()
