"""Plugins of a Connect cluster: which there are, what their configuration is, and whether one is valid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clusters.gateway.connect.client import Connect, NotSupported
from clusters.gateway.rest import segment

CONNECTORS = frozenset({"sink", "source"})


@dataclass(frozen=True)
class Plugin:
    """A class that workers have."""

    name: str
    type: str
    version: str = ""

    @property
    def short_name(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def is_connector(self) -> bool:
        return self.type in CONNECTORS


@dataclass(frozen=True)
class Setting:
    """A setting of a plugin, with what the workers say of its value.

    ``default`` is None where there is none; ``order`` is its place in its group.
    """

    name: str
    type: str
    importance: str = ""
    group: str = ""
    order: int = -1
    label: str = ""
    documentation: str = ""
    required: bool = False
    default: str | None = None
    recommended: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    visible: bool = True

    @property
    def is_password(self) -> bool:
        return self.type == "PASSWORD"


@dataclass(frozen=True)
class Validation:
    """What the workers say of a configuration: its settings, and how many errors there are."""

    settings: tuple[Setting, ...] = ()
    groups: tuple[str, ...] = ()
    error_count: int = 0

    @property
    def errors(self) -> Mapping[str, tuple[str, ...]]:
        return {setting.name: setting.errors for setting in self.settings if setting.errors}


@dataclass(frozen=True)
class Worker:
    """What a worker says of itself."""

    version: str = ""
    commit: str = ""
    kafka_cluster_id: str = field(default="")


def worker_of(connect: Connect) -> Worker:
    """Raises KafkaFailure: with the cause."""
    content = connect.get("/")
    if not isinstance(content, dict) or "version" not in content:
        raise connect.not_a_worker()
    return Worker(*(str(content.get(key) or "")[:100] for key in ("version", "commit", "kafka_cluster_id")))


def list_plugins(connect: Connect, *, all_kinds: bool = False) -> tuple[Plugin, ...]:
    """Return the connectors that can be made; if all are asked for, transformations, converters and others after them.

    Raises:
        KafkaFailure: with the cause.
    """
    content = connect.get(f"/connector-plugins{'?connectorsOnly=false' if all_kinds else ''}")
    if not isinstance(content, list):
        raise connect.not_a_worker()
    plugins = {
        Plugin(str(each.get("class")), str(each.get("type") or "").lower(), str(each.get("version") or ""))
        for each in content
        if isinstance(each, dict)
    }
    return tuple(
        sorted(plugins, key=lambda plugin: (not plugin.is_connector, plugin.type, plugin.name, plugin.version))
    )


def definition_of(connect: Connect, plugin: str) -> tuple[Setting, ...]:
    """Return a plugin's settings, without values; before Kafka 3.2 by having an empty configuration checked.

    Raises:
        KafkaFailure: with the cause; NotFound where there is no such plugin.
    """
    path = f"/connector-plugins/{segment(plugin)}/config"
    try:
        content = connect.send("GET", path, f"plugin {plugin}", feature="definitions of plugins")
    except NotSupported:
        return validate(connect, plugin, {}).settings
    if not isinstance(content, list):
        raise connect.not_a_worker()
    return tuple(setting_of({"definition": each}) for each in content if isinstance(each, dict))


def validate(connect: Connect, plugin: str, config: Mapping[str, str]) -> Validation:
    """Have the workers check a configuration.

    Raises:
        KafkaFailure: with the cause; InvalidRequest where there is no such plugin.
    """
    path = f"/connector-plugins/{segment(plugin)}/config/validate"
    content = connect.send("PUT", path, f"plugin {plugin}", body={**config, "connector.class": plugin})
    if not isinstance(content, dict) or not isinstance(content.get("configs"), list):
        raise connect.not_a_worker()
    settings = tuple(setting_of(each) for each in content["configs"] if isinstance(each, dict))
    groups = tuple(str(group) for group in content.get("groups") or ())
    return Validation(settings, groups, int(content.get("error_count") or 0))


def setting_of(content: Mapping[str, Any]) -> Setting:
    """Return a setting; what the workers do not say of it stays empty."""
    definition, value = content.get("definition") or {}, content.get("value") or {}
    default, order = definition.get("default_value"), definition.get("order")
    return Setting(
        name=str(value.get("name") or definition.get("name") or ""),
        type=str(definition.get("type") or "STRING"),
        importance=str(definition.get("importance") or ""),
        group=str(definition.get("group") or ""),
        order=order if isinstance(order, int) else -1,
        label=str(definition.get("display_name") or ""),
        documentation=str(definition.get("documentation") or ""),
        required=bool(definition.get("required")),
        default=None if default is None else str(default),
        recommended=tuple(dict.fromkeys(map(str, value.get("recommended_values") or ()))),
        errors=tuple(map(str, value.get("errors") or ())),
        visible=value.get("visible") is not False,
    )
