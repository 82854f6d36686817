"""Clusters as a configuration in kafka-ui's format, with our keys beside its own: what ``kafka_ui.read`` makes them of.

No secret is written. In its place stands a variable that is read where the configuration is used.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.dispatch import Signal

from clusters.models import Cluster, ConnectCluster, SchemaRegistry

exported_cluster = Signal()
"""Sent with ``cluster``, ``entry`` and ``secret``; other apps add their settings to the entry."""

LOGIN = "org.apache.kafka.common.security"
MODULES = {"PLAIN": f"{LOGIN}.plain.PlainLoginModule", "OAUTHBEARER": f"{LOGIN}.oauthbearer.OAuthBearerLoginModule"}
SCRAM = f"{LOGIN}.scram.ScramLoginModule"
KERBEROS = "com.sun.security.auth.module.Krb5LoginModule"


Secret = Callable[[str], str]  # returns the variable that stands for a secret


class Variables:
    """The variables that stand for a cluster's secrets: ``${KAFKA_PROD_PASSWORD}``."""

    def __init__(self, cluster: Cluster) -> None:
        self.prefix = f"KAFKA_{cluster.slug}"

    def __call__(self, name: str) -> str:
        return "${" + re.sub(r"[^A-Z0-9]+", "_", f"{self.prefix}_{name}".upper()) + "}"


def configuration(clusters: Iterable[Cluster]) -> dict[str, Any]:
    """Return a document that declares these clusters."""
    return {"kafka": {"clusters": [entry_of(cluster) for cluster in clusters]}}


def entry_of(cluster: Cluster) -> dict[str, Any]:
    secret = Variables(cluster)
    entry = {
        "name": cluster.name,
        "bootstrapServers": cluster.bootstrap_servers,
        "readOnly": cluster.read_only,
        "needsApproval": cluster.needs_approval or None,
        "environment": cluster.environment,
        "properties": properties_of(cluster, secret),
        "ssl": {} if cluster.verify_hostname else {"verify": False},
        **registries_of(cluster, secret),
        "kafkaConnect": [connect_of(connect, secret) for connect in cluster.connect_clusters.all()],
        "formats": cluster.formats.splitlines(),
        "masking": cluster.masking,
        "superUsers": cluster.super_users.splitlines(),
    }
    exported_cluster.send(sender=Cluster, cluster=cluster, entry=entry, secret=secret)
    return said(entry)


def said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is not the same when it is left out."""
    return {key: value for key, value in values.items() if value not in ("", [], {}, None)}


def properties_of(cluster: Cluster, secret: Secret) -> dict[str, str]:
    """Return the properties of a Java client that connects as we do."""
    sasl = cluster.security_protocol.startswith("SASL")
    return {
        "security.protocol": cluster.security_protocol,
        **said(
            {
                "sasl.mechanism": cluster.sasl_mechanism,
                "sasl.jaas.config": jaas_of(cluster, secret) if sasl else "",
                "sasl.oauthbearer.token.endpoint.url": cluster.oauth_token_url,
            }
        ),
        **{f"ssl.{key}": value for key, value in stores_of(cluster, secret).items()},
        **cluster.properties,
    }


def jaas_of(cluster: Cluster, secret: Secret) -> str:
    """Return the line with which a Java client signs in."""
    if cluster.sasl_mechanism == "GSSAPI":
        return login(KERBEROS, principal=cluster.kerberos_principal, serviceName=cluster.kerberos_service_name)
    if cluster.sasl_mechanism == "OAUTHBEARER":
        options = {"clientId": cluster.oauth_client_id, "clientSecret": secret("oauth client secret")}
        return login(MODULES["OAUTHBEARER"], **options, scope=cluster.oauth_scope)
    if not cluster.username:
        return ""
    module = MODULES.get(cluster.sasl_mechanism, SCRAM)
    return login(module, username=cluster.username, password=secret("password"))


def login(module: str, **options: str) -> str:
    words = [f"{name}={quoted(value)}" for name, value in options.items() if value]
    return f"{' '.join([module, 'required', *words])};"


def quoted(value: str) -> str:
    escaped = re.sub(r'(["\\])', r"\\\1", value)
    return f'"{escaped}"'


def stores_of(owner: Cluster | ConnectCluster | SchemaRegistry, secret: Secret) -> dict[str, str]:
    """Return both stores as PEM, by Java's names without ``ssl.``."""
    trusted, certificate = owner.ca_pem, owner.certificate_pem
    stores = {"truststore.type": "PEM", "truststore.certificates": trusted} if trusted else {}
    if certificate:
        stores |= {"keystore.type": "PEM", "keystore.certificate.chain": certificate, "keystore.key": secret("key")}
    if "key_password" in owner.secrets:
        stores |= {"key.password": secret("key password")}
    return stores


def in_words(stores: Mapping[str, str]) -> dict[str, str]:
    """Return stores by the names that kafka-ui gives them: ``truststoreCertificates``."""
    return {re.sub(r"\.(\w)", lambda dot: dot[1].upper(), key): value for key, value in stores.items()}


def registries_of(cluster: Cluster, secret: Secret) -> dict[str, Any]:
    """Return the keys of its schema registries: kafka-ui's for the default one, ours for the others."""
    rows = list(cluster.registries.all())
    default = next((default_keys(row, lambda name: secret(f"registry {name}")) for row in rows if row.is_default), {})
    others = [row for row in rows if not row.is_default]
    return {**default, "schemaRegistries": [entry_of_registry(row, secret) for row in others]}


def default_keys(row: SchemaRegistry, secret: Secret) -> dict[str, Any]:
    return {
        "schemaRegistry": row.url,
        "schemaRegistryAuth": sign_in_of(row, secret),
        "schemaRegistrySsl": tls_of(row, secret),
    }


def entry_of_registry(row: SchemaRegistry, secret: Secret) -> dict[str, Any]:
    def own(name: str) -> str:
        return secret(f"registry {row.name} {name}")

    return {"name": row.name, "address": row.url, **sign_in_of(row, own), **tls_of(row, own)}


def sign_in_of(row: SchemaRegistry, secret: Secret) -> dict[str, Any]:
    return said(
        {
            "username": row.username,
            "password": secret("password") if row.username else "",
            "token": secret("token") if row.secrets.get("token") else "",
            "oauth": oauth_of(row, secret),
        }
    )


def oauth_of(owner: ConnectCluster | SchemaRegistry, secret: Secret) -> dict[str, Any]:
    """Return the keys of OAuth's client credentials."""
    return said(
        {
            "tokenUrl": owner.oauth_token_url,
            "clientId": owner.oauth_client_id,
            "clientSecret": secret("oauth client secret") if owner.oauth_client_id else "",
            "scopes": owner.oauth_scope.split(),
        }
    )


def tls_of(row: SchemaRegistry, secret: Secret) -> dict[str, Any]:
    stores = in_words(stores_of(row, secret))
    return stores if row.verify else {**stores, "verify": False}


def connect_of(connect: ConnectCluster, secret: Secret) -> dict[str, Any]:
    """Return the keys of a Connect cluster."""

    def own(name: str) -> str:
        return secret(f"{connect.name} {name}")

    entry = {
        "name": connect.name,
        "address": connect.url,
        "username": connect.username,
        "password": own("password") if connect.username else "",
        "oauth": oauth_of(connect, own),
        "consumerNamePattern": connect.group_pattern,
        "restartFailedMinutes": connect.restart_minutes or "",
        "restartFailedMost": connect.restart_most if connect.restart_minutes else "",
        **in_words(stores_of(connect, own)),
    }
    return said(entry) | ({} if connect.verify else {"verify": False})
