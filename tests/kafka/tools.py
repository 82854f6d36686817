"""Kafka's own command line tools: what they say about a cluster, and what they do to it."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.kafka import jars
from tests.kafka.cluster import KafkaCluster
from tests.kafka.processes import Permission, java
from tests.kafka.properties import SCRAM, password

CONFIGS = "org.apache.kafka.tools.ConfigCommand"
TOPICS = "org.apache.kafka.tools.TopicCommand"
DELETE_RECORDS = "org.apache.kafka.tools.DeleteRecordsCommand"
ACLS = "org.apache.kafka.tools.AclCommand"
GROUPS = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
SHARE_GROUPS = "org.apache.kafka.tools.consumer.group.ShareGroupCommand"
STREAMS_GROUPS = "org.apache.kafka.tools.streams.StreamsGroupCommand"
TRANSACTIONS = "org.apache.kafka.tools.TransactionsCommand"
TOKENS = "org.apache.kafka.tools.DelegationTokenCommand"
ELECTIONS = "org.apache.kafka.tools.LeaderElectionCommand"
REASSIGNMENTS = "org.apache.kafka.tools.reassign.ReassignPartitionsCommand"
QUORUM = "org.apache.kafka.tools.MetadataQuorumCommand"
FEATURES = "org.apache.kafka.tools.FeatureCommand"
OPTION = {ELECTIONS: "--admin.config"}


def tool(kafka: KafkaCluster, main: str, *arguments: str, properties: str = "") -> str:
    """Run a tool as admin, or with other properties, and return what it prints.

    Raises:
        RuntimeError: it failed.
    """
    Permission.check()
    flags = [f"-XX:SharedArchiveFile={class_archive(kafka)}", "-Xlog:disable"]
    return run(kafka, main, *arguments, properties=properties or client_properties("admin"), flags=flags)


def class_archive(kafka: KafkaCluster) -> Path:
    """Return the archive of the classes that tools load, which halves what a call takes; make it the first time."""
    archive = jars.tools() / "tools.jsa"
    with jars.locked(jars.tools() / "archive.lock"):
        if not archive.exists():
            partly, properties = archive.with_suffix(".part"), client_properties("admin")
            flags = [f"-XX:ArchiveClassesAtExit={partly}"]
            run(kafka, CONFIGS, "--describe", "--entity-type", "users", properties=properties, flags=flags)
            partly.rename(archive)
    return archive


def run(kafka: KafkaCluster, main: str, *arguments: str, properties: str, flags: Sequence[str]) -> str:
    """Run a tool in a JVM that has flags, and return what it prints.

    Raises:
        RuntimeError: it failed.
    """
    config = kafka.folder / "tools.properties"
    config.write_text(properties)
    reached = ["--bootstrap-server", kafka.bootstrap_servers, OPTION.get(main, "--command-config"), str(config)]
    command = java(jars.class_path(jars.tools()), main, [*reached, *arguments], heap="128m", flags=flags)
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if finished.returncode:
        raise RuntimeError(f"{main}: {finished.stdout}{finished.stderr}")
    return finished.stdout


def token_properties(token: str, hmac: str) -> str:
    jaas = f'{SCRAM} required username="{token}" password="{hmac}" tokenauth="true";'
    return f"security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-512\nsasl.jaas.config={jaas}\n"


def client_properties(user: str) -> str:
    jaas = f'{SCRAM} required username="{user}" password="{password(user)}";'
    return f"security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-512\nsasl.jaas.config={jaas}\n"
