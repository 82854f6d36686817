"""Kafka before KRaft: 3.4.0 with ZooKeeper, SCRAM in ZooKeeper, AclAuthorizer. As Bitnami's chart 21 runs it."""

import subprocess
from collections.abc import Mapping
from typing import Any, Self

from tests.kafka.cluster import JMX_RULES, KafkaCluster
from tests.kafka.jars import jmx_agent
from tests.kafka.processes import java, launch
from tests.kafka.properties import SCRAM, SUPER_USERS, USERS, Node, password
from tests.kafka.waiting import eventually

VERSION = "3.4.0"
ZOOKEEPER = 0  # its number among the processes, where brokers begin at 1


class ZooKeeperKafka(KafkaCluster):
    """Brokers and one ZooKeeper; only the SASL_PLAINTEXT listener is there. ``settings`` are added to the brokers'."""

    def __init__(
        self, brokers: int = 1, *, version: str = VERSION, settings: Mapping[str, object] | None = None, **options: Any
    ) -> None:
        super().__init__(brokers, version=version, **options)
        self.settings = settings or {}
        self.zookeeper_port = self.nodes[0].ports.controller
        self.zookeeper: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def start(self) -> None:
        """Start ZooKeeper, make the users there, start the brokers, and wait until they serve."""
        self.start_zookeeper()
        self.make_users()
        for node in self.nodes:
            (self.folder / f"server-{node.id}.properties").write_text(self.properties(node))
            self.launch_broker(node)
        self.wait_until_usable()

    def start_zookeeper(self) -> None:
        """Start the one ZooKeeper and wait until it answers."""
        file = self.folder / "zookeeper.properties"
        file.write_text(
            f"dataDir={self.folder / 'zookeeper'}\nclientPort={self.zookeeper_port}\n"
            "clientPortAddress=127.0.0.1\nadmin.enableServer=false\nmaxClientCnxns=0\n"
        )
        main = "org.apache.zookeeper.server.quorum.QuorumPeerMain"
        command = java(self.class_path, main, [str(file)], heap="128m")
        self.zookeeper = launch(command, self.folder / "zookeeper.log")
        eventually(
            lambda: "binding to port" in (self.folder / "zookeeper.log").read_text() or self.answers(), timeout=40
        )

    def answers(self) -> bool:
        """Tell whether ZooKeeper listens."""
        from tests.services import answers

        return answers(self.zookeeper_port)

    def make_users(self) -> None:
        """Store every user's credentials; brokers sign in by them too, so this comes first."""
        running = [
            subprocess.Popen(
                java(self.class_path, "kafka.admin.ConfigCommand", self.user_arguments(user), heap="128m"),
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )
            for user in USERS
        ]  # fmt: skip
        for process in running:
            output, _ = process.communicate()
            if process.returncode:
                raise RuntimeError(f"a user could not be made:\n{output}")

    def user_arguments(self, user: str) -> list[str]:
        """Return the arguments that make a user."""
        config = f"SCRAM-SHA-512=[password={password(user)}]"
        where = ["--zookeeper", f"127.0.0.1:{self.zookeeper_port}"]
        return [*where, "--alter", "--add-config", config, "--entity-type", "users", "--entity-name", user]

    def properties(self, node: Node) -> str:
        """Return the text of a broker's server.properties."""
        copies = min(3, len(self.nodes))
        values: dict[str, object] = {
            "broker.id": node.id,
            "zookeeper.connect": f"127.0.0.1:{self.zookeeper_port}",
            "listeners": f"SASL_PLAINTEXT://127.0.0.1:{node.ports.sasl}",
            "advertised.listeners": f"SASL_PLAINTEXT://127.0.0.1:{node.ports.sasl}",
            "security.inter.broker.protocol": "SASL_PLAINTEXT",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
            "listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config": (
                f'{SCRAM} required username="admin" password="{password("admin")}";'
            ),
            "authorizer.class.name": "kafka.security.authorizer.AclAuthorizer",
            "super.users": ";".join(f"User:{user}" for user in SUPER_USERS),
            "allow.everyone.if.no.acl.found": "false",
            "auto.create.topics.enable": "false",
            "log.dirs": node.data,
            "default.replication.factor": copies,
            "offsets.topic.replication.factor": copies,
            "offsets.topic.num.partitions": 12,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": 1,
            "group.initial.rebalance.delay.ms": 0,
            **self.settings,
        }
        return "".join(f"{name}={value}\n" for name, value in values.items())

    def launch_broker(self, node: Node) -> None:
        """Start one broker, with the exporter where the ports have one."""
        flags = [f"-javaagent:{jmx_agent(self.home)}=127.0.0.1:{node.ports.jmx}:{JMX_RULES}"] if node.ports.jmx else []
        arguments = [str(self.folder / f"server-{node.id}.properties")]
        command = java(self.class_path, "kafka.Kafka", arguments, heap=self.heap, flags=flags)
        self.processes[node.id] = launch(command, self.log(node.id))

    def stop(self) -> None:
        """End the brokers and ZooKeeper."""
        super().stop()
        if self.zookeeper:
            self.zookeeper.kill()
            self.zookeeper.wait(20)
