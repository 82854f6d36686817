"""kafka-ui's configuration: ``kafka.clusters[]``. Pure.

Keys match like Spring's relaxed binding: case, ``-`` and ``_`` do not matter. ``properties`` keep dots and case, nested
or not. Every key that is not used gets a remark.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from clusters.gateway.clients.connection import check_properties
from clusters.importers import connect, jaas, protobuf, registry, serdes, values
from clusters.importers.entries import Entry, read_each
from clusters.importers.kafka_ui_metrics import metrics
from clusters.importers.placeholders import resolved
from clusters.importers.shapes import flattened, mapping, relaxed
from clusters.importers.stores import STORE_KEYS, take_stores
from clusters.importers.types import DeclaredCluster, Imported, ImportRefused, ReadBytes

TAKEN = {
    "name", "bootstrapservers", "readonly", "properties", "ssl", "environment", "metrics", "formats", "masking",
    "superusers", "needsapproval",
    *registry.TAKEN, *serdes.TAKEN, *connect.TAKEN,
}  # fmt: skip
TLS_KEYS = {
    "truststorelocation": "ssl.truststore.location",
    "truststorepassword": "ssl.truststore.password",
    "keystorelocation": "ssl.keystore.location",
    "keystorepassword": "ssl.keystore.password",
    "truststoretype": "ssl.truststore.type",
    "keystoretype": "ssl.keystore.type",
    "keypassword": "ssl.key.password",
}
DIRECT = {
    "sasl.oauthbearer.token.endpoint.url": "oauth_token_url",
    "sasl.kerberos.service.name": "kerberos_service_name",
}
# From a login module's options to our fields, and to our secrets.
SIGNED_IN: tuple[dict[str, str], dict[str, str]] = ({"username": "username"}, {"password": "password"})
JAAS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "OAuthBearerLoginModule": (
        {"clientId": "oauth_client_id", "scope": "oauth_scope"},
        {"clientSecret": "oauth_client_secret"},
    ),
    "Krb5LoginModule": ({"principal": "kerberos_principal", "serviceName": "kerberos_service_name"}, {}),
}


def read(document: object, environment: Mapping[str, str], read_bytes: ReadBytes | None = None) -> Imported:
    """Read a document in kafka-ui's format.

    ``read_bytes`` reads a key store that it names; None if local files may not be read.

    Raises:
        ImportRefused: it has another format, or none of its clusters can be used.
    """
    missing: list[str] = []
    root = resolved(document, environment, missing)
    kafka = root.get("kafka") if isinstance(root, dict) else None
    entries = numbered(kafka.get("clusters")) if isinstance(kafka, dict) else None
    if not isinstance(root, dict) or not isinstance(kafka, dict) or entries is None:
        raise ImportRefused("There is no list kafka.clusters in this configuration.")
    remarks = [f"{key}: not used by kafkaadmin" for key in root if key != "kafka"]
    remarks += [f"kafka.{key}: not used by kafkaadmin" for key in kafka if key != "clusters"]
    remarks += [remark for remark in missing if remark.startswith("kafka.clusters[")]
    return read_each(
        (
            Entry(name_of(entry), path, partial(cluster, entry, path, read_bytes=read_bytes))
            for path, entry in ((f"kafka.clusters[{number}]", entry) for number, entry in entries)
        ),
        remarks,
    )


def numbered(clusters: object) -> list[tuple[int, object]] | None:
    """Return the entries with their numbers: a list's, or those of variables, which may leave some out."""
    if isinstance(clusters, list):
        return list(enumerate(clusters))
    if isinstance(clusters, Mapping) and all(isinstance(number, int) for number in clusters):
        return sorted(clusters.items())
    return None


def name_of(entry: object) -> str:
    """Return what an entry calls its cluster; kafka-ui's name for one without a name."""
    names = entry.items() if isinstance(entry, Mapping) else ()
    return str(next((value for key, value in names if relaxed(key) == "name" and value), "Default"))


def cluster(entry: object, path: str, remarks: list[str], read_bytes: ReadBytes | None = None) -> DeclaredCluster:
    """Read one cluster, adding a remark for every key that is not used.

    Raises:
        ImportRefused: it cannot be used.
    """
    if not isinstance(entry, dict):
        raise ImportRefused(f"{path} is not a mapping.")
    settings = {relaxed(key): value for key, value in entry.items()}
    remarks += [f"{path}.{key}: not used by kafkaadmin" for key in entry if relaxed(key) not in TAKEN]
    if not settings.get("bootstrapservers"):
        raise ImportRefused(f"{path} has no bootstrapServers.")
    fields: dict[str, Any] = {
        "bootstrap_servers": values.servers(settings["bootstrapservers"], f"{path}.bootstrapServers")
    }
    if settings.get("readonly") not in (None, ""):
        fields["read_only"] = values.boolean(settings["readonly"], f"{path}.readOnly")
    if settings.get("needsapproval") not in (None, ""):
        fields["needs_approval"] = values.boolean(settings["needsapproval"], f"{path}.needsApproval")
    if settings.get("environment") not in (None, ""):
        fields["environment"] = values.environment(settings["environment"], f"{path}.environment")
    if settings.get("masking"):
        fields["masking"] = values.masking(settings["masking"], f"{path}.masking")
    if settings.get("formats"):
        fields["formats"] = values.format_rules(settings["formats"], f"{path}.formats")
    serdes.take_serdes(settings, path, fields, remarks)
    if settings.get("superusers"):
        fields["super_users"] = values.super_users(settings["superusers"], f"{path}.superUsers")
    secrets: dict[str, str] = {}
    registries = registry.kafka_uis(settings, path, remarks, read_bytes)
    properties = dict(flattened(mapping(settings.get("properties"), f"{path}.properties")))
    take_tls(mapping(settings.get("ssl"), f"{path}.ssl"), f"{path}.ssl", properties, fields, remarks)
    take_properties(properties, f"{path}.properties", fields, secrets, remarks, read_bytes)
    measured = metrics(settings.get("metrics") or {}, f"{path}.metrics", secrets, remarks)
    name = values.text(settings.get("name"), f"{path}.name") or "Default"
    connects = connect.kafka_uis(settings, path, remarks, read_bytes)
    types = protobuf.kafka_uis(settings, path, remarks, read_bytes)
    return DeclaredCluster(
        name, fields, secrets, metrics=measured, connect=connects, registries=registries, protobuf=types, path=path
    )


def take_tls(
    tls: Mapping[Any, Any], path: str, properties: dict[str, str], fields: dict[str, Any], remarks: list[str]
) -> None:
    """Add kafka-ui's own TLS keys to the client's properties, which take precedence."""
    for key, value in tls.items():
        name = relaxed(key)
        if name in {"verify", "verifyssl"}:
            fields["verify_hostname"] = values.boolean(value, f"{path}.{key}", default=True)
        elif name in TLS_KEYS:
            properties.setdefault(TLS_KEYS[name], values.text(value, f"{path}.{key}"))
        else:
            remarks.append(f"{path}.{key}: not used by kafkaadmin")


def take_properties(
    properties: Mapping[str, str],
    path: str,
    fields: dict[str, Any],
    secrets: dict[str, str],
    remarks: list[str],
    read_bytes: ReadBytes | None = None,
) -> None:
    """Convert client properties into fields, secrets and allowed free properties."""
    free: dict[str, str] = {}
    take_stores(properties, path, fields, secrets, remarks, read_bytes)
    for key, value in properties.items():
        if key in STORE_KEYS:
            continue
        if key in DIRECT:
            fields[DIRECT[key]] = value
        elif key == "security.protocol":
            fields["security_protocol"] = values.protocol(value, f"{path}.{key}")
        elif key == "sasl.mechanism":
            take_mechanism(value, f"{path}.{key}", fields, remarks)
        elif key == "sasl.jaas.config":
            take_jaas(value, f"{path}.{key}", fields, secrets, remarks)
        elif key == "ssl.endpoint.identification.algorithm":
            fields["verify_hostname"] = bool(value)
        elif refused := check_properties({key: value}):
            remarks.append(f"{path}.{key}: {refused[0]}")
        else:
            free[key] = value
    fields["properties"] = free


def take_mechanism(value: str, path: str, fields: dict[str, Any], remarks: list[str]) -> None:
    """Take the SASL mechanism, if it is supported."""
    mechanism = value.strip().upper()
    if mechanism in values.MECHANISMS:
        fields["sasl_mechanism"] = mechanism
    elif mechanism:
        remarks.append(f"{path}: {value} is not supported; {', '.join(sorted(values.MECHANISMS))} are")


def take_jaas(line: str, path: str, fields: dict[str, Any], secrets: dict[str, str], remarks: list[str]) -> None:
    """Convert a JAAS line into a user name and secrets, adding a remark for every option that is not used."""
    login = jaas.parse(line, path)
    as_fields, as_secrets = JAAS.get(login.module, SIGNED_IN)
    remarks += [
        f"{path}.{option}: not used by kafkaadmin"
        for option in login.options
        if option not in as_fields and option not in as_secrets
    ]
    for option, name in as_fields.items():
        if option != "serviceName":
            fields[name] = login.options.get(option, "")
        elif option in login.options:
            fields.setdefault(name, login.options[option])
    secrets |= {name: login.options.get(option, "") for option, name in as_secrets.items()}
    if login.module == "PlainLoginModule":
        fields.setdefault("sasl_mechanism", "PLAIN")
