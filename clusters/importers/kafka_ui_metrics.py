"""kafka-ui's ``metrics`` of a cluster, with keys of our own beside them. Pure."""

from collections.abc import Mapping
from typing import Any

from clusters.importers.relaxed import relaxed

RMI = "JMX over RMI is not supported: run the JMX exporter beside the broker, and set type PROMETHEUS with its port"
PLAIN = {"port": "port", "username": "username", "matchers": "matchers", "path": "path", "interval": "interval"}


def metrics(entry: Any, path: str, secrets: dict[str, str], remarks: list[str]) -> dict[str, object]:
    """Return the settings of a cluster's metrics by our names, adding a remark for every key that is not used."""
    if not isinstance(entry, Mapping) or not entry:
        return {}
    values = {relaxed(key): value for key, value in entry.items()}
    found = {ours: values[name] for name, ours in PLAIN.items() if name in values}
    if values.get("password"):
        secrets["metrics_password"] = str(values["password"])
    if str(values.get("ssl", "false")).lower() == "true":
        found["scheme"] = "https"
    if isinstance(values.get("exporters"), Mapping):
        found["exporters"] = "\n".join(f"{broker}={address}" for broker, address in values["exporters"].items())
    url = stored_at(values.get("store"), f"{path}.store", remarks)
    known = {"type", "password", "ssl", "exporters", "store", *PLAIN}
    remarks += [f"{path}.{key}: not used by kafkaadmin" for key in entry if relaxed(key) not in known]
    if url:
        return found | {"source": "prometheus", "url": url}
    if str(values.get("type", "")).upper() == "PROMETHEUS":
        return found | {"source": "exporters"}
    remarks.append(f"{path}.type: {RMI}")
    return {}


def stored_at(store: Any, path: str, remarks: list[str]) -> str:
    """Return the address of the Prometheus that keeps the metrics, if one is named."""
    values = {relaxed(key): value for key, value in store.items()} if isinstance(store, Mapping) else {}
    prometheus = values.get("prometheus")
    if not isinstance(prometheus, Mapping):
        return ""
    remarks += [f"{path}.prometheus.{key}: not used by kafkaadmin" for key in prometheus if relaxed(key) != "url"]
    return str(prometheus.get("url") or "")
