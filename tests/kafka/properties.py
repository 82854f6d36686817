"""A broker's server.properties: KRaft, SASL/SCRAM, ACLs, small. Pure."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

SUPER_USERS = ("admin", "devops")
USERS = (*SUPER_USERS, "app", "orders", "billing")
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
OAUTH = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"
PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"


def password(user: str) -> str:
    """Return a user's password."""
    return f"{user}-secret"


def kafka_uuid(seed: str) -> str:
    """Return an id in Kafka's form: 16 bytes in URL-safe base64; one beginning with a dash would read as an option."""
    digest = hashlib.sha256(seed.encode()).digest()[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=").replace("-", "A")


@dataclass(frozen=True)
class Ports:
    """A broker's ports. ``jmx`` is None when no exporter runs."""

    sasl: int
    controller: int
    plaintext: int
    ssl: int
    sasl_ssl: int
    jmx: int | None = None


@dataclass(frozen=True)
class Node:
    """One combined broker and controller."""

    id: int
    ports: Ports
    data: Path
    keystore: Path
    truststore: Path

    @property
    def voter(self) -> str:
        """The node as ``--initial-controllers`` wants it."""
        return f"{self.id}@127.0.0.1:{self.ports.controller}:{self.directory}"

    @property
    def directory(self) -> str:
        """The id of its data folder."""
        return kafka_uuid(f"directory {self.id}")


def listeners(node: Node) -> dict[str, object]:
    """Return what concerns listeners: one for each security protocol, and the controllers' own."""
    ports = node.ports
    addresses = {
        "CLIENT": ports.sasl,
        "PLAIN": ports.plaintext,
        "TLS": ports.ssl,
        "SASLTLS": ports.sasl_ssl,
        "CONTROLLER": ports.controller,
    }
    text = ",".join(f"{name}://127.0.0.1:{port}" for name, port in addresses.items())
    jaas = f'{SCRAM} required username="admin" password="{password("admin")}";'
    plain_users = " ".join(f'user_{user}="{password(user)}"' for user in USERS)
    controllers = f'{PLAIN} required username="admin" password="controller-secret" user_admin="controller-secret";'
    scram_256 = jaas
    return {
        "listeners": text,
        "advertised.listeners": text,
        "listener.security.protocol.map": (
            "CLIENT:SASL_PLAINTEXT,PLAIN:PLAINTEXT,TLS:SSL,SASLTLS:SASL_SSL,CONTROLLER:SASL_PLAINTEXT"
        ),
        "inter.broker.listener.name": "CLIENT",
        "controller.listener.names": "CONTROLLER",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        "listener.name.client.scram-sha-512.sasl.jaas.config": jaas,
        "listener.name.sasltls.sasl.enabled.mechanisms": "SCRAM-SHA-512,SCRAM-SHA-256,PLAIN,OAUTHBEARER",
        # Takes tokens that nobody signed: Kafka's default, good for tests only.
        "listener.name.sasltls.oauthbearer.sasl.jaas.config": f"{OAUTH} required unsecuredLoginStringClaim_sub=admin;",
        "listener.name.sasltls.scram-sha-512.sasl.jaas.config": jaas,
        "listener.name.sasltls.scram-sha-256.sasl.jaas.config": scram_256,
        "listener.name.sasltls.plain.sasl.jaas.config": f"{PLAIN} required {plain_users};",
        # SCRAM cannot serve the quorum: its credentials are in the log that the quorum has yet to read.
        "sasl.mechanism.controller.protocol": "PLAIN",
        "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.controller.plain.sasl.jaas.config": controllers,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": node.keystore,
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": node.truststore,
        "listener.name.tls.ssl.client.auth": "required",
    }


def server_properties(node: Node, nodes: list[Node]) -> str:
    """Return the text of a node's server.properties."""
    copies = min(3, len(nodes))
    at_least = 1 if len(nodes) == 1 else 2
    values: dict[str, object] = {
        "process.roles": "broker,controller",
        "node.id": node.id,
        "broker.rack": f"rack-{'abc'[(node.id - 1) % 3]}",
        **listeners(node),
        "controller.quorum.bootstrap.servers": ",".join(f"127.0.0.1:{other.ports.controller}" for other in nodes),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": ";".join(f"User:{user}" for user in SUPER_USERS),
        "allow.everyone.if.no.acl.found": "false",
        "delegation.token.secret.key": "delegation-token-secret",
        "auto.create.topics.enable": "false",
        "delete.topic.enable": "true",
        "log.dirs": node.data,
        "default.replication.factor": copies,
        "min.insync.replicas": at_least,
        "offsets.topic.num.partitions": 12,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.num.partitions": 3,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": at_least,
        "share.coordinator.state.topic.num.partitions": 3,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": at_least,
        "group.coordinator.rebalance.protocols": "classic,consumer,share,streams",
        "group.initial.rebalance.delay.ms": 0,
        "group.consumer.heartbeat.interval.ms": 1000,
        "group.consumer.min.heartbeat.interval.ms": 1000,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "log.cleaner.dedupe.buffer.size": 4_194_304,
        "log.cleaner.threads": 1,
        "log.segment.bytes": 16_777_216,
        "log.index.size.max.bytes": 262_144,
        # What is to be deleted or compacted soon is: tests wait for it.
        "log.initial.task.delay.ms": 2_000,
        "log.retention.check.interval.ms": 5_000,
        "log.cleaner.backoff.ms": 2_000,
        "replica.lag.time.max.ms": 10_000,
        # Idle brokers ask one another less: tests share two processors.
        "replica.fetch.wait.max.ms": 1_000,
        "metadata.max.idle.interval.ms": 0,
        "broker.session.timeout.ms": 6_000,
        "controlled.shutdown.enable": str(len(nodes) > 1).lower(),
    }
    return "".join(f"{key}={value}\n" for key, value in values.items())
