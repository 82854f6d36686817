"""Configs as the gateway returns them."""

from clusters.gateway.configs import ConfigEntry

TOPIC_SOURCE, DEFAULT_SOURCE = "DYNAMIC_TOPIC_CONFIG", "DEFAULT_CONFIG"


def config(name: str, value: str | None, default: str | None = None, **fields: object) -> ConfigEntry:
    """Return a config; one with another value than its default was set on the topic."""
    is_own = default is not None and value != default
    values = {"source": TOPIC_SOURCE if is_own else DEFAULT_SOURCE, "read_only": False, "sensitive": False, **fields}
    return ConfigEntry(name, value, default if is_own else value, **values)  # type: ignore[arg-type]
