"""Kafka before KRaft: 3.4.0 with ZooKeeper, SCRAM in ZooKeeper, AclAuthorizer. As Bitnami's chart 21 runs it."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.processes import java, launch
from tests.kafka.properties import SCRAM, SUPER_USERS, USERS, Node, kafka_uuid, password
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
        """Start ZooKeeper with the users that it had the first time, start the brokers, and wait until they serve."""
        data = self.folder / "zookeeper"
        if not data.exists():
            shutil.copytree(self.with_users(), data)
        self.start_zookeeper(data)
        for node in self.nodes:
            self.properties_file(node).write_text(self.properties(node))
        archive = self.class_archive()
        for node in self.nodes:
            self.launch(node, archive)
        self.wait_until_usable()

    def with_users(self) -> Path:
        """Return the data of a ZooKeeper that knows the users; make it the first time: that takes a JVM for each."""
        folder = jars.CACHE / f"zookeeper-{self.home.name}-{kafka_uuid(' '.join(USERS))}"
        with jars.locked(jars.CACHE / f"{folder.name}.lock"):
            if not folder.exists():
                partly = jars.CACHE / f"{folder.name}.part"
                shutil.rmtree(partly, ignore_errors=True)
                self.start_zookeeper(partly)
                self.make_users()
                self.stop_zookeeper()
                partly.rename(folder)
        return folder

    def class_archive(self) -> Path:
        """Return the archive of loaded classes; make it the first time, by a broker that runs for a moment."""
        archive = self.home / "zookeeper.jsa"
        with jars.locked(self.home / "archive.lock"):
            if not archive.exists():
                partly = archive.with_suffix(".part")
                node = self.nodes[0]
                without_agent = replace(node, ports=replace(node.ports, jmx=None))
                self.launch(without_agent, None, f"-XX:ArchiveClassesAtExit={partly}")
                self.wait_until_usable()
                self.stop_broker(node.id)
                partly.rename(archive)
        return archive

    def start_zookeeper(self, data: Path) -> None:
        """Start the one ZooKeeper and wait until it answers."""
        log = self.folder / "zookeeper.log"
        log.unlink(missing_ok=True)
        file = self.folder / "zookeeper.properties"
        file.write_text(
            f"dataDir={data}\nclientPort={self.zookeeper_port}\n"
            "clientPortAddress=127.0.0.1\nadmin.enableServer=false\nmaxClientCnxns=0\n"
        )
        main = "org.apache.zookeeper.server.quorum.QuorumPeerMain"
        command = java(self.class_path, main, [str(file)], heap="128m")
        self.zookeeper = launch(command, log)
        eventually(lambda: "binding to port" in log.read_text() or self.answers(), timeout=40)

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

    def stop(self) -> None:
        """End the brokers and ZooKeeper."""
        super().stop()
        if self.zookeeper:
            self.stop_zookeeper()

    def stop_zookeeper(self) -> None:
        """End ZooKeeper."""
        assert self.zookeeper
        self.zookeeper.kill()
        self.zookeeper.wait(20)
