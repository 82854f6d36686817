"""The Connect clusters of a cluster, as kafka-ui and AKHQ configure them. Pure."""

from collections.abc import Mapping
from typing import Any

from clusters.importers import oauth, values
from clusters.importers.shapes import relaxed
from clusters.importers.stores import KAFKA_UI_STORES, take_stores
from clusters.importers.types import DeclaredConnect, ImportRefused, ReadBytes

TAKEN = {"kafkaconnect"}
# From kafka-ui's keys, and ours beside them, to our fields; from AKHQ's to ours.
FIELDS = {
    "name": "name", "address": "url", "username": "username", "consumernamepattern": "group_pattern",
}  # fmt: skip
NUMBERS = {  # our own keys: the field, and its bounds
    "restartfailedminutes": ("restart_minutes", 0, 1_440),
    "restartfailedmost": ("restart_most", 1, 100),
}
AKHQ_FIELDS = {"name": "name", "url": "url", "basicauthusername": "username"}
AKHQ_STORES = {
    "ssltruststore": "ssl.truststore.location",
    "ssltruststorepassword": "ssl.truststore.password",
    "sslkeystore": "ssl.keystore.location",
    "sslkeystorepassword": "ssl.keystore.password",
}
NAMELESS = "connect"  # what one without a name is called
RESERVED = "clusters"  # a part of our addresses


def kafka_uis(
    settings: Mapping[str, Any], path: str, remarks: list[str], read_bytes: ReadBytes | None
) -> tuple[DeclaredConnect, ...] | None:
    """Return the entries of ``kafkaConnect``; None where it is not there.

    Raises:
        ImportRefused: one of them cannot be used.
    """
    entries = settings.get("kafkaconnect")
    return read_entries(entries, f"{path}.kafkaConnect", (FIELDS, "password", KAFKA_UI_STORES), remarks, read_bytes)


def akhqs(
    entries: object, path: str, remarks: list[str], read_bytes: ReadBytes | None
) -> tuple[DeclaredConnect, ...] | None:
    """Return the entries of AKHQ's ``connect``; None where it is not there.

    Raises:
        ImportRefused: one of them cannot be used.
    """
    return read_entries(entries, path, (AKHQ_FIELDS, "basicauthpassword", AKHQ_STORES), remarks, read_bytes)


Keys = tuple[Mapping[str, str], str, Mapping[str, str]]  # of fields, of the password, of stores


def read_entries(
    entries: object, path: str, keys: Keys, remarks: list[str], read_bytes: ReadBytes | None
) -> tuple[DeclaredConnect, ...] | None:
    """Raises ImportRefused: one of them cannot be used, or two have one name."""
    if entries is None:
        return None
    if isinstance(entries, Mapping):  # of variables: KAFKA_CLUSTERS_0_KAFKACONNECT_0_NAME
        entries = [entry for _, entry in sorted(entries.items())]
    if not isinstance(entries, list):
        raise ImportRefused(f"{path} is not a list.")
    read = [read_entry(entry, f"{path}[{number}]", keys, remarks, read_bytes) for number, entry in enumerate(entries)]
    names = [connect.name for connect in read]
    if len(set(names)) < len(names):
        raise ImportRefused(f"{path}: two Connect clusters have the same name.")
    return tuple(read)


def read_entry(
    entry: object, path: str, keys: Keys, remarks: list[str], read_bytes: ReadBytes | None
) -> DeclaredConnect:
    """Read one Connect cluster, adding a remark for every key that is not used.

    Raises:
        ImportRefused: it cannot be used.
    """
    if not isinstance(entry, Mapping):
        raise ImportRefused(f"{path} is not a mapping.")
    plain, password, stores = keys
    fields: dict[str, Any] = {}
    secrets: dict[str, str] = {}
    properties: dict[str, str] = {}
    for key, value in entry.items():
        name = relaxed(key)
        if name == "oauth":
            oauth.take(value, f"{path}.{key}", fields, secrets, remarks)
            continue
        text = values.text(value, f"{path}.{key}")
        if name in plain:
            fields[plain[name]] = text.strip()
        elif name == password:
            secrets["password"] = text
        elif name in stores:
            properties[stores[name]] = text
        elif name in NUMBERS:
            fields[NUMBERS[name][0]] = number(text, f"{path}.{key}", *NUMBERS[name][1:])
        elif name in {"verify", "verifyssl"}:
            fields["verify"] = values.boolean(value, f"{path}.{key}", default=True)
        else:
            remarks.append(f"{path}.{key}: not used by kafkaadmin")
    take_stores(properties, path, fields, secrets, remarks, read_bytes)
    return DeclaredConnect(checked_name(fields.pop("name", "") or NAMELESS, path), with_address(fields, path), secrets)


def number(text: str, path: str, least: int, most: int) -> int:
    """Raises ImportRefused: it is no such number."""
    if not text.strip().isdecimal() or not least <= int(text.strip()[:9]) <= most:
        raise ImportRefused(f"{path}: not a number between {least} and {most:,}.")
    return int(text)


def checked_name(name: str, path: str) -> str:
    """Raises ImportRefused: a Connect cluster cannot be called so."""
    if "/" in name or name == RESERVED:
        raise ImportRefused(f"{path}.name: it has a slash, or is “{RESERVED}”.")
    return name


def with_address(fields: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the fields with their address as it is stored.

    Raises:
        ImportRefused: there is none.
    """
    addresses = [part.strip().rstrip("/") for part in str(fields.get("url", "")).split(",") if part.strip()]
    if not addresses:
        raise ImportRefused(f"{path}: the URL is missing.")
    for address in addresses:
        values.web_address(address, f"{path}.address")
    if fields.get("group_pattern") and "%s" not in fields["group_pattern"]:
        raise ImportRefused(f"{path}.consumerNamePattern: %s, the connector's name, is missing.")
    return {name: value for name, value in fields.items() if value != ""} | {"url": ",".join(addresses)}
