"""How to reach one cluster, and both client libraries' configuration for it."""

import ssl
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from clusters.gateway.clients.oauth import TokenProvider
from clusters.gateway.clients.properties import ALLOWED_PROPERTIES, WITHOUT_MEANING, check_properties

__all__ = [
    "ALLOWED_PROPERTIES",
    "MECHANISMS",
    "PROTOCOLS",
    "Connection",
    "check_properties",
    "gssapi_available",
    "kafka_python_config",
    "librdkafka_config",
    "reading_config",
    "ssl_context",
    "supported_mechanisms",
]

SETUP_TIMEOUT_MS = 4000
LEFT_OUT = WITHOUT_MEANING | {"ssl.endpoint.identification.algorithm"}
PIPELINE = 100  # requests in flight to one broker; kafka-python fails the next one instead of waiting
PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN", "OAUTHBEARER", "GSSAPI")


@dataclass(frozen=True, slots=True)
class Connection:
    """Everything needed to reach one cluster. Hashable: clients are cached by it. Secrets are not in its repr."""

    bootstrap_servers: str
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    ca_pem: str = ""
    certificate_pem: str = ""
    key_pem: str = field(default="", repr=False)
    key_password: str = field(default="", repr=False)
    verify_hostname: bool = True
    oauth_token_url: str = ""
    oauth_client_id: str = ""
    oauth_client_secret: str = field(default="", repr=False)
    oauth_scope: str = ""
    kerberos_service_name: str = ""
    kerberos_principal: str = ""
    properties: tuple[tuple[str, str], ...] = ()

    @property
    def uses_sasl(self) -> bool:
        return self.security_protocol.startswith("SASL")

    @property
    def checks_hostname(self) -> bool:
        """Whether the broker's certificate must match its address; Java clients turn that off with an empty value."""
        algorithm = dict(self.properties).get("ssl.endpoint.identification.algorithm", "https")
        return self.verify_hostname and algorithm.lower() == "https"

    @property
    def uses_tls(self) -> bool:
        return self.security_protocol.endswith("SSL")


@cache
def gssapi_available() -> bool:
    """Tell whether Kerberos can be used; both libraries must support it."""
    from confluent_kafka import Producer

    try:
        Producer({"bootstrap.servers": "127.0.0.1:1", "builtin.features": "sasl_gssapi"})
    except Exception:  # noqa: BLE001 - any error means that it is not supported
        return False
    return find_spec("gssapi") is not None


def supported_mechanisms() -> tuple[str, ...]:
    return MECHANISMS if gssapi_available() else MECHANISMS[:-1]


def librdkafka_config(connection: Connection) -> dict[str, Any]:
    config: dict[str, Any] = {
        "bootstrap.servers": connection.bootstrap_servers,
        "security.protocol": connection.security_protocol,
        "client.id": "kafkaadmin",
        "socket.connection.setup.timeout.ms": SETUP_TIMEOUT_MS,
        # Do not retry for a minute a broker that accepts connections and never answers.
        "socket.timeout.ms": 4000,
        "reconnect.backoff.ms": 100,
        "reconnect.backoff.max.ms": 2000,
        "log_level": 0,
        # Otherwise asking for a topic's metadata creates it on brokers with auto.create.topics.enable.
        "allow.auto.create.topics": False,
    }
    if connection.uses_sasl:
        config |= sasl_config(connection)
    if connection.uses_tls:
        config |= tls_config(connection)
    return config | {name: value for name, value in connection.properties if name not in LEFT_OUT}


def reading_config(connection: Connection) -> dict[str, Any]:
    """Return the configuration for consumers that read from given offsets without joining a group."""
    return librdkafka_config(connection) | {
        "group.id": "kafkaadmin",  # never joined: partitions are assigned, nothing is committed
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "enable.partition.eof": True,
        "auto.offset.reset": "error",
        "isolation.level": "read_uncommitted",
        "fetch.wait.max.ms": 100,
    }


def sasl_config(connection: Connection) -> dict[str, Any]:
    config: dict[str, Any] = {"sasl.mechanism": connection.sasl_mechanism}
    if connection.sasl_mechanism == "OAUTHBEARER":
        config |= {
            "sasl.oauthbearer.method": "oidc",
            "sasl.oauthbearer.token.endpoint.url": connection.oauth_token_url,
            "sasl.oauthbearer.client.id": connection.oauth_client_id,
            "sasl.oauthbearer.client.secret": connection.oauth_client_secret,
        }
        if connection.oauth_scope:
            config["sasl.oauthbearer.scope"] = connection.oauth_scope
    elif connection.sasl_mechanism == "GSSAPI":
        config["sasl.kerberos.service.name"] = connection.kerberos_service_name or "kafka"
        config["sasl.kerberos.principal"] = connection.kerberos_principal
    else:
        config |= {"sasl.username": connection.username, "sasl.password": connection.password}
    return config


def tls_config(connection: Connection) -> dict[str, Any]:
    config: dict[str, Any] = {
        "ssl.endpoint.identification.algorithm": "https" if connection.checks_hostname else "none"
    }
    pems = {
        "ssl.ca.pem": connection.ca_pem,
        "ssl.certificate.pem": connection.certificate_pem,
        "ssl.key.pem": connection.key_pem,
        "ssl.key.password": connection.key_password,
    }
    return config | {name: value for name, value in pems.items() if value}


def ssl_context(connection: Connection) -> ssl.SSLContext:
    """Return a context for our own sockets and for kafka-python.

    Raises:
        ssl.SSLError: a certificate or key is not usable.
    """
    context = ssl.create_default_context(cadata=connection.ca_pem or None)
    context.check_hostname = connection.checks_hostname
    if dict(connection.properties).get("enable.ssl.certificate.verification") == "false":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if connection.certificate_pem:
        # OpenSSL reads certificate chains from files only; this file exists only during the call.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "client.pem"
            path.touch(mode=0o600)
            path.write_text(f"{connection.certificate_pem}\n{connection.key_pem}\n", encoding="ascii")
            context.load_cert_chain(path, password=connection.key_password or None)
    return context


def kafka_python_config(connection: Connection, servers: Collection[str], timeout: float) -> dict[str, Any]:
    """Return the configuration for kafka-python's admin client.

    Args:
        connection: the cluster.
        servers: addresses of live brokers; the client might wait for a dead one first.
        timeout: seconds for bootstrapping.

    Raises:
        ValueError: a value is not usable.
        ssl.SSLError: a certificate or key is not usable.
    """
    properties = dict(connection.properties)
    config: dict[str, Any] = {
        "bootstrap_servers": list(servers),
        "security_protocol": connection.security_protocol,
        "client_id": properties.get("client.id", "kafkaadmin"),
        "request_timeout_ms": 30_000,
        "bootstrap_timeout_ms": int(timeout * 1000),
        "reconnect_backoff_max_ms": 1000,
        "max_in_flight_requests_per_connection": PIPELINE,
    }
    if connection.uses_sasl:
        config |= kafka_python_sasl(connection)
    if connection.uses_tls:
        config["ssl_context"] = ssl_context(connection)
    return config


def kafka_python_sasl(connection: Connection) -> dict[str, Any]:
    """Return kafka-python's SASL settings.

    Raises:
        ValueError: the token URL is not usable.
    """
    config: dict[str, Any] = {"sasl_mechanism": connection.sasl_mechanism}
    if connection.sasl_mechanism == "OAUTHBEARER":
        config["sasl_oauth_token_provider"] = TokenProvider(
            connection.oauth_token_url,
            connection.oauth_client_id,
            connection.oauth_client_secret,
            connection.oauth_scope,
        )
    elif connection.sasl_mechanism == "GSSAPI":
        config["sasl_kerberos_service_name"] = connection.kerberos_service_name or "kafka"
    else:
        config |= {"sasl_plain_username": connection.username, "sasl_plain_password": connection.password}
    return config
