"""The schema registries of a cluster, as kafka-ui and AKHQ configure the one, and we further ones beside it. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from clusters.importers import oauth, values
from clusters.importers.kafka_ui_metrics import part
from clusters.importers.shapes import flattened, relaxed
from clusters.importers.stores import KAFKA_UI_STORES, take_stores
from clusters.importers.types import DeclaredRegistry, ImportRefused, ReadBytes

TAKEN = {"schemaregistry", "schemaregistryauth", "schemaregistryssl", "schemaregistries"}
DEFAULT = "default"  # what kafka-ui's and AKHQ's registry is called
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
SIGN_IN = {"username", "password", "token", "oauth"}
SERDE_SIGN_IN = {"username", "password"}
SUBJECT_NAMES = {"keyschemanametemplate", "schemanametemplate", "checkschemaexistencefordeserialize"}  # of no use here
VERIFY = {"verify", "verifyssl"}
AKHQ_STORES = "schema.registry."


class RegistryReader:
    """Reads one registry; what is not used becomes a remark.

    Its methods raise ImportRefused where something cannot be used.
    """

    def __init__(self, remarks: list[str], read_bytes: ReadBytes | None) -> None:
        self.remarks, self.read_bytes = remarks, read_bytes
        self.fields: dict[str, Any] = {}
        self.secrets: dict[str, str] = {}

    def take_address(self, addresses: object, path: str) -> None:
        parts = addresses if isinstance(addresses, list) else [addresses]
        text = ",".join(values.text(each, path) for each in parts)
        stripped = [address.strip().rstrip("/") for address in text.split(",") if address.strip()]
        for address in stripped:
            values.web_address(address, path)
        self.fields["url"] = ",".join(stripped)

    def take_sign_in(self, entry: Mapping[Any, Any], path: str) -> None:
        """Take user name and password, a token, or OAuth's client credentials."""
        for key, value in entry.items():
            name = relaxed(key)
            if name == "oauth":
                oauth.take(value, f"{path}.{key}", self.fields, self.secrets, self.remarks)
            elif name == "username":
                self.fields["username"] = values.text(value, f"{path}.{key}")
            elif name in {"password", "token"}:
                self.secrets[name] = values.text(value, f"{path}.{key}")
            else:
                self.leave_out(f"{path}.{key}")

    def take_tls(self, entry: Mapping[Any, Any], path: str) -> None:
        """Take kafka-ui's keys of stores, and whether the certificate is verified."""
        properties: dict[str, str] = {}
        for key, value in entry.items():
            if relaxed(key) in KAFKA_UI_STORES:
                properties[KAFKA_UI_STORES[relaxed(key)]] = values.text(value, f"{path}.{key}")
            elif relaxed(key) in VERIFY:
                self.fields["verify"] = values.boolean(value, f"{path}.{key}", default=True)
            else:
                self.leave_out(f"{path}.{key}")
        take_stores(properties, path, self.fields, self.secrets, self.remarks, self.read_bytes)

    def leave_out(self, path: str) -> None:
        self.remarks.append(f"{path}: not used by kafkaadmin")

    def declared(self, name: str) -> DeclaredRegistry:
        return DeclaredRegistry(name, self.fields, self.secrets)


def kafka_uis(
    settings: Mapping[str, Any], path: str, remarks: list[str], read_bytes: ReadBytes | None
) -> tuple[DeclaredRegistry, ...]:
    """Return the registry of ``schemaRegistry…``, and our further ones of ``schemaRegistries``.

    Raises:
        ImportRefused: one of them cannot be used, or two have one name.
    """
    reader = RegistryReader(remarks, read_bytes)
    reader.take_address(settings.get("schemaregistry"), f"{path}.schemaRegistry")
    sign_in, tls = f"{path}.schemaRegistryAuth", f"{path}.schemaRegistrySsl"
    reader.take_sign_in(part(settings.get("schemaregistryauth"), sign_in, remarks), sign_in)
    reader.take_tls(part(settings.get("schemaregistryssl"), tls, remarks), tls)
    registries = [reader.declared(DEFAULT)] if reader.fields["url"] else []
    for number, entry in enumerate(listed(settings.get("schemaregistries"), f"{path}.schemaRegistries")):
        registries.append(read_entry(entry, f"{path}.schemaRegistries[{number}]", remarks, read_bytes))
    registries += of_serdes(settings.get("serde"), f"{path}.serde", remarks, read_bytes)
    names = [registry.name for registry in registries]
    if len(set(names)) < len(names):
        raise ImportRefused(f"{path}: two schema registries have the same name.")
    return tuple(registries)


def of_serdes(serdes: object, path: str, remarks: list[str], read_bytes: ReadBytes | None) -> list[DeclaredRegistry]:
    """Return the registries of kafka-ui's serdes ``SchemaRegistry`` that have a URL of their own.

    Raises:
        ImportRefused: one of them cannot be used.
    """
    registries = []
    for number, entry in enumerate(serdes if isinstance(serdes, list) else []):
        place = f"{path}[{number}].properties"
        name = serde_registry(entry) if isinstance(entry, Mapping) else ""
        if name:
            properties = {relaxed(key): value for key, value in properties_of_serde(entry).items()}
            reader = RegistryReader(remarks, read_bytes)
            reader.take_address(properties.pop("url"), f"{place}.url")
            used = {key: value for key, value in properties.items() if key not in SUBJECT_NAMES}
            reader.take_sign_in({key: value for key, value in used.items() if key in SERDE_SIGN_IN}, place)
            reader.take_tls({key: value for key, value in used.items() if key not in SERDE_SIGN_IN}, place)
            registries.append(reader.declared(name))
    return registries


def serde_registry(serde: Mapping[Any, Any]) -> str:
    """Return what the registry of a serde is called here; empty for a serde without a registry of its own."""
    texts = {relaxed(str(key)): str(value) for key, value in serde.items()}
    kind = relaxed((texts.get("classname") or texts.get("name", "")).rpartition(".")[2]).removesuffix("serde")
    url = next((value for key, value in properties_of_serde(serde).items() if relaxed(str(key)) == "url"), None)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", texts.get("name", "")).strip("-._")[:100]
    return (name or "serde") if kind == "schemaregistry" and url else ""


def properties_of_serde(serde: Mapping[Any, Any]) -> Mapping[Any, Any]:
    properties = next((value for key, value in serde.items() if relaxed(str(key)) == "properties"), None)
    return properties if isinstance(properties, Mapping) else {}


def listed(entries: object, path: str) -> list[object]:
    """Raises ImportRefused: it is no list."""
    if isinstance(entries, Mapping):  # of variables: KAFKA_CLUSTERS_0_SCHEMAREGISTRIES_0_NAME
        return [entry for _, entry in sorted(entries.items())]
    if not isinstance(entries, list | None):
        raise ImportRefused(f"{path} is not a list.")
    return entries or []


def read_entry(entry: object, path: str, remarks: list[str], read_bytes: ReadBytes | None) -> DeclaredRegistry:
    """Read one of our further registries: a name, an address, how to sign in, and the keys of stores.

    Raises:
        ImportRefused: it cannot be used.
    """
    if not isinstance(entry, Mapping):
        raise ImportRefused(f"{path} is not a mapping.")
    by_name = {relaxed(key): value for key, value in entry.items()}
    name = values.text(by_name.get("name"), f"{path}.name").strip()
    if not NAME.fullmatch(name):
        raise ImportRefused(f"{path}.name: not a name of letters, digits, “.”, “_” and “-”.")
    reader = RegistryReader(remarks, read_bytes)
    reader.take_address(by_name.get("address"), f"{path}.address")
    if not reader.fields["url"]:
        raise ImportRefused(f"{path}.address is missing.")
    own = {key: value for key, value in entry.items() if relaxed(key) not in {"name", "address"}}
    reader.take_sign_in({key: value for key, value in own.items() if relaxed(key) in SIGN_IN}, path)
    reader.take_tls({key: value for key, value in own.items() if relaxed(key) not in SIGN_IN}, path)
    return reader.declared(name)


def akhqs(entry: object, path: str, remarks: list[str], read_bytes: ReadBytes | None) -> tuple[DeclaredRegistry, ...]:
    """Return AKHQ's ``schema-registry`` of a connection.

    Raises:
        ImportRefused: it cannot be used.
    """
    reader = RegistryReader(remarks, read_bytes)
    for key, value in part(entry, path, remarks).items():
        if key == "url":
            reader.take_address(value, f"{path}.{key}")
        elif key == "basic-auth-username":
            reader.fields["username"] = values.text(value, f"{path}.{key}")
        elif key == "basic-auth-password":
            reader.secrets["password"] = values.text(value, f"{path}.{key}")
        elif key == "type" and str(value).lower() == "confluent":
            continue
        elif key == "properties":
            properties = flattened(part(value, f"{path}.{key}", remarks))
            stores = {name.removeprefix(AKHQ_STORES): text for name, text in properties}
            take_stores(stores, f"{path}.{key}", reader.fields, reader.secrets, remarks, read_bytes)
        else:
            reader.leave_out(f"{path}.{key}")
    return (reader.declared(DEFAULT),) if reader.fields.get("url") else ()
