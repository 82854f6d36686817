"""How to reach one cluster, and the configuration of both client libraries that follows from it."""

import json
import ssl
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ALLOWED_PROPERTIES = frozenset(
    {
        "broker.address.family",
        "broker.address.ttl",
        "client.dns.lookup",
        "client.id",
        "client.rack",
        "connections.max.idle.ms",
        "enable.ssl.certificate.verification",
        "fetch.max.bytes",
        "max.in.flight.requests.per.connection",
        "message.max.bytes",
        "metadata.max.age.ms",
        "metadata.recovery.strategy",
        "receive.message.max.bytes",
        "reconnect.backoff.max.ms",
        "reconnect.backoff.ms",
        "request.timeout.ms",
        "retry.backoff.max.ms",
        "retry.backoff.ms",
        "socket.connection.setup.timeout.ms",
        "socket.keepalive.enable",
        "socket.nagle.disable",
        "socket.receive.buffer.bytes",
        "socket.send.buffer.bytes",
        "socket.timeout.ms",
        "ssl.cipher.suites",
        "ssl.curves.list",
        "ssl.sigalgs.list",
        "topic.metadata.refresh.interval.ms",
    }
)
# Legal for Java clients only: taken over silently where they mean nothing to librdkafka.
JAVA_ONLY = frozenset({"client.dns.lookup", "request.timeout.ms", "ssl.cipher.suites"})
SETUP_TIMEOUT_MS = 4000


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
        """Whether clients sign in."""
        return self.security_protocol.startswith("SASL")

    @property
    def uses_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.security_protocol.endswith("SSL")


def check_properties(properties: Mapping[str, str]) -> list[str]:
    """Return a sentence for every property that is not allowed.

    Allowed are limits and time-outs. What could load code, or read or write files of this machine, is not; what has a
    field of its own in the form belongs there.
    """
    return [
        f"{name} is not accepted: only time-outs, limits and names are, nothing that loads code, reads files or "
        "carries credentials."
        for name in properties
        if name not in ALLOWED_PROPERTIES
    ]


@cache
def gssapi_available() -> bool:
    """Tell whether Kerberos can be used: both libraries must have it."""
    from confluent_kafka import Producer

    try:
        Producer({"bootstrap.servers": "127.0.0.1:1", "builtin.features": "sasl_gssapi"})
    except Exception:  # noqa: BLE001 - whatever it says, it has it not
        return False
    return find_spec("gssapi") is not None


def librdkafka_config(connection: Connection) -> dict[str, Any]:
    """Return the configuration for confluent-kafka's clients."""
    config: dict[str, Any] = {
        "bootstrap.servers": connection.bootstrap_servers,
        "security.protocol": connection.security_protocol,
        "client.id": "kafkaadmin",
        "socket.connection.setup.timeout.ms": SETUP_TIMEOUT_MS,
        "reconnect.backoff.ms": 100,
        "reconnect.backoff.max.ms": 2000,
        "log_level": 0,
        **{name: value for name, value in connection.properties if name not in JAVA_ONLY},
    }
    if connection.uses_sasl:
        config |= sasl_config(connection)
    if connection.uses_tls:
        config |= tls_config(connection)
    return config


def sasl_config(connection: Connection) -> dict[str, Any]:
    """Return librdkafka's SASL settings."""
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
    """Return librdkafka's TLS settings."""
    config: dict[str, Any] = {
        "ssl.endpoint.identification.algorithm": "https" if connection.verify_hostname else "none"
    }
    pems = {
        "ssl.ca.pem": connection.ca_pem,
        "ssl.certificate.pem": connection.certificate_pem,
        "ssl.key.pem": connection.key_pem,
        "ssl.key.password": connection.key_password,
    }
    return config | {name: value for name, value in pems.items() if value}


def ssl_context(connection: Connection) -> ssl.SSLContext:
    """Return a context for sockets of our own and for kafka-python.

    Raises:
        ssl.SSLError: a certificate or key is not usable.
    """
    context = ssl.create_default_context(cadata=connection.ca_pem or None)
    context.check_hostname = connection.verify_hostname
    if dict(connection.properties).get("enable.ssl.certificate.verification") == "false":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if connection.certificate_pem:
        # OpenSSL reads certificate chains from files only; this one lives as long as the call.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "client.pem"
            path.touch(mode=0o600)
            path.write_text(f"{connection.certificate_pem}\n{connection.key_pem}\n", encoding="ascii")
            context.load_cert_chain(path, password=connection.key_password or None)
    return context


class TokenProvider:
    """Fetches OAuth tokens by client credentials (RFC 6749 section 4.4) for kafka-python."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def token(self) -> str:
        """Return an access token."""
        one = self.connection
        values = {
            "grant_type": "client_credentials",
            "client_id": one.oauth_client_id,
            "scope": one.oauth_scope,
        }
        body = urllib.parse.urlencode(
            {k: v for k, v in values.items() if v} | {"client_secret": one.oauth_client_secret}
        )
        request = urllib.request.Request(one.oauth_token_url, body.encode())  # noqa: S310 - the form takes URLs only
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            token: str = json.load(answer)["access_token"]
        return token

    def extensions(self) -> dict[str, str]:
        """Return no SASL extensions."""
        return {}


def kafka_python_config(connection: Connection) -> dict[str, Any]:
    """Return the configuration for kafka-python's admin client."""
    config: dict[str, Any] = {
        "bootstrap_servers": connection.bootstrap_servers.split(","),
        "security_protocol": connection.security_protocol,
        "client_id": dict(connection.properties).get("client.id", "kafkaadmin"),
        "request_timeout_ms": 8000,
        "bootstrap_timeout_ms": 5000,
    }
    if connection.uses_sasl:
        config["sasl_mechanism"] = connection.sasl_mechanism
        if connection.sasl_mechanism == "OAUTHBEARER":
            config["sasl_oauth_token_provider"] = TokenProvider(connection)
        elif connection.sasl_mechanism == "GSSAPI":
            config["sasl_kerberos_service_name"] = connection.kerberos_service_name or "kafka"
        else:
            config["sasl_plain_username"] = connection.username
            config["sasl_plain_password"] = connection.password
    if connection.uses_tls:
        config["ssl_context"] = ssl_context(connection)
    return config
