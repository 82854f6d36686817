"""kafka-ui's configuration from the environment: ``KAFKA_CLUSTERS_<n>_…``, alone or on top of a file. Pure.

An underscore stands for a dot, and a number for an index in a list. Only the parts that have keys of their own are
split: elsewhere the underscore may belong to the key.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from clusters.importers.placeholders import resolved
from clusters.importers.shapes import flattened, relaxed

VARIABLE = re.compile(r"KAFKA_CLUSTERS_(\d{1,6})_(.+)")
ITEM = re.compile(r"(BOOTSTRAP_?SERVERS)_(\d{1,6})")
CONNECT = re.compile(r"KAFKA_?CONNECT_(\d{1,6})_(.+)")
REGISTRY = re.compile(r"SCHEMA_?REGISTRIES_(\d{1,6})_(.+)")
WITH_OAUTH: dict[str, Any] = {"OAUTH": {}}
PARTS: dict[str, Any] = {
    "SCHEMAREGISTRYAUTH": WITH_OAUTH,
    "SCHEMAREGISTRYSSL": {},
    "SSL": {},
    "METRICS": {"STORE": {"PROMETHEUS": {}}, "EXPORTERS": {}},
}
PROPERTIES = "PROPERTIES_"


def entries(environment: Mapping[str, str]) -> dict[int, dict[str, Any]]:
    """Return the variables' settings by the number of their cluster."""
    clusters: dict[int, dict[str, Any]] = {}
    for name, value in sorted(environment.items(), key=in_order):
        match = VARIABLE.fullmatch(name)
        if match:
            put(clusters.setdefault(int(match[1]), {}), match[2], value)
    return clusters


def in_order(variable: tuple[str, str]) -> list[tuple[int, str]]:
    """Sort key that orders lists by number, not alphabetically."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in variable[0].split("_")]


def put(entry: dict[str, Any], name: str, value: str) -> None:
    """Put one variable's value at its place in its cluster's entry."""
    item, connect, registry = ITEM.fullmatch(name), CONNECT.fullmatch(name), REGISTRY.fullmatch(name)
    if name.startswith(PROPERTIES):
        key = name.removeprefix(PROPERTIES).lower().replace("_", ".")
        entry.setdefault("properties", {})[key] = value
    elif item and isinstance(entry.setdefault(item[1], []), list):
        entry[item[1]].append(value)
    elif connect:
        put_at(entry.setdefault("kafkaconnect", {}).setdefault(int(connect[1]), {}), connect[2], WITH_OAUTH, value)
    elif registry:
        registries = entry.setdefault("schemaregistries", {})
        put_at(registries.setdefault(int(registry[1]), {}), registry[2], WITH_OAUTH, value)
    else:
        put_at(entry, name, PARTS, value)


def put_at(entry: dict[str, Any], name: str, parts: Mapping[str, Any], value: str) -> None:
    """Put a value where the parts of its name lead to."""
    *inner_names, key = way(name, parts)
    for inner in inner_names:
        entry = entry.setdefault(inner, {})
    entry[key] = value


def way(name: str, parts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the parts that lead to a key, and then the key."""
    for part, inner in parts.items():
        if name.startswith(f"{part}_"):
            yield part.lower()
            yield from way(name.removeprefix(f"{part}_"), inner)
            return
    yield name.lower() if parts is not PARTS else name


def from_environment(environment: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the document that the variables describe, its clusters by their numbers, or None if there are none."""
    clusters = entries(environment)
    return {"kafka": {"clusters": clusters}} if clusters else None


def overlaid(document: object, environment: Mapping[str, str]) -> list[object]:
    """Return the documents to read: the file's, changed by the variables, and one for the variables' own clusters.

    Variables change the file's cluster of their number. If they give another name and servers, they declare a cluster
    beside it, which must not get the passwords of the file's.
    """
    from_variables = entries(environment)
    kafka = document.get("kafka") if isinstance(document, dict) else None
    listed = kafka.get("clusters") if isinstance(kafka, dict) else None
    if isinstance(document, dict) and isinstance(kafka, dict) and isinstance(listed, list):
        changed = {
            number
            for number in from_variables
            if number < len(listed) and not stands_alone(from_variables[number], listed[number], environment)
        }
        clusters = [
            merged(entry, from_variables[number]) if number in changed else entry for number, entry in enumerate(listed)
        ]
        document = {**document, "kafka": {**kafka, "clusters": clusters}}
        from_variables = {number: entry for number, entry in from_variables.items() if number not in changed}
    new_clusters = {"kafka": {"clusters": from_variables}} if from_variables else None
    return [document for document in (document, new_clusters) if document is not None]


def stands_alone(entry: Mapping[str, Any], other: object, environment: Mapping[str, str]) -> bool:
    """Tell whether variables declare a whole cluster, different from the one in the file."""
    settings = {relaxed(key): value for key, value in entry.items()}
    others = {relaxed(key): value for key, value in other.items()} if isinstance(other, Mapping) else {}
    name = resolved(others.get("name") or "Default", environment)
    return "bootstrapservers" in settings and str(settings.get("name") or "Default") != str(name)


def merged(file_value: object, variables: Mapping[str, Any]) -> object:
    """Return a file's mapping with the variables' keys replacing its own, however both are spelled."""
    if not isinstance(file_value, Mapping):
        return dict(variables)
    result = {
        key: value for key, value in file_value.items() if relaxed(key) not in {relaxed(name) for name in variables}
    }
    written = {relaxed(key): value for key, value in file_value.items()}
    for key, value in variables.items():
        nested_value = written.get(relaxed(key))
        if relaxed(key) == "properties":
            result[key] = {**dict(flattened(nested_value)), **value} if isinstance(nested_value, Mapping) else value
        else:
            result[key] = (
                merged(nested_value, value)
                if isinstance(value, Mapping) and isinstance(nested_value, Mapping)
                else value
            )
    return result
