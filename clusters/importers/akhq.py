"""AKHQ's configuration: ``akhq.connections``, once ``kafkahq``, a mapping from names to client properties. Pure."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from clusters.importers import connect, protobuf, registry, values
from clusters.importers.entries import Entry, read_each
from clusters.importers.kafka_ui import take_properties
from clusters.importers.placeholders import resolved
from clusters.importers.shapes import flattened, mapping
from clusters.importers.types import DeclaredCluster, Imported, ImportRefused, ReadBytes

TAKEN = {"properties", "schema-registry", "connect", "deserialization"}
ROOTS = ("akhq", "kafkahq")  # KafkaHQ was AKHQ's name before version 0.14


def is_akhqs(document: object) -> bool:
    return isinstance(document, dict) and any(key in document for key in ROOTS)


def read(document: object, environment: Mapping[str, str], read_bytes: ReadBytes | None = None) -> Imported:
    """Read a document in AKHQ's format.

    Raises:
        ImportRefused: it has another format, or none of its connections can be used.
    """
    missing: list[str] = []
    root = resolved(document, environment, missing)
    name = next((key for key in ROOTS if isinstance(root, dict) and key in root), ROOTS[0])
    akhq = root.get(name) if isinstance(root, dict) else None
    connections = akhq.get("connections") if isinstance(akhq, dict) else None
    if not isinstance(root, dict) or not isinstance(akhq, dict) or not isinstance(connections, dict):
        raise ImportRefused(f"There is no mapping {name}.connections in this configuration.")
    remarks = [f"{key}: not used by kafkaadmin" for key in root if key != name]
    remarks += [f"{name}.{key}: not used by kafkaadmin" for key in akhq if key != "connections"]
    remarks += [remark for remark in missing if remark.startswith(f"{name}.connections.")]
    entries = [(str(key), f"{name}.connections.{key}", entry) for key, entry in connections.items()]
    return read_each(
        (
            Entry(key, path, partial(connection, key, entry, path, read_bytes=read_bytes))
            for key, path, entry in entries
        ),
        remarks,
    )


def connection(
    name: str, entry: object, path: str, remarks: list[str], read_bytes: ReadBytes | None
) -> DeclaredCluster:
    """Read one connection, adding a remark for every key that is not used.

    Raises:
        ImportRefused: it cannot be used.
    """
    if not isinstance(entry, dict):
        raise ImportRefused(f"{path} is not a mapping.")
    remarks += [f"{path}.{key}: not used by kafkaadmin" for key in entry if key not in TAKEN]
    properties = dict(flattened(mapping(entry.get("properties"), f"{path}.properties")))
    servers = properties.pop("bootstrap.servers", "")
    if not servers:
        raise ImportRefused(f"{path}.properties has no bootstrap.servers.")
    fields: dict[str, Any] = {"bootstrap_servers": values.servers(servers, f"{path}.properties.bootstrap.servers")}
    secrets: dict[str, str] = {}
    registries = registry.akhqs(entry.get("schema-registry"), f"{path}.schema-registry", remarks, read_bytes)
    take_properties(properties, f"{path}.properties", fields, secrets, remarks, read_bytes)
    connects = connect.akhqs(entry.get("connect"), f"{path}.connect", remarks, read_bytes)
    types = protobuf.akhqs(entry.get("deserialization"), f"{path}.deserialization", fields, remarks, read_bytes)
    return DeclaredCluster(name, fields, secrets, connect=connects, registries=registries, protobuf=types, path=path)
