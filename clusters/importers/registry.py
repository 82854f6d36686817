"""The schema registry of a cluster, as kafka-ui and AKHQ configure it. Pure."""

from collections.abc import Mapping
from typing import Any

from clusters.importers import oauth, values
from clusters.importers.kafka_ui_metrics import part
from clusters.importers.shapes import flattened, relaxed
from clusters.importers.stores import KAFKA_UI_STORES, take_stores
from clusters.importers.types import ReadBytes

TAKEN = {"schemaregistry", "schemaregistryauth", "schemaregistryssl"}
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
    take_sign_in(settings.get("schemaregistryauth"), f"{path}.schemaRegistryAuth", fields, secrets, remarks)
    properties: dict[str, str] = {}
    for key, value in part(settings.get("schemaregistryssl"), f"{path}.schemaRegistrySsl", remarks).items():
        if relaxed(key) in KAFKA_UI_STORES:
            properties[KAFKA_UI_STORES[relaxed(key)]] = values.text(value, f"{path}.schemaRegistrySsl.{key}")
        elif relaxed(key) in {"verify", "verifyssl"}:
            fields["registry_verify"] = values.boolean(value, f"{path}.schemaRegistrySsl.{key}", default=True)
        else:
            remarks.append(f"{path}.schemaRegistrySsl.{key}: not used by kafkaadmin")
    take_registry_stores(properties, f"{path}.schemaRegistrySsl", fields, secrets, remarks, read_bytes)


def take_sign_in(entry: object, path: str, fields: dict[str, Any], secrets: dict[str, str], remarks: list[str]) -> None:
    """Take user name and password, or OAuth's client credentials.

    Raises:
        ImportRefused: one of them is no text.
    """
    for key, value in part(entry, path, remarks).items():
        if relaxed(key) == "oauth":
            oauth.take(value, f"{path}.{key}", fields, secrets, remarks, "registry_")
        elif relaxed(key) == "username":
            fields["registry_username"] = values.text(value, f"{path}.{key}")
        elif relaxed(key) == "password":
            secrets["registry_password"] = values.text(value, f"{path}.{key}")
        else:
            remarks.append(f"{path}.{key}: not used by kafkaadmin")


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
