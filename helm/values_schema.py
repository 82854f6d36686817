"""Builds the chart's schema and README from its values: ``python -m helm.values_schema``."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).parent / "kafkaadmin"
KINDS = {bool: "boolean", int: "integer", str: "string", list: "array", dict: "object"}
LOOSE = {
    "nodePort", "port", "targetMemoryUtilizationPercentage", "maxUnavailable", "minAvailable", "initContainers", "env",
    "volumes", "volumeMounts", "hostAliases", "extraContainers",
}  # fmt: skip
"""Where Kubernetes, or kafka-ui's chart, accepts more than one type."""
OPEN = {"livenessProbe", "readinessProbe", "startupProbe", "labels"}
"""Objects that have a default and take what Kubernetes takes."""
SLIPS = {
    "ingress": ("hosts", "className"),
    "externalDatabase": ("existingSecretKey", "url"),
    "externalRedis": ("existingSecretKey", "url"),
    "persistence": ("storageClassName",),
}
"""Names from other charts: accepted here, because a template says which name is meant (kafkaadmin.slips)."""
FILE = {"name": {"type": "string"}, "keyName": {"type": "string"}}
CHOICES = {
    "mode": ["all-in-one", "distributed"],
    "pullPolicy": ["Always", "IfNotPresent", "Never"],
    "anonymousRole": ["", "viewer", "operator", "admin"],
}


def schema_of(value: Any, name: str = "") -> dict[str, Any]:
    """Return the schema of a value by its default."""
    if name in CHOICES:
        return {"enum": CHOICES[name]}
    if value is None or name in LOOSE:
        return {}
    definition: dict[str, Any] = {"type": KINDS[type(value)]}
    if isinstance(value, dict) and value and name not in OPEN:
        properties = {key: schema_of(child, key) for key, child in value.items()} | {
            key: {} for key in SLIPS.get(name, ())
        }
        definition |= {"additionalProperties": False, "properties": properties}
    return definition


def schema(values: dict[str, Any]) -> dict[str, Any]:
    """Return the chart's schema: an unknown key is refused, because it is a typing error."""
    credentials = {
        "type": "object",
        "required": ["existingSecret"],
        "additionalProperties": False,
        "properties": {
            name: {"type": "string"}
            for name in (
                "username", "users", "existingSecret", "existingSecretPasswordKey", "existingSecretJaasKey",
                "existingSecretCaKey", "existingSecretCertificateKey", "existingSecretPrivateKeyKey",
                "existingCaSecret", "existingCaSecretKey",
            )
        },
    }  # fmt: skip
    properties = {name: schema_of(value, name) for name, value in values.items()}
    properties["clusterCredentials"] = {"type": "object", "additionalProperties": credentials}
    properties["global"] = {"type": "object"}
    for name in ("yamlApplicationConfigConfigMap", "yamlApplicationConfigSecret"):
        properties[name] = {"type": "object", "additionalProperties": False, "properties": FILE}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def rows(text: str) -> list[tuple[str, str, str]]:
    """Return name, default and description of every value, from the lines of values.yaml."""
    entries, path, said = [], list[tuple[int, str]](), ""
    for line in text.splitlines():
        if comment := re.match(r"\s*# -- (.*)", line):
            said = comment[1]
            continue
        entry = re.match(r"( *)(\w+):(.*)", line)
        if not entry:
            continue
        depth = len(entry[1])
        path = [parent for parent in path if parent[0] < depth] + [(depth, entry[2])]
        default = entry[3].strip()
        if default or said:
            entries.append((".".join(name for _, name in path), default, said))
        said = ""
    return entries


def readme() -> str:
    lines = [
        f"| `{name}` | {said} | `{default or '–'}` |"
        for name, default, said in rows((CHART / "values.yaml").read_text())
    ]
    table = "\n".join(line.replace("``", "–") for line in lines)
    return f"""# kafkaadmin's chart

Takes kafka-ui's values unchanged:

```
helm upgrade --install my-kafka-ui helm/kafkaadmin --values my-kafka-ui-override.yaml
```

`auth.type: disabled` in kafka-ui's configuration switches sign-in off only where `auth.anonymousRole` is set too. See
[docs/kubernetes.md](../../docs/kubernetes.md). This file is built by `python -m helm.values_schema`.

| value | meaning | default |
|---|---|---|
{table}
"""


def main() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    (CHART / "values.schema.json").write_text(json.dumps(schema(values), indent=1) + "\n")
    (CHART / "README.md").write_text(readme())


if __name__ == "__main__":
    main()
