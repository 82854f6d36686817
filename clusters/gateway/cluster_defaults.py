"""What holds for all brokers: dynamic cluster-wide defaults (KIP-226), and what would hold without them."""

from dataclasses import replace
from typing import Any

from clusters.gateway.clients import pool
from clusters.gateway.clients.connection import Connection
from clusters.gateway.configs import BROKER, SOURCES, TIMEOUT, ConfigEntry, described, entry, in_unit_of

SOURCE = "DYNAMIC_DEFAULT_BROKER_CONFIG"
DYNAMIC = {SOURCE, "DYNAMIC_BROKER_CONFIG"}


def describe(connection: Connection, *, timeout: float = TIMEOUT) -> tuple[ConfigEntry, ...]:
    """Return the configs that may be set for all brokers at once, sorted by name; of the first broker that there is.

    Raises:
        KafkaFailure: with the cause.
    """
    first = pool.brokers(connection, timeout=timeout)[0]
    configs = described(connection, BROKER, str(first.id), timeout)
    return tuple(sorted((default_of(config) for config in configs if not config.read_only), key=lambda item: item.name))


def default_of(config: Any) -> ConfigEntry:
    """Return a broker's config without what is set on that broker alone."""
    synonyms = config.synonyms or ()
    own = next((item for item in synonyms if (SOURCES.get(item.source), item.name) == (SOURCE, config.name)), None)
    below = next((item for item in synonyms if SOURCES.get(item.source) not in DYNAMIC), None)
    default = in_unit_of(config.name, below) if below else None
    source = SOURCE if own else SOURCES.get(below.source, "UNKNOWN") if below else "DEFAULT_CONFIG"
    return replace(entry(config), value=own.value if own else default, default=default, source=source)
