"""The schema registry of a cluster, as kafka-ui and AKHQ configure it. Pure."""

from collections.abc import Mapping
from typing import Any

from clusters.importers import values
from clusters.importers.kafka_ui_metrics import part
from clusters.importers.shapes import flattened, relaxed
from clusters.importers.stores import take_stores
from clusters.importers.types import ReadBytes

TAKEN = {"schemaregistry", "schemaregistryauth", "schemaregistryssl"}
STORES = {
    "truststorelocation": "ssl.truststore.location",
    "truststorepassword": "ssl.truststore.password",
    "truststoretype": "ssl.truststore.type",
    "keystorelocation": "ssl.keystore.location",
    "keystorepassword": "ssl.keystore.password",
    "keystoretype": "ssl.keystore.type",
    "keypassword": "ssl.key.password",
}
AKHQ_FIELDS = {"url": "registry_url", "basic-auth-username": "registry_username"}
AKHQ_STORES = "schema.registry."


def take_kafka_uis(
    settings: Mapping[str, Any],
    path: str,
    fields: dict[str, Any],
    secrets: dict[str, str],
    remarks: list[str],
    read_bytes: ReadBytes | None,
) -> None:
    """Take ``schemaRegistry``, ``schemaRegistryAuth`` and ``schemaRegistrySsl``.

    Raises:
        ImportRefused: one of them cannot be used.
    """
    addresses = settings.get("schemaregistry")
    parts = addresses if isinstance(addresses, list) else [addresses]
    address = address_of(",".join(values.text(each, f"{path}.schemaRegistry") for each in parts))
    fields |= {"registry_url": address} if address else {}
    for key, value in part(settings.get("schemaregistryauth"), f"{path}.schemaRegistryAuth", remarks).items():
        text = values.text(value, f"{path}.schemaRegistryAuth.{key}")
        if relaxed(key) == "username":
            fields["registry_username"] = text
        elif relaxed(key) == "password":
            secrets["registry_password"] = text
        else:
            remarks.append(f"{path}.schemaRegistryAuth.{key}: not used by kafkaadmin")
    properties: dict[str, str] = {}
    for key, value in part(settings.get("schemaregistryssl"), f"{path}.schemaRegistrySsl", remarks).items():
        if relaxed(key) in STORES:
            properties[STORES[relaxed(key)]] = values.text(value, f"{path}.schemaRegistrySsl.{key}")
        else:
            remarks.append(f"{path}.schemaRegistrySsl.{key}: not used by kafkaadmin")
    take_registry_stores(properties, f"{path}.schemaRegistrySsl", fields, secrets, remarks, read_bytes)


def take_akhqs(
    entry: object,
    path: str,
    fields: dict[str, Any],
    secrets: dict[str, str],
    remarks: list[str],
    read_bytes: ReadBytes | None,
) -> None:
    """Take AKHQ's ``schema-registry`` of a connection.

    Raises:
        ImportRefused: it cannot be used.
    """
    for key, value in part(entry, path, remarks).items():
        if key in AKHQ_FIELDS:
            fields[AKHQ_FIELDS[key]] = values.text(value, f"{path}.{key}")
        elif key == "basic-auth-password":
            secrets["registry_password"] = values.text(value, f"{path}.{key}")
        elif key == "type" and str(value).lower() == "confluent":
            continue
        elif key == "properties":
            properties = {
                name.removeprefix(AKHQ_STORES): text for name, text in flattened(part(value, f"{path}.{key}", remarks))
            }
            take_registry_stores(properties, f"{path}.{key}", fields, secrets, remarks, read_bytes)
        else:
            remarks.append(f"{path}.{key}: not used by kafkaadmin")
    if "registry_url" in fields:
        fields["registry_url"] = address_of(fields["registry_url"])


def take_registry_stores(
    properties: Mapping[str, str],
    path: str,
    fields: dict[str, Any],
    secrets: dict[str, str],
    remarks: list[str],
    read_bytes: ReadBytes | None,
) -> None:
    """Convert the registry's Java stores into PEM."""
    read_fields: dict[str, Any] = {}
    read_secrets: dict[str, str] = {}
    take_stores(properties, path, read_fields, read_secrets, remarks, read_bytes)
    fields |= {f"registry_{name}": value for name, value in read_fields.items()}
    secrets |= {f"registry_{name}": value for name, value in read_secrets.items()}


def address_of(text: str) -> str:
    return ",".join(address.strip().rstrip("/") for address in text.split(",") if address.strip())
