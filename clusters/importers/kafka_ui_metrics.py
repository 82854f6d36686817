"""kafka-ui's ``metrics`` of a cluster, and keys of our own in it. Pure."""

from collections.abc import Mapping
from typing import Any

from clusters.importers.shapes import relaxed
from clusters.importers.values import boolean

RMI = "JMX over RMI is not supported: run the JMX exporter beside the broker, and set type PROMETHEUS with its port"
NO_MAPPING = "not a mapping, and not used by kafkaadmin"
PLAIN = {"port": "port", "username": "username", "matchers": "matchers", "path": "path", "interval": "interval"}


def metrics(entry: Any, path: str, secrets: dict[str, str], remarks: list[str]) -> dict[str, object]:
    """Return the settings of a cluster's metrics under our names, adding a remark for every key that is not used."""
    values = {relaxed(key): value for key, value in part(entry, path, remarks).items()}
    if not values:
        return {}
    settings = {setting: values[name] for name, setting in PLAIN.items() if name in values}
    if values.get("password"):
        secrets["metrics_password"] = str(values["password"])
    if boolean(values.get("ssl"), f"{path}.ssl"):
        settings["scheme"] = "https"
    if exporters := part(values.get("exporters"), f"{path}.exporters", remarks):
        settings["exporters"] = "\n".join(f"{broker}={address}" for broker, address in exporters.items())
    url = stored_at(values.get("store"), f"{path}.store", remarks)
    used = {"type", "password", "ssl", "exporters", "store", *PLAIN}
    remarks += [f"{path}.{key}: not used by kafkaadmin" for key in entry if relaxed(key) not in used]
    if url:
        return settings | {"source": "prometheus", "url": url}
    if str(values.get("type", "")).upper() == "PROMETHEUS":
        return settings | {"source": "exporters"}
    remarks.append(f"{path}.type: {RMI}")
    return {}


def part(value: Any, path: str, remarks: list[str]) -> Mapping[Any, Any]:
    """Return a mapping; an empty one, with a remark, if it is something else."""
    if isinstance(value, Mapping):
        return value
    remarks += [f"{path}: {NO_MAPPING}"] if value else []
    return {}


def stored_at(store: Any, path: str, remarks: list[str]) -> str:
    """Return the URL of the Prometheus that stores the metrics, if one is named."""
    values = part(store, path, remarks)
    remarks += [f"{path}.{key}: not used by kafkaadmin" for key in values if relaxed(key) != "prometheus"]
    named = next((value for key, value in values.items() if relaxed(key) == "prometheus"), None)
    prometheus = part(named, f"{path}.prometheus", remarks)
    remarks += [f"{path}.prometheus.{key}: not used by kafkaadmin" for key in prometheus if relaxed(key) != "url"]
    return str(next((value for key, value in prometheus.items() if relaxed(key) == "url"), "") or "")
