"""kafka-ui's configuration: ``kafka.clusters[]`` from YAML, or from the environment. Pure.

Keys match as Spring binds them: case, ``-`` and ``_`` do not matter. ``properties`` keep their dots and case, nested
or not. Every key that is not taken over is named in a remark.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from clusters.gateway.connection import check_properties
from clusters.importers import jaas, stores
from clusters.importers.kafka_ui_metrics import metrics
from clusters.importers.placeholders import resolved
from clusters.importers.relaxed import relaxed
from clusters.importers.shapes import mapping
from clusters.importers.types import DeclaredCluster, Imported, ImportRefused

TAKEN = {"name", "bootstrapservers", "readonly", "properties", "ssl", "environment", "metrics"}
TLS_KEYS = {
    "truststorelocation": "ssl.truststore.location",
    "truststorepassword": "ssl.truststore.password",
    "keystorelocation": "ssl.keystore.location",
    "keystorepassword": "ssl.keystore.password",
}
STORE_KEYS = {
    f"ssl.{kind}.{part}" for kind in ("truststore", "keystore") for part in ("location", "password", "type")
} | {"ssl.key.password"}
ReadBytes = Callable[[str], bytes]
ENVIRONMENT_KEY = re.compile(r"KAFKA_CLUSTERS_(\d+)_(.+)")
DIRECT = {
    "security.protocol": "security_protocol",
    "sasl.mechanism": "sasl_mechanism",
    "sasl.oauthbearer.token.endpoint.url": "oauth_token_url",
    "sasl.kerberos.service.name": "kerberos_service_name",
}


def flattened(values: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Return nested properties with dotted keys; values as texts, as Java would see them."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from flattened(value, f"{name}.")
        elif isinstance(value, bool):
            yield name, str(value).lower()
        elif value is not None:
            yield name, str(value)


def read(document: object, environment: Mapping[str, str], read_bytes: ReadBytes | None = None) -> Imported:
    """Read a document in kafka-ui's layout.

    ``read_bytes`` reads a key store that it names; None where no local file may be read.

    Raises:
        ImportRefused: it has not that layout, two clusters share a name, or a login module is not acceptable.
    """
    root = resolved(document, environment)
    kafka = root.get("kafka") if isinstance(root, dict) else None
    entries = kafka.get("clusters") if isinstance(kafka, dict) else None
    if not isinstance(root, dict) or not isinstance(kafka, dict) or not isinstance(entries, list):
        raise ImportRefused("There is no list kafka.clusters in this configuration.")
    remarks = [f"{key}: not used by kafkaadmin" for key in root if key != "kafka"]
    remarks += [f"kafka.{key}: not used by kafkaadmin" for key in kafka if key != "clusters"]
    clusters = []
    for number, entry in enumerate(entries):
        path = f"kafka.clusters[{number}]"
        if not isinstance(entry, dict):
            raise ImportRefused(f"{path} is not a mapping.")
        clusters.append(cluster(entry, path, remarks, read_bytes))
    names = [one.name for one in clusters]
    if len(set(names)) < len(names):
        raise ImportRefused("Two clusters have the same name.")
    return Imported(tuple(clusters), tuple(remarks))


def cluster(
    entry: Mapping[Any, Any], path: str, remarks: list[str], read_bytes: ReadBytes | None = None
) -> DeclaredCluster:
    """Read one cluster, adding a remark for every key that is not taken over."""
    values = {relaxed(key): value for key, value in entry.items()}
    remarks += [f"{path}.{key}: not used by kafkaadmin" for key in entry if relaxed(key) not in TAKEN]
    if not values.get("bootstrapservers"):
        raise ImportRefused(f"{path} has no bootstrapServers.")
    fields: dict[str, Any] = {
        "bootstrap_servers": str(values["bootstrapservers"]),
        "read_only": str(values.get("readonly", "false")).lower() == "true",
        "environment": str(values.get("environment", "")),
    }
    secrets: dict[str, str] = {}
    properties = dict(flattened(mapping(values.get("properties"), f"{path}.properties")))
    tls = {relaxed(key): str(value) for key, value in mapping(values.get("ssl"), f"{path}.ssl").items()}
    for key, value in tls.items():
        if key in {"verify", "verifyssl"}:
            fields["verify_hostname"] = value.lower() != "false"
        elif key in TLS_KEYS:
            properties.setdefault(TLS_KEYS[key], value)
        else:
            remarks.append(f"{path}.ssl.{key}: not used by kafkaadmin")
    take_properties(properties, f"{path}.properties", fields, secrets, remarks, read_bytes)
    measured = metrics(values.get("metrics") or {}, f"{path}.metrics", secrets, remarks)
    return DeclaredCluster(str(values.get("name") or "Default"), fields, secrets, metrics=measured)


def take_properties(
    properties: Mapping[str, str],
    path: str,
    fields: dict[str, Any],
    secrets: dict[str, str],
    remarks: list[str],
    read_bytes: ReadBytes | None = None,
) -> None:
    """Turn client properties into fields, secrets and allowed free properties."""
    free: dict[str, str] = {}
    take_stores(properties, path, fields, secrets, remarks, read_bytes)
    for key, value in properties.items():
        if key in STORE_KEYS:
            continue
        if key in DIRECT:
            fields[DIRECT[key]] = value
        elif key == "sasl.jaas.config":
            take_jaas(value, fields, secrets)
        elif key == "ssl.endpoint.identification.algorithm":
            fields["verify_hostname"] = bool(value)
        elif refused := check_properties({key: value}):
            remarks.append(f"{path}.{key}: {refused[0]}")
        else:
            free[key] = value
    fields["properties"] = free


def take_stores(
    properties: Mapping[str, str],
    path: str,
    fields: dict[str, Any],
    secrets: dict[str, str],
    remarks: list[str],
    read_bytes: ReadBytes | None,
) -> None:
    """Turn Java's key stores into PEM."""
    for kind in ("truststore", "keystore"):
        file = properties.get(f"ssl.{kind}.location")
        if not file:
            continue
        if read_bytes is None:
            remarks.append(f"{path}.ssl.{kind}.location: paste the certificates as PEM into the cluster's form")
            continue
        try:
            found = stores.read(read_bytes(file), properties.get(f"ssl.{kind}.password", ""))
        except ImportRefused as refusal:
            raise ImportRefused(f"{path}.ssl.{kind}.location: {refusal}.") from refusal
        if kind == "truststore":
            fields["ca_pem"] = found.trusted
        else:
            fields["certificate_pem"], secrets["key_pem"] = found.certificate, found.key


def take_jaas(line: str, fields: dict[str, Any], secrets: dict[str, str]) -> None:
    """Turn a JAAS line into a user name and secrets."""
    found = jaas.parse(line)
    if found.module == "OAuthBearerLoginModule":
        fields["oauth_client_id"] = found.options.get("clientId", "")
        fields["oauth_scope"] = found.options.get("scope", "")
        secrets["oauth_client_secret"] = found.options.get("clientSecret", "")
    elif found.module == "Krb5LoginModule":
        fields["kerberos_principal"] = found.options.get("principal", "")
    else:
        fields["username"] = found.options.get("username", "")
        secrets["password"] = found.options.get("password", "")
        default = "PLAIN" if found.module == "PlainLoginModule" else ""
        fields.setdefault("sasl_mechanism", default)


def from_environment(environment: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the document that ``KAFKA_CLUSTERS_<n>_…`` variables describe, or None when there are none."""
    clusters: dict[int, dict[str, Any]] = {}
    for name, value in environment.items():
        found = ENVIRONMENT_KEY.fullmatch(name)
        if not found:
            continue
        entry = clusters.setdefault(int(found[1]), {})
        if found[2].startswith("PROPERTIES_"):
            key = found[2].removeprefix("PROPERTIES_").lower().replace("_", ".")
            entry.setdefault("properties", {})[key] = value
        else:
            entry[found[2]] = value
    return {"kafka": {"clusters": [clusters[n] for n in sorted(clusters)]}} if clusters else None
